// Is this answer from one of my candidates, for this request, complete and in order? (PROTOCOL.md §8)
import { concat, equalBytes } from '../internal/bytes.js';
import type { Core } from '../protocol/core.js';
import {
  FRAME_NUMBERS,
  finalLayout,
  ItemReader,
  parseFrameType,
  unpadFrame,
  workerFailureLayout,
} from '../protocol/frame.js';
import { type PriceTable, type Usage, usageLayout } from '../protocol/price.js';
import type { WireRecord } from '../protocol/record.js';
import { type VerifiedReceipt, verifyReceipt } from '../receipts/verify-receipt.js';
import type { AeadSequence } from './aead-sequence.js';
import { deriveResponse, HEAD_PREFIX, Transcript } from './response-keys.js';
import { brokenProtocol } from './seal-error.js';
import { type RequestSecrets, type SealedRequest, secretsOf } from './seal-request.js';
import { Serial } from './serial.js';
import type { VerifiedMachine } from './verified-machine.js';

export type ReplyEvent =
  | { type: 'head'; worker: VerifiedMachine }
  | { type: 'item'; json: Uint8Array }
  | { type: 'usage'; usage: Usage }
  | { type: 'error'; code: string; message: string }
  | { type: 'final'; receipt: VerifiedReceipt };

export interface ReplyOpener {
  /**
   * Takes the next head or frame record; proxy records belong to the `AnswerOpener`. The first failure is final: every later push throws it again.
   * @throws CocoonError `ANSWER_NOT_A_CANDIDATE`, `HEAD_INVALID`, `RECORD_UNEXPECTED`, `FRAME_INVALID`, `FRAME_AFTER_FINAL`, `MALFORMED`, `RECEIPT_…`
   */
  push(record: WireRecord): Promise<ReplyEvent[]>;
  /** Records taken so far, the head included: where a resumed answer goes on. */
  readonly records: number;
  /** @throws CocoonError `STREAM_TRUNCATED` unless FINAL was seen. */
  end(): void;
}

/** An answer whose head was opened. */
export interface Started {
  worker: VerifiedMachine;
  sequence: AeadSequence;
  transcript: Transcript;
  /** Beginning of an item whose end has not come yet. */
  pending: Uint8Array;
  usage: Usage | undefined;
  records: number;
}

export interface AnsweredRequest {
  core: Core;
  coreBytes: Uint8Array;
  coreHash: Uint8Array;
  resumeToken: Uint8Array;
}

/** Where an opener was between two records. */
export type Place = Omit<Started, 'worker' | 'sequence' | 'transcript'> & {
  frames: number;
  transcript: Uint8Array;
};

/** What `saveReplyOpener` needs to know. */
export interface ReplyPlace {
  readonly request: AnsweredRequest;
  /** Undefined before the head. */
  readonly started: Started | undefined;
  /** Before the newest frame, whether it opened or not. */
  readonly before: Place | undefined;
  /** Whether a record is being opened. */
  readonly busy: boolean;
  readonly failure: unknown;
}

const places = new WeakMap<ReplyOpener, () => ReplyPlace>();

/** `prices`: the table that `core.priceDigest` names, for the receipt. */
export function createReplyOpener(sealed: SealedRequest, options: { prices: PriceTable }): ReplyOpener {
  const secrets = secretsOf(sealed);
  return openerOf(sealed, options.prices, (head) => startReply(secrets, sealed.coreHash, head), undefined);
}

/** For `saveReplyOpener` alone: where an opener is, undefined for a look-alike. */
export function placeOf(opener: ReplyOpener): ReplyPlace | undefined {
  return places.get(opener)?.();
}

export function placeNow({ sequence, transcript, pending, usage, records }: Started): Place {
  return { frames: sequence.count, transcript: transcript.hash, pending, usage, records };
}

/** Goes on from a place that was saved. */
export function openerAt(request: AnsweredRequest, prices: PriceTable, started: Started): ReplyOpener {
  return openerOf(request, prices, undefined, started);
}

async function startReply(secrets: RequestSecrets, hash: Uint8Array, head: Uint8Array): Promise<Started> {
  const { suite, candidates, answerKey } = secrets;
  if (head.length !== HEAD_PREFIX + suite.kem.encapsulatedLength) throw headInvalid();
  const candidate = candidates.find(({ machine }) => equalBytes(machine.digest, head.subarray(0, 32)));
  if (candidate === undefined) throw notACandidate();
  const answerSecret = await decapsulate(answerKey, head.subarray(HEAD_PREFIX));
  const { machine: worker, encapsulationHash, exported } = candidate;
  const sequence = await deriveResponse({
    suite,
    coreHash: hash,
    head,
    encapsulationHash,
    exported,
    answerSecret,
  });
  const transcript = Transcript.start(hash, head);
  return { worker, sequence, transcript, pending: new Uint8Array(0), usage: undefined, records: 0 };
}

function openerOf(
  request: AnsweredRequest,
  prices: PriceTable,
  start: ((head: Uint8Array) => Promise<Started>) | undefined,
  restored: Started | undefined,
): ReplyOpener {
  const { core, coreHash } = request;
  const serial = new Serial();
  const items = new ItemReader();
  let open = restored;
  let before: Place | undefined;
  let finished = false;
  let failure: unknown;
  // An incomplete item yields nothing yet.
  if (restored !== undefined) items.push(restored.pending).next();

  async function openFrame(record: WireRecord): Promise<ReplyEvent[]> {
    if (open === undefined) throw brokenProtocol('RECORD_UNEXPECTED', 'An answer starts with its head.');
    const { worker, sequence, transcript } = open;
    const type = parseFrameType(record.payload[0]);
    const frames = sequence.count;
    before = placeNow(open);
    const plaintext = await sequence
      .open(Uint8Array.of(FRAME_NUMBERS[type]), record.payload.subarray(1))
      .catch((cause: unknown) => {
        throw frameInvalid('A frame was altered, dropped, moved or relabelled', cause);
      });
    const content = unpadFrame(plaintext);
    if (type === 'final') {
      if (items.pendingBytes > 0) throw frameInvalid('The answer ends in the middle of an item');
      const final = finalLayout.decode(content);
      const receipt = await verifyReceipt({
        final,
        worker,
        core,
        coreHash,
        transcript: transcript.hash,
        frames,
        prices,
      });
      finished = true;
      return [{ type: 'final', receipt }];
    }
    transcript.add(record.bytes);
    switch (type) {
      case 'data': {
        const found = [...items.push(content)];
        const joined = concat(open.pending, content);
        open.pending = joined.slice(joined.length - items.pendingBytes);
        return found.map((json) => ({ type: 'item', json }));
      }
      case 'usage': {
        const usage = growing(open.usage, usageLayout.decode(content));
        open.usage = usage;
        return [{ type: 'usage', usage }];
      }
      case 'error':
        return [{ type: 'error', ...workerFailureLayout.decode(content) }];
      case 'pad':
        if (content.some((byte) => byte !== 0)) throw frameInvalid('A padding frame is not zero');
        return [];
      default:
        return type satisfies never;
    }
  }

  async function take(record: WireRecord): Promise<ReplyEvent[]> {
    if (failure !== undefined) throw failure;
    try {
      const events = await route(record);
      if (open !== undefined) open.records++;
      return events;
    } catch (error) {
      failure = error;
      throw error;
    }
  }

  async function route(record: WireRecord): Promise<ReplyEvent[]> {
    if (record.kind === 'proxy')
      throw brokenProtocol('RECORD_UNEXPECTED', 'This is not the worker’s record.');
    if (finished) throw brokenProtocol('FRAME_AFTER_FINAL', 'The answer goes on after its end.');
    if (record.kind === 'frame') return openFrame(record);
    if (open !== undefined || start === undefined) {
      throw brokenProtocol('RECORD_UNEXPECTED', 'An answer has one head.');
    }
    open = await start(record.payload);
    return [{ type: 'head', worker: open.worker }];
  }

  const opener: ReplyOpener = {
    push: (record) => serial.run(() => take(record)),
    get records() {
      return open?.records ?? 0;
    },
    end() {
      if (!finished) {
        throw brokenProtocol('STREAM_TRUNCATED', 'The answer ended before the worker ended it.');
      }
    },
  };
  places.set(opener, () => ({ request, started: open, before, busy: serial.pending > 0, failure }));
  return opener;
}

async function decapsulate(
  key: { decapsulate(encapsulated: Uint8Array): Uint8Array | Promise<Uint8Array> },
  encapsulated: Uint8Array,
): Promise<Uint8Array> {
  try {
    return await key.decapsulate(encapsulated);
  } catch (cause) {
    throw headInvalid(cause);
  }
}

/** Running totals never fall: a later, smaller count would hide what was used. */
function growing(before: Usage | undefined, next: Usage): Usage {
  const fell =
    before !== undefined &&
    (next.prompt < before.prompt ||
      next.cached < before.cached ||
      next.completion < before.completion ||
      next.reasoning < before.reasoning);
  if (fell) throw frameInvalid('The running usage fell');
  return next;
}

export function notACandidate() {
  return brokenProtocol(
    'ANSWER_NOT_A_CANDIDATE',
    'The answer is from a machine the request was not sealed to.',
  );
}

function headInvalid(cause?: unknown) {
  return brokenProtocol('HEAD_INVALID', 'The head of the answer is malformed.', cause);
}

function frameInvalid(message: string, cause?: unknown) {
  return brokenProtocol('FRAME_INVALID', `${message}.`, cause);
}
