// How do a getter's arguments and results travel? As pairs of a type and a value, the way toncenter writes them.
import type { Cell, TupleItem } from '@ton/core';
import { z } from 'zod';
import { readCell } from './read-cell.js';
import { refused } from './refused.js';

const MAX_ARGUMENTS = 256;
/** 257 bits in decimal, with sign. */
const NUMBER = /^-?(?:0x[0-9a-fA-F]{1,65}|\d{1,78})$/;

export const stackArguments = z
  .array(z.tuple([z.string(), z.union([z.string(), z.number().int()])]))
  .max(MAX_ARGUMENTS);

/** `num` (decimal or 0x), `tvm.Cell`, `tvm.Slice` and `tvm.Builder` (base64). @throws `DEVNET_REFUSED` (422) */
export function readStack(stack: z.infer<typeof stackArguments>): TupleItem[] {
  return stack.map(([type, value]) => {
    const text = String(value);
    switch (type.toLowerCase()) {
      case 'num':
      case 'int':
        if (!NUMBER.test(text)) throw refused(422, 'A number of the stack cannot be read.');
        return {
          type: 'int',
          value: text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text),
        };
      case 'cell':
      case 'tvm.cell':
        return { type: 'cell', cell: readCell(text) };
      case 'slice':
      case 'tvm.slice':
        return { type: 'slice', cell: readCell(text) };
      case 'tvm.builder':
        return { type: 'builder', cell: readCell(text) };
      default:
        throw refused(422, 'A type of the stack is not known.');
    }
  });
}

export function writeStack(items: readonly TupleItem[]): unknown[] {
  return items.map((item) => {
    switch (item.type) {
      case 'int':
        return ['num', hex(item.value)];
      case 'nan':
        return ['num', 'NaN'];
      case 'null':
        return ['list', { '@type': 'tvm.list', elements: [] }];
      case 'tuple':
        return ['tuple', { '@type': 'tvm.tuple', elements: item.items.map(entry) }];
      default:
        return [item.type, { '@type': `tvm.${item.type}`, bytes: bytesOf(item.cell) }];
    }
  });
}

/** Inside a tuple the spelling is another one. */
function entry(item: TupleItem): unknown {
  switch (item.type) {
    case 'int':
      return number(String(item.value));
    case 'nan':
      return number('NaN');
    case 'null':
      return { '@type': 'tvm.stackEntryList', list: { '@type': 'tvm.list', elements: [] } };
    case 'tuple':
      return {
        '@type': 'tvm.stackEntryTuple',
        tuple: { '@type': 'tvm.tuple', elements: item.items.map(entry) },
      };
    case 'cell':
      return { '@type': 'tvm.stackEntryCell', cell: { '@type': 'tvm.cell', bytes: bytesOf(item.cell) } };
    default:
      return { '@type': 'tvm.stackEntrySlice', slice: { '@type': 'tvm.slice', bytes: bytesOf(item.cell) } };
  }
}

const number = (text: string) => ({
  '@type': 'tvm.stackEntryNumber',
  number: { '@type': 'tvm.numberDecimal', number: text },
});
const hex = (value: bigint) => (value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`);
const bytesOf = (cell: Cell) => cell.toBoc().toString('base64');
