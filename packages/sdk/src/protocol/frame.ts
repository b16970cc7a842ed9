// What does one sealed frame of an answer hold? (PROTOCOL.md §8.3)
import { concat, readU32, u32 } from '../internal/bytes.js';
import { bytes, bytesUpTo, text } from './fields.js';
import { LIMITS } from './limits.js';
import { malformed } from './malformed.js';
import { defineLayout, type Layout, required } from './tlv.js';

export type FrameType = 'data' | 'final' | 'pad' | 'usage' | 'error';

export const FRAME_NUMBERS: Readonly<Record<FrameType, number>> = {
  data: 0,
  final: 1,
  pad: 2,
  usage: 3,
  error: 4,
};
const FRAME_TYPES: readonly FrameType[] = ['data', 'final', 'pad', 'usage', 'error'];

/** @throws CocoonError `MALFORMED` */
export function parseFrameType(number: number | undefined): FrameType {
  const type = number === undefined ? undefined : FRAME_TYPES[number];
  if (type === undefined) throw malformed('frame', 'unknown type');
  return type;
}

/** Frame plaintext: u32 content length ‖ content ‖ zeros up to a multiple of `multiple`, within the frame limit. */
export function padFrame(content: Uint8Array, multiple: number): Uint8Array<ArrayBuffer> {
  if (content.length + 4 > LIMITS.frameBytes) throw malformed('frame', 'content too long');
  const length = Math.min(LIMITS.frameBytes, Math.ceil((content.length + 4) / multiple) * multiple);
  return concat(u32(content.length), content, new Uint8Array(length - 4 - content.length));
}

/** @throws CocoonError `MALFORMED` when the length overruns or the padding is not zero */
export function unpadFrame(plaintext: Uint8Array): Uint8Array {
  if (plaintext.length < 4 || plaintext.length > LIMITS.frameBytes) throw malformed('frame', 'wrong length');
  const length = readU32(plaintext, 0);
  if (length > plaintext.length - 4) throw malformed('frame', 'content longer than the frame');
  if (plaintext.subarray(4 + length).some((byte) => byte !== 0))
    throw malformed('frame', 'padding is not zero');
  return plaintext.subarray(4, 4 + length);
}

/** Cuts DATA contents, joined, into items (u32 length ‖ JSON); an item may span frames. */
export class ItemReader {
  #pending: Uint8Array = new Uint8Array(0);

  /** @throws CocoonError `MALFORMED` */
  *push(content: Uint8Array): Generator<Uint8Array> {
    let rest = this.#pending.length === 0 ? content : concat(this.#pending, content);
    while (rest.length >= 4) {
      const length = readU32(rest, 0);
      if (length === 0 || length > LIMITS.itemBytes) throw malformed('answer item', 'length out of range');
      if (rest.length < 4 + length) break;
      yield rest.slice(4, 4 + length);
      rest = rest.subarray(4 + length);
    }
    this.#pending = rest.slice();
  }

  get pendingBytes(): number {
    return this.#pending.length;
  }
}

export function encodeItem(json: Uint8Array): Uint8Array<ArrayBuffer> {
  if (json.length === 0 || json.length > LIMITS.itemBytes)
    throw malformed('answer item', 'length out of range');
  return concat(u32(json.length), json);
}

/** Content of FINAL: the only end an answer can have. */
export interface Final {
  receipt: Uint8Array;
  signature: Uint8Array;
  privateReceipt: Uint8Array;
}

export const finalLayout: Layout<Final> = defineLayout<Final>('Final', {
  receipt: required(2, bytesUpTo(2048)),
  signature: required(4, bytes(64)),
  privateReceipt: required(6, bytesUpTo(512)),
});

/** Content of ERROR: a stable code, never text of the request. */
export interface WorkerFailure {
  code: string;
  message: string;
}

export const workerFailureLayout: Layout<WorkerFailure> = defineLayout<WorkerFailure>('WorkerFailure', {
  code: required(2, text(64)),
  message: required(4, text(512)),
});
