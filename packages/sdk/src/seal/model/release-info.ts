// Which purpose and which machine is a released key for? (PROTOCOL.md §17.3)
import { concat, utf8 } from '../../internal/bytes.js';
import { MODEL_LABELS } from '../../protocol/labels.js';

/** Like the HPKE info of every other sealing: useless for another purpose, machine or key epoch. */
export function releaseInfo(workerDigest: Uint8Array): Uint8Array {
  return concat(utf8(MODEL_LABELS.modelRelease), Uint8Array.of(0), workerDigest);
}
