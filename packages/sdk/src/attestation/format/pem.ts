// How is a PEM certificate chain turned into DER, accepting exactly one spelling?
import { expectFormat } from './cursor.js';

const MAX_PEM_CHARACTERS = 65_536;
const BLOCK =
  /-----BEGIN CERTIFICATE-----\r?\n((?:[A-Za-z0-9+/=]+\r?\n)+)-----END CERTIFICATE-----(?:\r?\n)*/y;

/** The DER of every block of an RFC 7468 text; anything between or after the blocks is an error. */
export function parsePemChain(text: string): Uint8Array[] {
  expectFormat(text.length <= MAX_PEM_CHARACTERS);
  const blocks: Uint8Array[] = [];
  BLOCK.lastIndex = 0;
  while (BLOCK.lastIndex < text.length) {
    const match = BLOCK.exec(text);
    expectFormat(match !== null);
    blocks.push(decodeBase64((match[1] ?? '').replace(/[\r\n]/g, '')));
  }
  return blocks;
}

/** Standard base64 with padding, in its one spelling. */
export function decodeBase64(text: string): Uint8Array {
  let binary = '';
  try {
    binary = atob(text);
  } catch {
    // Falls through: the round trip below fails.
  }
  // The round trip refuses unused bits and misplaced padding: one certificate has one spelling.
  expectFormat(btoa(binary) === text);
  const out = new Uint8Array(binary.length);
  for (let i = 0; i < out.length; i++) out[i] = binary.charCodeAt(i);
  return out;
}
