// Which entries does a HashmapE hold? All three forms of labels, and no more entries than a registry may have.
import { chainDataInvalid } from '../../ton/chain-error.js';
import { CellReader } from './cell-reader.js';
import type { BocCell } from './parse-boc.js';

/** Both branches of a fork may be one cell: a few of them could stand for more entries than there are atoms. */
const MAX_ENTRIES = 10_000;

/**
 * Keys are hexadecimal, `keyBits / 4` digits, ascending. `readValue` gets each value's reader, and sees to its end.
 * @throws CocoonError `CHAIN_DATA_INVALID`
 */
export function readDictionary<T>(
  from: CellReader,
  keyBits: number,
  readValue: (value: CellReader) => T,
): [string, T][] {
  const entries: [string, T][] = [];
  const root = from.maybeRef();
  if (root !== undefined) walk(root, '');
  return entries;

  function walk(cell: BocCell, above: string): void {
    const reader = new CellReader(cell);
    const prefix = above + readLabel(reader, keyBits - above.length);
    if (prefix.length === keyBits) {
      if (entries.length === MAX_ENTRIES)
        throw chainDataInvalid(`a list of more than ${MAX_ENTRIES} entries`);
      const key = BigInt(`0b${prefix}`)
        .toString(16)
        .padStart(keyBits / 4, '0');
      entries.push([key, readValue(reader)]);
      return;
    }
    const left = reader.ref();
    const right = reader.ref();
    reader.end();
    walk(left, `${prefix}0`);
    walk(right, `${prefix}1`);
  }
}

/** `room`: how many bits of the key are still unknown. */
function readLabel(reader: CellReader, room: number): string {
  const lengthBits = 32 - Math.clz32(room);
  let length = 0;
  let repeated: 0 | 1 | undefined;
  if (reader.bit() === 0) {
    while (reader.bit() === 1) length++;
  } else {
    if (reader.bit() === 1) repeated = reader.bit();
    length = reader.uint(lengthBits);
  }
  if (length > room) throw chainDataInvalid('a list whose keys are too long');
  let label = '';
  for (let i = 0; i < length; i++) label += repeated ?? reader.bit();
  return label;
}
