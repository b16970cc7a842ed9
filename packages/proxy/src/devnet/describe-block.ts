// How does toncenter name a block and what is in it?
import { createHash } from 'node:crypto';
import { addressOf } from './address-of.js';
import type { Block } from './block-log.js';
import { refused } from './refused.js';

/** The whole workchain: the local chain has one shard. */
export const SHARD = '-9223372036854775808';

/** `root_hash` of the basechain's block is SHA-256 of the masterchain block's that holds it; file hashes likewise. */
export function describeBlock(block: Block, workchain: 0 | -1) {
  const root = workchain === -1 ? block.rootHash : sha256(block.rootHash);
  return {
    '@type': 'ton.blockIdExt',
    workchain,
    shard: SHARD,
    seqno: block.seqno,
    root_hash: root.toString('base64'),
    file_hash: sha256(root).toString('base64'),
  };
}

export interface BlockPage {
  readonly count: number;
  readonly afterLt?: bigint | undefined;
}

/** Those of accounts in `workchain`, by logical time. */
export function describeBlockTransactions(block: Block, workchain: 0 | -1, { count, afterLt }: BlockPage) {
  const there = block.transactions.filter(
    (transaction) =>
      addressOf(transaction).workChain === workchain && (afterLt === undefined || transaction.lt > afterLt),
  );
  return {
    '@type': 'blocks.transactions',
    id: describeBlock(block, workchain),
    req_count: count,
    incomplete: there.length > count,
    transactions: there.slice(0, count).map((transaction) => ({
      '@type': 'blocks.shortTxId',
      mode: 135,
      account: addressOf(transaction).toRawString(),
      lt: String(transaction.lt),
      hash: transaction.hash().toString('base64'),
    })),
  };
}

export function knownBlock(block: Block | undefined): Block {
  if (block === undefined) throw refused(500, 'LITE_SERVER_NOTREADY: block is not found');
  return block;
}

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
