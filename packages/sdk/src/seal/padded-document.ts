// How long is a sealed document from the outside? u32 length ‖ document ‖ zeros, up to a Padmé bucket (PROTOCOL.md §2.4).
import { readU32, u32 } from '../internal/bytes.js';
import { malformed } from '../protocol/malformed.js';
import { padme } from '../protocol/padme.js';

export function padDocument(document: Uint8Array): Uint8Array {
  const out = new Uint8Array(padme(4 + document.length));
  out.set(u32(document.length));
  out.set(document, 4);
  return out;
}

/** @throws CocoonError `MALFORMED` when the length overruns, the padding is not zero or not the bucket's. */
export function unpadDocument(padded: Uint8Array, what: string): Uint8Array {
  if (padded.length < 4) throw malformed(what, 'shorter than its length field');
  const length = readU32(padded, 0);
  // Also refuses a length beyond the message, whose bucket would be larger.
  if (padded.length !== padme(4 + length)) throw malformed(what, 'not padded to its bucket');
  for (let at = 4 + length; at < padded.length; at++) {
    if (padded[at] !== 0) throw malformed(what, 'padding is not zero');
  }
  return padded.subarray(4, 4 + length);
}
