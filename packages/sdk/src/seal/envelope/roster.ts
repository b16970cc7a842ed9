// Is this the proxy's own list of workers, fresh, and the same for everybody? (PROTOCOL.md §5.6)

import { equalBytes } from '../../internal/bytes.js';
import { labelledHash } from '../../internal/labelled-hash.js';
import type { Signer } from '../../internal/primitives.js';
import { LABELS } from '../../protocol/labels.js';
import { LIMITS } from '../../protocol/limits.js';
import { decodeRosterPage, type Roster, type RosterEntry, rosterLayout } from '../../protocol/roster.js';
import { brokenProtocol } from '../seal-error.js';
import { checkVerified, type VerifiedMachine } from '../verified-machine.js';
import { signedLabelled, signLabelled } from './sign-digest.js';

export function rosterPageHash(page: Uint8Array): Uint8Array {
  return labelledHash(LABELS.rosterPage, page);
}

export async function signRoster(
  signer: Signer,
  roster: Roster,
): Promise<{ roster: Uint8Array; signature: Uint8Array }> {
  const encoded = rosterLayout.encode(roster);
  return { roster: encoded, signature: await signLabelled(signer, LABELS.roster, encoded) };
}

/** @throws CocoonError `ROSTER_SIGNATURE`, `ROSTER_WRONG_PROXY`, `ROSTER_WRONG_MODEL`, `ROSTER_EXPIRED`, `MALFORMED` */
export async function verifyRoster(
  proxy: VerifiedMachine,
  encoded: Uint8Array,
  signature: Uint8Array,
  expected: { now: Date; model: string },
): Promise<Roster> {
  const { manifest, digest } = checkVerified(proxy);
  if (!(await signedLabelled(manifest.signingPublicKey, LABELS.roster, encoded, signature))) {
    throw brokenProtocol(
      'ROSTER_SIGNATURE',
      'The list of workers is not signed by the proxy’s verified key.',
    );
  }
  const roster = rosterLayout.decode(encoded);
  if (!equalBytes(roster.proxyDigest, digest)) {
    throw brokenProtocol('ROSTER_WRONG_PROXY', 'The list of workers is another proxy’s.');
  }
  if (roster.model !== expected.model) {
    throw brokenProtocol('ROSTER_WRONG_MODEL', 'The list of workers is for another model.');
  }
  const seconds = expected.now.getTime() / 1000;
  const life = roster.validUntil - roster.epoch;
  const tolerance = LIMITS.clockToleranceSeconds;
  if (
    life < 0 ||
    life > LIMITS.rosterLifeSeconds ||
    roster.epoch > seconds + tolerance ||
    roster.validUntil + tolerance <= seconds
  ) {
    throw brokenProtocol('ROSTER_EXPIRED', 'The list of workers is not of this time.');
  }
  return roster;
}

/** @throws CocoonError `ROSTER_PAGE_UNKNOWN` for a page the signed roster does not list, `MALFORMED` */
export function verifyRosterPage(roster: Roster, page: Uint8Array): RosterEntry[] {
  const hash = rosterPageHash(page);
  if (!roster.pageHashes.some((known) => equalBytes(known, hash))) {
    throw brokenProtocol('ROSTER_PAGE_UNKNOWN', 'A page is not part of the signed list of workers.');
  }
  return decodeRosterPage(page);
}
