// What happens to a message on the local chain? It runs with all that follows from it, one at a time, and a block holds the result.
import {
  Address,
  type Cell,
  internal,
  loadMessage,
  loadTransaction,
  type Message,
  type Transaction,
} from '@ton/core';
import type { BlockchainTransaction, SmartContract } from '@ton/sandbox';
import { addressOf } from './address-of.js';
import { type Block, BlockLog } from './block-log.js';
import { type OpenBlockchain, openBlockchain } from './open-blockchain.js';
import { refused } from './refused.js';
import { TransactionLog } from './transaction-log.js';

/** What a message sets off beyond this runs in the next blocks. */
const TRANSACTIONS_PER_BLOCK = 256;
/** Calls waiting for their turn. */
const QUEUE = 256;
const YEAR = 31_536_000;
/** 2106, the end of TON's 32-bit clock, is far; beyond this a chain is refused as a mistake. */
const MAX_AHEAD_SECONDS = 20 * YEAR;

export const FAUCET = new Address(0, Buffer.alloc(32, 0xfa));

export interface LocalChainOptions {
  readonly now: () => Date;
  readonly random: (length: number) => Uint8Array;
}

export class LocalChain {
  readonly blocks: BlockLog;
  readonly transactions = new TransactionLog();
  readonly #open: OpenBlockchain;
  readonly #now: () => Date;
  #ahead = 0;
  #waiting = 0;
  #turn: Promise<unknown> = Promise.resolve();
  /** What earlier messages set off and no block had room for. */
  #rest: AsyncIterator<BlockchainTransaction> | undefined;

  private constructor(open: OpenBlockchain, { now, random }: LocalChainOptions) {
    this.#open = open;
    this.#now = now;
    this.blocks = new BlockLog(random(32), this.#clock());
  }

  /** @throws CocoonError `SANDBOX_MISSING` */
  static async open(options: LocalChainOptions): Promise<LocalChain> {
    return new LocalChain(await openBlockchain(), options);
  }

  /** Undefined for an account nothing ever happened to. */
  account(address: Address): SmartContract | undefined {
    return this.#open.peek(address);
  }

  /** The next block, with or without transactions. */
  async tick(): Promise<Block> {
    return this.#alone(() => this.#finish(this.#rest));
  }

  /**
   * One external message, as a cell.
   * @throws `DEVNET_REFUSED`: 422 for what is no external message, 500 when the contract does not accept it, 503 when too many wait
   */
  async send(cell: Cell): Promise<void> {
    const message = externalMessage(cell);
    await this.#alone(async () => {
      await this.#run(message);
    });
  }

  /** Coins from nowhere, without bouncing. Amount in nanoTON. */
  async give(address: Address, amount: bigint): Promise<Block> {
    const { info, body } = internal({ to: address, value: amount, bounce: false });
    if (info.type !== 'internal') throw new TypeError('not an internal message');
    return this.#alone(() => this.#run({ info: { ...info, src: FAUCET }, body }));
  }

  /** Forward only: no account may see an earlier second than before. @throws `DEVNET_REFUSED` (422) */
  async advance(seconds: number): Promise<Block> {
    if (this.#ahead + seconds > MAX_AHEAD_SECONDS)
      throw refused(422, 'The chain would be more than 20 years ahead.');
    return this.#alone(() => {
      this.#ahead += seconds;
      return this.#finish(this.#rest);
    });
  }

  /** Runs `use` when no message runs, with the chain's time set. */
  async quietly<T>(use: () => Promise<T>): Promise<T> {
    return this.#alone(() => {
      this.#open.blockchain.now = this.#utime();
      return use();
    });
  }

  /** What would this message do? Nothing is kept. @throws `DEVNET_REFUSED` (500) when it is not accepted */
  async emulate(message: Message, address: Address, ignoreSignature: boolean): Promise<Transaction> {
    return this.quietly(async () => {
      try {
        return await this.#open.copyOf(address).receiveMessage(message, { ignoreChksig: ignoreSignature });
      } catch (error) {
        throw notAccepted(error);
      }
    });
  }

  async #run(message: Message): Promise<Block> {
    if (this.#rest !== undefined) throw refused(503, 'The chain is still busy with what came before.');
    const { blockchain } = this.#open;
    blockchain.now = this.#utime();
    return this.#finish(await blockchain.sendMessageIter(message), message);
  }

  async #finish(queue: AsyncIterator<BlockchainTransaction> | undefined, cause?: Message): Promise<Block> {
    const utime = this.#utime();
    this.#open.blockchain.now = utime;
    const done: Transaction[] = [];
    this.#rest = undefined;
    while (queue !== undefined) {
      if (done.length === TRANSACTIONS_PER_BLOCK) {
        this.#rest = queue;
        break;
      }
      const next = await queue.next().catch((error: unknown) => {
        if (cause?.info.type === 'external-in') this.#open.forgetEmpty(cause.info.dest);
        throw notAccepted(error);
      });
      if (next.done === true) break;
      // The sandbox's object holds its whole family; only the transaction itself is kept.
      const transaction = loadTransaction(next.value.raw.beginParse());
      done.push(transaction);
      this.transactions.add(addressOf(transaction), transaction);
    }
    this.#open.forgetTransactions();
    return this.blocks.append(utime, done);
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= QUEUE) throw refused(503, 'Too many calls are waiting.');
    this.#waiting += 1;
    const mine = this.#turn.then(work).finally(() => {
      this.#waiting -= 1;
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  #clock(): number {
    return Math.floor(this.#now().getTime() / 1000) + this.#ahead;
  }

  /** Time never runs backwards in the chain, whatever the clock does. */
  #utime(): number {
    return Math.max(this.#clock(), this.blocks.last.utime);
  }
}

/** Only what comes from outside: a message between accounts would be money from nowhere, in anybody's name. */
function externalMessage(cell: Cell): Message {
  let message: Message;
  try {
    message = loadMessage(cell.beginParse());
  } catch {
    throw refused(422, 'This is no message.');
  }
  if (message.info.type !== 'external-in') throw refused(422, 'Only external messages can be sent.');
  if (![0, -1].includes(message.info.dest.workChain)) throw refused(422, 'No such workchain.');
  return message;
}

function notAccepted(error: unknown): unknown {
  const isEmulation = error instanceof Error && error.message.startsWith('Error while executing transaction');
  if (!isEmulation) return error;
  const code =
    'exitCode' in error && typeof error.exitCode === 'number' ? `: exitcode=${error.exitCode}` : '';
  const text = 'cannot apply external message to current state : External message was not accepted';
  return refused(500, `LITE_SERVER_UNKNOWN: ${text}${code}`);
}
