// Which of Intel's TCB levels does a version reach?
import type { AttestationCode } from '../codes.js';
import { check } from '../fail.js';
import type { LevelVerdict } from '../parse-tcb-level.js';
import type { TcbPart } from '../tcb-status.js';

/** The first level that is reached, highest first: `missing` when there is none, `ATTESTATION_TCB_REVOKED` when Intel revoked it. */
export function chooseLevel<Level extends LevelVerdict>(
  levels: readonly Level[],
  isReached: (level: Level) => boolean,
  missing: AttestationCode,
  what: string,
): TcbPart {
  const level = levels.find(isReached);
  check(level !== undefined, missing, what);
  check(level.part !== undefined, 'TCB_REVOKED', what);
  return level.part;
}
