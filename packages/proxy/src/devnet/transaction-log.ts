// Which transactions did an account have, newest first, from any of them on?
import type { Address, Transaction } from '@ton/core';
import { refused } from './refused.js';

/** Of the whole chain; older ones are forgotten. */
const TRANSACTIONS_KEPT = 100_000;

export interface PageOptions {
  /** First one of the page, by its logical time and, when given, its hash. Default: the newest. */
  readonly lt?: bigint | undefined;
  readonly hash?: Buffer | undefined;
  /** Only those above this logical time. */
  readonly toLt?: bigint | undefined;
  readonly limit: number;
}

export interface Located {
  readonly address: Address;
  readonly transaction: Transaction;
}

export class TransactionLog {
  readonly #all: Located[] = [];
  readonly #byAccount = new Map<string, Transaction[]>();

  add(address: Address, transaction: Transaction): void {
    const key = address.toRawString();
    const own = this.#byAccount.get(key) ?? [];
    own.push(transaction);
    this.#byAccount.set(key, own);
    this.#all.push({ address, transaction });
    if (this.#all.length > TRANSACTIONS_KEPT) this.#forgetOldest(TRANSACTIONS_KEPT / 10);
  }

  /** Empty when the account has no transaction of this `lt`. @throws `DEVNET_REFUSED` (500) when it has, with another hash. */
  page(address: Address, { lt, hash, toLt, limit }: PageOptions): Transaction[] {
    const own = this.#byAccount.get(address.toRawString()) ?? [];
    const from = lt === undefined ? own.length - 1 : own.findIndex((transaction) => transaction.lt === lt);
    const start = own[from];
    if (hash !== undefined && start !== undefined && !start.hash().equals(hash))
      throw refused(500, 'LITE_SERVER_UNKNOWN: transaction hash mismatch');
    const page: Transaction[] = [];
    for (let at = from; at >= 0 && page.length < limit; at -= 1) {
      const transaction = own[at];
      if (transaction === undefined || (toLt !== undefined && transaction.lt <= toLt)) break;
      page.push(transaction);
    }
    return page;
  }

  /** The transaction at `destination` that took in the message. */
  findResult(source: Address, destination: Address, createdLt: bigint): Located | undefined {
    const transaction = this.#byAccount.get(destination.toRawString())?.find(({ inMessage }) => {
      const info = inMessage?.info;
      return info?.type === 'internal' && info.createdLt === createdLt && info.src.equals(source);
    });
    return transaction === undefined ? undefined : { address: destination, transaction };
  }

  /** The transaction at `source` that sent the message. */
  findSource(source: Address, destination: Address, createdLt: bigint): Located | undefined {
    const transaction = this.#byAccount.get(source.toRawString())?.find(({ outMessages }) =>
      outMessages.values().some(({ info }) => {
        return info.type === 'internal' && info.createdLt === createdLt && info.dest.equals(destination);
      }),
    );
    return transaction === undefined ? undefined : { address: source, transaction };
  }

  #forgetOldest(count: number): void {
    for (const { address } of this.#all.splice(0, count)) {
      const own = this.#byAccount.get(address.toRawString());
      own?.shift();
      if (own?.length === 0) this.#byAccount.delete(address.toRawString());
    }
  }
}
