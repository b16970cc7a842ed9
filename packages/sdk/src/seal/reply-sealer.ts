// How does a worker answer so that only this client can read it, and nobody can cut, reorder or extend it? (PROTOCOL.md §8)
import { platform } from '#platform';
import { concat } from '../internal/bytes.js';
import type { Core, Padding } from '../protocol/core.js';
import {
  type Final,
  FRAME_NUMBERS,
  type FrameType,
  finalLayout,
  padFrame,
  type WorkerFailure,
  workerFailureLayout,
} from '../protocol/frame.js';
import { LIMITS } from '../protocol/limits.js';
import { padme } from '../protocol/padme.js';
import { type Usage, usageLayout } from '../protocol/price.js';
import { encodeRecord, RECORD_HEADER_BYTES } from '../protocol/record.js';
import { TAG_BYTES } from '../protocol/suites.js';
import type { AeadSequence } from './aead-sequence.js';
import { encapsulateWith } from './kem.js';
import type { Random } from './random.js';
import { deriveResponse, Transcript } from './response-keys.js';
import { brokenProtocol, misuse } from './seal-error.js';
import { Serial } from './serial.js';
import type { Suite } from './suites.js';

/** Every method returns whole wire records, joined; calls take effect in their order. `REPLY_ORDER` before head and after final. */
export interface ReplySealer {
  /** Must be first; send it at once. @throws CocoonError `REQUEST_REFUSED` when the client's answer key is unusable. */
  head(): Promise<Uint8Array>;
  /** Bytes of items (`encodeItem`), in one or more DATA frames. */
  data(content: Uint8Array): Promise<Uint8Array>;
  usage(usage: Usage): Promise<Uint8Array>;
  /** One PAD record of exactly `bytes` bytes; default: the smallest of this padding. @throws CocoonError `REPLY_PAD` */
  pad(bytes?: number): Promise<Uint8Array>;
  /** PAD records after which a FINAL with `finalBytes` of content brings the whole answer to a Padmé bucket; may be empty. */
  padBeforeFinal(finalBytes: number): Promise<Uint8Array>;
  error(failure: WorkerFailure): Promise<Uint8Array>;
  /** What the receipt must hold: state after all awaited calls. @throws CocoonError `REPLY_ORDER` while one is under way. */
  transcript(): { hash: Uint8Array; frames: number; bytes: number };
  /** Must be last. */
  final(final: Final): Promise<Uint8Array>;
}

/** Frame plaintexts are multiples of this (PROTOCOL.md §8.3). */
const MULTIPLES: Record<Padding, number> = { fast: 64, balanced: 128, strict: 512 };
const FRAME_OVERHEAD = RECORD_HEADER_BYTES + 1 + TAG_BYTES;
/** A PAD record cannot be shorter: framing and the length field. */
const MIN_PAD = FRAME_OVERHEAD + 4;
const NOTHING = new Uint8Array(0);

export function createReplySealer(options: {
  suite: Suite;
  core: Core;
  coreHash: Uint8Array;
  digest: Uint8Array;
  answerPublicKey: Uint8Array;
  encapsulationHash: Uint8Array;
  exported: Uint8Array;
  random: Random;
}): ReplySealer {
  const { suite, core, coreHash, digest, answerPublicKey, encapsulationHash, exported, random } = options;
  const multiple = MULTIPLES[core.padding];
  // Under `strict` every DATA frame has the same length, so longer contents are cut.
  const pieceBytes = (core.padding === 'strict' ? multiple : LIMITS.frameBytes) - 4;
  const serial = new Serial();
  let open: { sequence: AeadSequence; transcript: Transcript } | undefined;
  let state: 'new' | 'open' | 'done' = 'new';
  let bytes = 0;

  function started(): { sequence: AeadSequence; transcript: Transcript } {
    if (open === undefined || state !== 'open') {
      throw misuse(
        'REPLY_ORDER',
        'An answer is one head, then frames, then one final.',
        'Call in that order.',
      );
    }
    return open;
  }

  async function frame(type: FrameType, plaintext: Uint8Array): Promise<Uint8Array> {
    const { sequence, transcript } = started();
    const kind = Uint8Array.of(FRAME_NUMBERS[type]);
    const record = encodeRecord('frame', concat(kind, await sequence.seal(kind, plaintext)));
    // The receipt covers the frames before FINAL, never FINAL itself, which carries the receipt.
    if (type !== 'final') transcript.add(record);
    bytes += record.length;
    return record;
  }

  const padded = (type: FrameType, content: Uint8Array) => frame(type, padFrame(content, multiple));

  async function padRecord(length: number): Promise<Uint8Array> {
    const plain = length - FRAME_OVERHEAD;
    if (plain < 4 || plain > LIMITS.frameBytes) {
      throw misuse(
        'REPLY_PAD',
        `A PAD record has ${MIN_PAD} to ${LIMITS.frameBytes + FRAME_OVERHEAD} bytes.`,
        'Use several.',
      );
    }
    return frame('pad', new Uint8Array(plain));
  }

  return {
    head: () =>
      serial.run(async () => {
        if (state !== 'new') throw misuse('REPLY_ORDER', 'The head was sent already.', 'Call head once.');
        state = 'done';
        const nonce = random(32);
        const { sharedSecret, encapsulated } = await encapsulate(suite, answerPublicKey, random);
        const head = concat(digest, nonce, encapsulated);
        const answerSecret = sharedSecret;
        const sequence = await deriveResponse({
          suite,
          coreHash,
          head,
          encapsulationHash,
          exported,
          answerSecret,
        });
        open = { sequence, transcript: Transcript.start(coreHash, head) };
        state = 'open';
        const record = encodeRecord('head', head);
        bytes += record.length;
        return record;
      }),
    data: (content) =>
      serial.run(async () => {
        const records: Uint8Array[] = [];
        for (let at = 0; at < content.length; at += pieceBytes) {
          records.push(await padded('data', content.subarray(at, at + pieceBytes)));
        }
        return concat(...records);
      }),
    usage: (usage) => serial.run(() => padded('usage', usageLayout.encode(usage))),
    pad: (length) => serial.run(() => padRecord(length ?? multiple + FRAME_OVERHEAD)),
    padBeforeFinal: (finalBytes) =>
      serial.run(async () => {
        const final = padFrame(new Uint8Array(finalBytes), multiple).length + FRAME_OVERHEAD;
        const records: Uint8Array[] = [];
        for (const length of padLengths(bytes + final)) records.push(await padRecord(length));
        return records.length === 0 ? NOTHING : concat(...records);
      }),
    error: (failure) => serial.run(() => padded('error', workerFailureLayout.encode(failure))),
    transcript() {
      if (serial.pending > 0)
        throw misuse('REPLY_ORDER', 'A frame is still being sealed.', 'Await it first.');
      const { sequence, transcript } = started();
      return { hash: transcript.hash, frames: sequence.count, bytes };
    },
    final: (final) =>
      serial.run(async () => {
        const record = await padded('final', finalLayout.encode(final));
        state = 'done';
        return record;
      }),
  };
}

async function encapsulate(suite: Suite, answerPublicKey: Uint8Array, random: Random) {
  try {
    const key = await suite.kem.publicKey(answerPublicKey);
    return await encapsulateWith(random, key, { kem: suite.kem, primitives: platform });
  } catch (cause) {
    throw brokenProtocol('REQUEST_REFUSED', 'The request cannot be opened by this worker.', cause);
  }
}

/** Lengths of the PAD records that bring `total` to a bucket. */
function padLengths(total: number): number[] {
  const largest = LIMITS.frameBytes + FRAME_OVERHEAD;
  let missing = padme(total) - total;
  // Too small a gap for even one PAD record: the next bucket that has room.
  for (let floor = total + MIN_PAD; missing > 0 && missing < MIN_PAD; floor++) missing = padme(floor) - total;
  const lengths: number[] = [];
  while (missing > 0) {
    // Never leaves a rest that no PAD record could fill.
    const length = missing <= largest ? missing : Math.min(largest, missing - MIN_PAD);
    lengths.push(length);
    missing -= length;
  }
  return lengths;
}
