// How are all signatures of one verification checked, in parallel or one after the other?
import { CocoonError } from '../errors.js';
import type { QuotePrimitives, SyncQuotePrimitives } from '../internal/primitives.js';
import type { AttestationCode } from './codes.js';
import { attestationError } from './fail.js';

/** One ECDSA P-256 verification and the code of its failure. */
export interface SignatureJob {
  readonly code: AttestationCode;
  readonly what?: string | undefined;
  /** x ‖ y. */
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  /** r ‖ s. */
  readonly signature: Uint8Array;
}

/** A verification that stops once, to have its signatures checked, and goes on only when all of them hold. */
export type VerificationFlow<T> = Generator<readonly SignatureJob[], T, undefined>;

/** Runs a flow; the signatures of a batch are verified at the same time and reported in the order of the batch. */
export async function runFlow<T>(flow: VerificationFlow<T>, primitives: QuotePrimitives): Promise<T> {
  for (;;) {
    const step = flow.next();
    if (step.done === true) return step.value;
    const verdicts = await Promise.all(step.value.map((job) => verify(job, primitives)));
    const failed = step.value.find((_, i) => verdicts[i] !== true);
    if (failed !== undefined) throw attestationError(failed.code, failed.what);
  }
}

/** Runs a flow at once; stops at the first signature that does not hold. */
export function runFlowSync<T>(flow: VerificationFlow<T>, { p256Verify }: SyncQuotePrimitives): T {
  for (;;) {
    const step = flow.next();
    if (step.done === true) return step.value;
    for (const { code, what, publicKey, message, signature } of step.value) {
      if (p256Verify(publicKey, message, signature) !== true) throw attestationError(code, what);
    }
  }
}

async function verify(job: SignatureJob, primitives: QuotePrimitives): Promise<boolean> {
  try {
    return await primitives.p256Verify(job.publicKey, job.message, job.signature);
  } catch (cause) {
    throw cause instanceof CocoonError ? cause : attestationError(job.code, job.what, cause);
  }
}
