// How does a request body reach its worker? Piece by piece, each only after the worker granted room for it.
import type { BodyReader } from '../http/body-reader.js';
import { refusal } from '../refusal.js';
import type { WorkerStream } from '../workers/worker-stream.js';

const PIECE_BYTES = 65_536;

/**
 * Resolves when all was sent, or the stream ended before. Tells whose turn it is: the worker's, which grants room, or the client's.
 * @throws CocoonError `BAD_MESSAGE` when the client went away or is too slow, `MALFORMED` when it sends more than announced.
 */
export async function sendBody(
  body: BodyReader,
  stream: WorkerStream,
  options: { bytes: number; idleMs: number; turn: { expect(): void; rest(): void } },
): Promise<void> {
  let left = options.bytes;
  while (left > 0) {
    options.turn.expect();
    const room = await stream.room();
    options.turn.rest();
    if (stream.closed) return;
    const piece = await body.some(Math.min(room, left, PIECE_BYTES), options.idleMs);
    if (piece === undefined) throw refusal('MALFORMED', 'The body is shorter than the request says.');
    left -= piece.length;
    await stream.send(piece);
  }
  if ((await body.some(1, options.idleMs)) !== undefined)
    throw refusal('MALFORMED', 'The body is longer than the request says.');
  if (stream.closed) return;
  options.turn.expect();
  await stream.channel.send({ type: 'body-end', stream: stream.id });
}
