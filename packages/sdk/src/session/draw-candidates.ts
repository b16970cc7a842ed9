// To which machines is this request sealed? The client's own draw: one uniform, the others by load, success and price.
import { toHex } from '../internal/bytes.js';
import type { Random } from '../seal/random.js';
import type { PooledWorker } from './model-pool.js';
import { drawWeighted } from './random-draw.js';

const FULL = 255;

/** `avoid`: digests (hex) that refused this operation before; they are drawn only when nobody else is left. */
export function drawCandidates(
  random: Random,
  workers: readonly PooledWorker[],
  count: number,
  avoid: ReadonlySet<string>,
): PooledWorker[] {
  const others = workers.filter(({ machine }) => !avoid.has(toHex(machine.digest)));
  return drawWeighted(random, others.length > 0 ? others : workers, count, weight);
}

/** Whole numbers, so that the draw is exact. */
function weight({ machine, load, success, strikes }: PooledWorker): number {
  const coefficient = Math.max(1, machine.manifest.worker?.coefficient ?? 1000);
  const idle = FULL + 1 - load;
  return Math.ceil((idle * (success + 16) * 1000) / coefficient / 4 ** Math.min(strikes, 8));
}
