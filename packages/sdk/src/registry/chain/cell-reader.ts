// What do the bits of a cell say? Read in order, never beyond the end.
import { chainDataInvalid } from '../../ton/chain-error.js';
import type { BocCell } from './parse-boc.js';

export class CellReader {
  #bit = 0;
  #ref = 0;
  readonly #cell: BocCell;

  constructor(cell: BocCell) {
    this.#cell = cell;
  }

  bit(): 0 | 1 {
    if (this.#bit >= this.#cell.bitLength) throw chainDataInvalid('a cell ends too early');
    const byte = this.#cell.data[this.#bit >> 3] ?? 0;
    const set = (byte >> (7 - (this.#bit & 7))) & 1;
    this.#bit++;
    return set === 1 ? 1 : 0;
  }

  /** At most 32 bits, unsigned. */
  uint(bits: number): number {
    let value = 0;
    for (let i = 0; i < bits; i++) value = value * 2 + this.bit();
    return value;
  }

  hex(bytes: number): string {
    let text = '';
    for (let i = 0; i < bytes; i++) text += this.uint(8).toString(16).padStart(2, '0');
    return text;
  }

  /** VarUInteger 16: a length in bytes, then the amount. */
  coins(): bigint {
    return BigInt(`0x0${this.hex(this.uint(4))}`);
  }

  ref(): BocCell {
    const found = this.#cell.refs[this.#ref++];
    if (found === undefined) throw chainDataInvalid('a cell lacks a reference');
    return found;
  }

  maybeRef(): BocCell | undefined {
    return this.bit() === 1 ? this.ref() : undefined;
  }

  /** @throws CocoonError `CHAIN_DATA_INVALID` when anything is left */
  end(): void {
    if (this.#bit !== this.#cell.bitLength || this.#ref !== this.#cell.refs.length)
      throw chainDataInvalid('a cell holds more than it should');
  }
}
