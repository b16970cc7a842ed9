// Which machine may a request be sealed to? Only one that verification made: the second step of the trust ladder.
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
  /** Keys must not be used after this time. */
  readonly expiresAt: Date;
  /** The bytes that were verified, for exporting and checking again later. */
  readonly evidence: {
    readonly manifest: Uint8Array;
    readonly quote: Uint8Array;
    readonly collateral: Uint8Array;
  };
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
