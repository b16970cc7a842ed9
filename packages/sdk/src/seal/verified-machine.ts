// Which machine may a request be sealed to? Only one that verification made: the second step of the trust ladder.
import type { VerifiedEventLog } from '../attestation/event-log/verify-log.js';
import type { VerifiedGpuEvidence } from '../attestation/gpu/verify-gpu-evidence.js';
import type { VerifiedQuote } from '../attestation/verified-quote.js';
import { CocoonError } from '../errors.js';
import type { Manifest, Role } from '../protocol/manifest.js';

/** A machine whose quote, code and keys were verified. Made only by `verifyMachine`; look-alikes are refused at run time. */
export interface VerifiedMachine {
  readonly role: Role;
  /** H("ck1 manifest", manifest), the machine's name. */
  readonly digest: Uint8Array;
  readonly manifest: Manifest;
  readonly quote: VerifiedQuote;
  /** True when the quote is under a simulated root: a development network, no protection. */
  readonly simulated: boolean;
  /** How freshness was judged. */
  readonly freshness: 'beacon-known' | 'beacon-unchecked';
  /**
   * What is known of its GPUs (PROTOCOL.md §5.7): `none`, nothing claimed; `attested-by-guest`, the measured guest promises that it
   * checked them; `evidence-verified`, GPUs answered for these keys, as `gpuDetails` says.
   */
  readonly gpu: 'none' | 'attested-by-guest' | 'evidence-verified';
  readonly gpuDetails?: VerifiedGpuEvidence | undefined;
  /** Keys must not be used after this time. */
  readonly expiresAt: Date;
  /** The bytes that were verified, for exporting and checking again later. */
  readonly evidence: {
    readonly manifest: Uint8Array;
    readonly quote: Uint8Array;
    readonly collateral: Uint8Array;
    readonly eventLog?: Uint8Array | undefined;
    readonly gpuEvidence?: Uint8Array | undefined;
  };
  /** Present when the machine handed over its boot log: it replays to the quoted registers. Judge it by rules with `verifyEventLog`. */
  readonly eventLog?: VerifiedEventLog | undefined;
}

const minted = new WeakSet<VerifiedMachine>();

/** For `attestation/verify-machine.ts` alone; a test keeps it so. */
export function mintVerifiedMachine(machine: VerifiedMachine): VerifiedMachine {
  const frozen = Object.freeze(machine);
  minted.add(frozen);
  return frozen;
}

/**
 * Returns the machine if verification made it.
 * @throws CocoonError `MACHINE_NOT_VERIFIED`
 */
export function checkVerified(machine: VerifiedMachine): VerifiedMachine {
  if (minted.has(machine)) return machine;
  throw new CocoonError({
    kind: 'attestation',
    code: 'MACHINE_NOT_VERIFIED',
    message: 'This machine did not come from verifyMachine.',
    remedy: 'Nothing was sealed. Pass the value that verifyMachine returned, not a copy of it.',
  });
}
