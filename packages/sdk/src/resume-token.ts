// What does another process need to go on with an answer? The place in it, its keys and its terms, as one secret text.
import { CocoonError } from './errors.js';
import { concat, equalBytes, fromBase64Url, toBase64Url } from './internal/bytes.js';
import type { Core, decodeCore } from './protocol/core.js';
import { bytes, bytesUpTo, nested, u16, u32, u64 } from './protocol/fields.js';
import { LIMITS } from './protocol/limits.js';
import { type PriceTable, priceTableLayout } from './protocol/price.js';
import { defineLayout, type Layout, required } from './protocol/tlv.js';
import type { priceDigest } from './seal/envelope/digests.js';
import { decodeSavedReply, type SavedReply } from './seal/saved-reply.js';

const PREFIX = 'ckresume1.';
const FORMAT = 1;
/** An answer's place is at most one unfinished item, the request's core and some numbers. */
const SAVED_BYTES = LIMITS.itemBytes + 8_192;
const MAX_CHARACTERS = Math.ceil(((SAVED_BYTES + 4_096) * 4) / 3);
const MAX_CHOICES = 128;
/** Finds a token that was cut or mistyped; whoever made it knows how to count it again. */
const CHECK_BYTES = 8;

interface TokenDocument {
  version: number;
  /** A `SavedReply`. */
  saved: Uint8Array;
  cancelToken: Uint8Array;
  prices: PriceTable;
  /** Items of the next record that the first reader has had. */
  skip: number;
  jsonBytes: number;
  messages: number;
  textBytes: bigint;
  /** One byte for each choice seen. */
  choices: Uint8Array;
}

const tokenLayout: Layout<TokenDocument> = defineLayout<TokenDocument>('ResumeToken', {
  version: required(2, u16),
  saved: required(4, bytesUpTo(SAVED_BYTES)),
  cancelToken: required(6, bytes(32)),
  prices: required(8, nested(priceTableLayout)),
  skip: required(10, u32),
  jsonBytes: required(12, u32),
  messages: required(14, u32),
  textBytes: required(16, u64),
  choices: required(18, bytesUpTo(MAX_CHOICES)),
});

export type Sha256 = (data: Uint8Array) => Uint8Array;

/** From the main path, so that this part adds no second copy of them and splits nothing. */
export interface TokenTools {
  readonly sha256: Sha256;
  readonly decodeCore: typeof decodeCore;
  readonly priceDigest: typeof priceDigest;
}

export interface ResumeToken extends Omit<TokenDocument, 'version'> {
  readonly place: SavedReply;
  readonly core: Core;
}

export function encodeResumeToken(token: Omit<TokenDocument, 'version'>, sha256: Sha256): string {
  const document = tokenLayout.encode({ ...token, version: FORMAT });
  return PREFIX + toBase64Url(concat(document, checkOf(document, sha256)));
}

/**
 * @throws CocoonError kind `config`: `RESUME_TOKEN_INVALID` (not one, cut or changed), `RESUME_TOKEN_VERSION` (of another version),
 * `RESUME_TOKEN_EXPIRED` (no worker keeps the answer any more)
 */
export function decodeResumeToken(text: string, now: Date, tools: TokenTools): ResumeToken {
  if (typeof text !== 'string' || text.length > MAX_CHARACTERS) throw invalid();
  if (!text.startsWith(PREFIX)) throw /^ckresume\d+\./.test(text) ? otherVersion() : invalid();
  const { place, core, ...token } = parse(text.slice(PREFIX.length), tools);
  const until = core.expires + Math.ceil(core.maxMs / 1000) + LIMITS.resumeSeconds;
  if (now.getTime() >= until * 1000) throw expired();
  return { ...token, place, core };
}

function parse(text: string, { sha256, decodeCore, priceDigest }: TokenTools): ResumeToken {
  try {
    const whole = fromBase64Url(text);
    const document = whole.subarray(0, -CHECK_BYTES);
    // Another last character can mean the same bytes: one token, one text.
    const exact =
      toBase64Url(whole) === text && equalBytes(whole.subarray(-CHECK_BYTES), checkOf(document, sha256));
    if (!exact) throw invalid();
    const { version, ...token } = tokenLayout.decode(document);
    if (version !== FORMAT) throw invalid();
    const place = decodeSavedReply(token.saved);
    const core = decodeCore(place.core);
    if (!equalBytes(priceDigest(token.prices), core.priceDigest)) throw invalid();
    return { ...token, place, core };
  } catch (cause) {
    throw invalid(cause);
  }
}

function checkOf(document: Uint8Array, sha256: Sha256): Uint8Array {
  return sha256(document).subarray(0, CHECK_BYTES);
}

function failure(code: string, message: string, remedy: string, cause?: unknown): CocoonError {
  return new CocoonError({ kind: 'config', code, message, remedy, cause });
}

function invalid(cause?: unknown): CocoonError {
  return failure(
    'RESUME_TOKEN_INVALID',
    'This is not a complete, unchanged resume token.',
    'Use the text exactly as resumeToken() returned it.',
    // Never the text or a part of it: it is a secret.
    cause instanceof CocoonError ? cause : undefined,
  );
}

function otherVersion(): CocoonError {
  return failure(
    'RESUME_TOKEN_VERSION',
    'This resume token is of another version of CocoonKit.',
    'Resume with the version that made it.',
  );
}

function expired(): CocoonError {
  return failure(
    'RESUME_TOKEN_EXPIRED',
    'This answer is no longer kept by any worker.',
    'Ask again: workers keep an answer for ten minutes after its end.',
  );
}
