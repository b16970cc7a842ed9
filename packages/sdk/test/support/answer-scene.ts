// What do the tests of answers have in common? One sealed request to two machines, the answer of the first, and ways to change it.
import { platform } from '#platform';
import { answer, sealTo } from '../../scripts/fixed-exchange.js';
import { type FixedMachine, fixedWorker } from '../../scripts/fixed-machines.js';
import { DEFAULT_PRICES } from '../../src/protocol/price.js';
import { encodeRecord, type WireRecord } from '../../src/protocol/record.js';
import { openRequest } from '../../src/seal/open-request.js';
import { createReplyOpener, type ReplyEvent } from '../../src/seal/reply-opener.js';
import type { SealedRequest } from '../../src/seal/seal-request.js';

export const random = platform.randomBytes;
export const prices = DEFAULT_PRICES;
export const [first, second, stranger] = [
  await fixedWorker('w0'),
  await fixedWorker('w1'),
  await fixedWorker('w9'),
];
export const workers = [first, second];
export const sealed = await sealTo(workers, random);
export const opened = await open(sealed, first);
export const answered = await answer(opened, first);
export const FRAME_INVALID = { code: 'FRAME_INVALID' };

export function open(
  request: SealedRequest,
  worker: FixedMachine,
  wrap = request.wraps[workers.indexOf(worker)],
) {
  const { keys, digest } = worker;
  const { coreBytes, body } = request;
  return openRequest({ keys, digest, coreBytes, wrap: wrap ?? new Uint8Array(0), body, random });
}

/** Pushes everything; the events, or the first error. */
export async function read(
  wire: readonly WireRecord[],
  request: SealedRequest = sealed,
): Promise<ReplyEvent[]> {
  const opener = createReplyOpener(request, { prices });
  const events: ReplyEvent[] = [];
  for (const record of wire) events.push(...(await opener.push(record)));
  opener.end();
  return events;
}

export const at = (i: number): WireRecord => {
  const record = answered.at(i);
  if (record === undefined) throw new Error('no such record');
  return record;
};
export const replaced = (i: number, record: WireRecord) => answered.map((own, j) => (j === i ? record : own));
export const withPayload = (kind: WireRecord['kind'], payload: Uint8Array): WireRecord => {
  return { kind, payload, bytes: encodeRecord(kind, payload) };
};
export const flipBit = (bytes: Uint8Array, bit: number) =>
  bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
