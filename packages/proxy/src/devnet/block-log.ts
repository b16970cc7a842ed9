// Which blocks does the local chain have? A chain of hashes over time and transactions, so that beacons can come from it.
import { createHash } from 'node:crypto';
import type { Transaction } from '@ton/core';

/** Two hours at one block a second, and more than the 90 minutes a quote may be old. */
const BLOCKS_KEPT = 10_000;
const STATE_LABEL = 'cocoonkit devnet state';

/** One block of the masterchain, with the one block of the basechain that it holds. */
export interface Block {
  readonly seqno: number;
  /** Unix seconds; never less than the block's before. */
  readonly utime: number;
  /** SHA-256(root_hash of the block before ‖ SHA-256(label ‖ u32 seqno ‖ u64 utime ‖ hashes of the transactions)). */
  readonly rootHash: Buffer;
  readonly transactions: readonly Transaction[];
}

export class BlockLog {
  readonly #blocks = new Map<number, Block>();
  readonly first: Block;
  #last: Block;

  /** `seed`: 32 random bytes, the root hash of block 0, so that no two chains have a block in common. */
  constructor(seed: Uint8Array, utime: number) {
    this.first = { seqno: 0, utime, rootHash: Buffer.from(seed), transactions: [] };
    this.#last = this.first;
    this.#blocks.set(0, this.first);
  }

  get last(): Block {
    return this.#last;
  }

  /** Undefined for blocks to come and for those no longer kept. */
  find(seqno: number): Block | undefined {
    return this.#blocks.get(seqno);
  }

  append(utime: number, transactions: readonly Transaction[]): Block {
    const head = Buffer.alloc(12);
    const seqno = this.#last.seqno + 1;
    head.writeUInt32BE(seqno);
    head.writeBigUInt64BE(BigInt(utime), 4);
    const state = createHash('sha256').update(STATE_LABEL).update(head);
    for (const transaction of transactions) state.update(transaction.hash());
    const rootHash = createHash('sha256').update(this.#last.rootHash).update(state.digest()).digest();
    this.#last = { seqno, utime, rootHash, transactions };
    this.#blocks.set(seqno, this.#last);
    // Block 0 stays: it names the chain.
    if (seqno > BLOCKS_KEPT) this.#blocks.delete(seqno - BLOCKS_KEPT);
    return this.#last;
  }
}
