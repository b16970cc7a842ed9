// Is this text one cell? BoCs come from anybody who reaches the port.
import { Cell } from '@ton/core';
import { refused } from './refused.js';

/** As TON limits external messages. */
const MAX_BOC_BYTES = 65_535;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** One root, base64 or base64url. @throws `DEVNET_REFUSED` (422) */
export function readCell(text: string): Cell {
  if (text.length > Math.ceil(MAX_BOC_BYTES / 3) * 4) throw refused(422, 'A BoC is larger than 65535 bytes.');
  if (!BASE64.test(text)) throw refused(422, 'A BoC is not in base64.');
  let roots: Cell[];
  try {
    roots = Cell.fromBoc(Buffer.from(text, 'base64'));
  } catch {
    throw refused(422, 'A BoC cannot be read.');
  }
  const [root] = roots;
  if (root === undefined || roots.length !== 1) throw refused(422, 'A BoC must have one root.');
  return root;
}
