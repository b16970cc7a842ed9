// What is said when data from the chain is not what it should be?
import { CocoonError } from '../errors.js';

/** `what` names the structure and the rule it breaks; never its content. */
export function chainDataInvalid(what: string, cause?: unknown): CocoonError {
  return new CocoonError({
    kind: 'protocol',
    code: 'CHAIN_DATA_INVALID',
    message: `Data from the chain cannot be read: ${what}.`,
    remedy:
      'Ask another endpoint. If all say the same, this is not the contract it should be: do not pay it.',
    cause,
  });
}

export function structVersionUnsupported(version: number): CocoonError {
  return new CocoonError({
    kind: 'protocol',
    code: 'REGISTRY_VERSION_UNSUPPORTED',
    message: `The registry's layout has version ${version}; this release reads versions 1 to 5.`,
    remedy: 'Update CocoonKit.',
    details: { version },
  });
}

export function amountInvalid(name: string): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'AMOUNT_INVALID',
    message: `${name} must be a whole number of nanoTON above 0 and below 2^63.`,
    remedy: 'Pass a bigint in nanoTON: 15 TON are 15_000_000_000n.',
  });
}

const MAX_AMOUNT = 1n << 63n;

/** @throws CocoonError `AMOUNT_INVALID` */
export function checkAmount(name: string, value: bigint): bigint {
  if (typeof value !== 'bigint' || value <= 0n || value >= MAX_AMOUNT) throw amountInvalid(name);
  return value;
}

/** Reads a structure strictly; whatever the reader throws becomes one typed error. */
export function readingChain<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CocoonError) throw error;
    throw chainDataInvalid(what, error);
  }
}
