// Which answers to one fixed request must a client refuse? (PROTOCOL.md §8)
import { concat, toHex, utf8 } from '../../src/internal/bytes.js';
import { encodeItem } from '../../src/protocol/frame.js';
import { signReceipt } from '../../src/receipts/sign-receipt.js';
import { type OpenedRequest, openRequest } from '../../src/seal/open-request.js';
import { answer, billOf, sealTo } from '../fixed-exchange.js';
import { type FixedMachine, fixedRandom } from '../fixed-machines.js';
import type { Json } from '../make-vectors.js';
import { flip } from './edit-tlv.js';

type Case = [name: string, code: string, stream: Uint8Array[]];

export async function answerAttacks(workers: readonly FixedMachine[]): Promise<Json> {
  const [worker, second] = workers;
  if (worker === undefined || second === undefined) throw new Error('two workers are needed');
  const sealed = await sealTo(workers, fixedRandom('vector request 1'), { suite: 1 });
  const open = (by: FixedMachine, of: typeof sealed, seed: string, index = 0): Promise<OpenedRequest> =>
    openRequest({
      keys: by.keys,
      digest: by.digest,
      coreBytes: of.coreBytes,
      wrap: of.wraps[index] ?? new Uint8Array(0),
      body: of.body,
      random: fixedRandom(seed),
    });
  const bytesOf = async (opened: OpenedRequest, by: FixedMachine) =>
    (await answer(opened, by)).map(({ bytes }) => bytes);
  const honest = await bytesOf(await open(worker, sealed, 'attack answer'), worker);
  const earlier = await sealTo(workers, fixedRandom('attack earlier request'), { suite: 1 });
  const old = await bytesOf(await open(worker, earlier, 'attack earlier answer'), worker);
  const others = await bytesOf(await open(second, sealed, 'attack second answer', 1), second);
  const [head = new Uint8Array(0), ...frames] = honest;
  const at = (index: number, change: (record: Uint8Array) => Uint8Array) =>
    honest.map((record, i) => (i === index ? change(record) : record));
  const named = (digest: Uint8Array) => concat(head.subarray(0, 5), digest, head.subarray(37));

  const cases: Case[] = [
    ['honest', '', honest],
    ['honest, from the second candidate', '', others],
    ['a bit of a frame', 'FRAME_INVALID', at(1, flip)],
    ['a bit of a frame’s type', 'FRAME_INVALID', at(1, (record) => flip(record, 5))],
    ['a bit of the head’s random part', 'FRAME_INVALID', at(0, (record) => flip(record, 40))],
    ['a bit of the head’s encapsulation', 'FRAME_INVALID', at(0, flip)],
    ['a head one byte short', 'HEAD_INVALID', [shorter(head), ...frames]],
    ['a stranger’s head', 'ANSWER_NOT_A_CANDIDATE', [named(new Uint8Array(32)), ...frames]],
    ['another candidate’s head', 'FRAME_INVALID', [named(second.digest), ...frames]],
    ['frames of another candidate', 'FRAME_INVALID', [head, ...others.slice(1)]],
    ['no head', 'RECORD_UNEXPECTED', frames],
    ['two heads', 'RECORD_UNEXPECTED', [head, ...honest]],
    ['a frame left out', 'FRAME_INVALID', honest.filter((_, i) => i !== 1)],
    ['a frame twice', 'FRAME_INVALID', [...honest.slice(0, 2), ...honest.slice(1)]],
    ['a frame moved to the front', 'FRAME_INVALID', [head, ...honest.slice(2, 3), ...honest.slice(1, 2)]],
    ['the answer to an earlier request', 'FRAME_INVALID', old],
    ['the end of an earlier answer', 'FRAME_INVALID', [...honest.slice(0, -1), ...old.slice(-1)]],
    ['an end before FINAL', 'STREAM_TRUNCATED', honest.slice(0, -1)],
    ['an end within FINAL', 'STREAM_TRUNCATED', at(honest.length - 1, (r) => r.subarray(0, -1))],
    ['a head alone', 'STREAM_TRUNCATED', [head]],
    ['nothing', 'STREAM_TRUNCATED', []],
    ['FINAL twice', 'FRAME_AFTER_FINAL', [...honest, ...honest.slice(-1)]],
    ['a record of kind 9', 'MALFORMED', [head, Uint8Array.of(9, 0, 0, 0, 0)]],
    ['a record of 4 GiB', 'MALFORMED', [head, Uint8Array.of(2, 255, 255, 255, 255)]],
    ['an empty frame', 'MALFORMED', [head, Uint8Array.of(2, 0, 0, 0, 0)]],
    ['a frame of type 9', 'MALFORMED', [head, Uint8Array.of(2, 0, 0, 0, 1, 9)]],
    ...(await lies(() => open(worker, sealed, 'attack lying worker'), worker)),
  ];
  return {
    about:
      'PROTOCOL.md §8: a client that sent seal/request-suite-1.json reads `stream` to its end. `code` is that of the first failure, empty for an answer that must be accepted.',
    request: 'seal/request-suite-1.json',
    cases: cases.map(([name, code, stream]) => ({ name, code, stream: toHex(concat(...stream)) })),
  };
}

/** What a verified worker may say under the right keys, and must not get away with. */
async function lies(open: () => Promise<OpenedRequest>, worker: FixedMachine): Promise<Case[]> {
  const item = encodeItem(utf8('{"choices":[]}'));
  const usage = (prompt: number) => ({ prompt, cached: 0, completion: 1, reasoning: 0 });
  const tell = async (say: (reply: OpenedRequest['reply']) => Promise<Uint8Array>[]) => {
    const opened = await open();
    const parts = [await opened.reply.head(), ...(await Promise.all(say(opened.reply)))];
    const { receipt, details } = billOf(opened, worker);
    parts.push(await opened.reply.final(await signReceipt(worker.keys.signer, receipt, details)));
    return parts;
  };
  return [
    [
      'a running total taken back',
      'FRAME_INVALID',
      await tell((reply) => [reply.usage(usage(9)), reply.usage(usage(8))]),
    ],
    [
      'FINAL in the middle of an item',
      'FRAME_INVALID',
      await tell((reply) => [reply.data(item.subarray(0, -1))]),
    ],
    [
      'an item above the limit',
      'MALFORMED',
      await tell((reply) => [reply.data(Uint8Array.of(255, 255, 255, 255, 1))]),
    ],
  ];
}

/** A record whose payload, and whose length field, have one byte less. */
function shorter(record: Uint8Array): Uint8Array {
  const out = record.slice(0, -1);
  const length = out.length - 5;
  out.set([length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255], 1);
  return out;
}
