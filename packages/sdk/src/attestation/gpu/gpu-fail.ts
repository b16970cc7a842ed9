// How does a failed GPU check become the one error callers see?
import { CocoonError } from '../../errors.js';
import { codedError } from '../fail.js';
import { FormatError } from '../format/cursor.js';
import { GPU_CODES, type GpuCode } from './gpu-codes.js';

/** The error of a failed check: kind `attestation`, code `ATTESTATION_<code>`; `detail` names the part concerned. */
export function gpuError(code: GpuCode, detail?: string, cause?: unknown): CocoonError {
  return codedError(GPU_CODES, code, detail, cause);
}

/** Throws the code's error unless the condition holds. */
export function checkGpu(condition: boolean, code: GpuCode, detail?: string): asserts condition {
  if (!condition) throw gpuError(code, detail);
}

/** Runs a format parser and gives whatever it throws the code of the thing that was parsed. */
export function parseGpu<T>(code: GpuCode, what: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (cause instanceof CocoonError && cause.kind === 'attestation') throw cause;
    // Only our own words: messages of the platform quote the input.
    throw gpuError(code, cause instanceof FormatError ? `${what}, ${cause.message}` : what, cause);
  }
}

/** Nonce and time as every GPU check needs them. @throws CocoonError `ATTESTATION_GPU_OPTIONS` */
export function checkGpuOptions(nonce: Uint8Array, now: Date): number {
  checkGpu(nonce instanceof Uint8Array && nonce.length === GPU_NONCE_BYTES, 'GPU_OPTIONS', 'nonce');
  const time = now instanceof Date ? now.getTime() : Number.NaN;
  checkGpu(Number.isFinite(time), 'GPU_OPTIONS', 'now');
  return time;
}

const GPU_NONCE_BYTES = 32;
