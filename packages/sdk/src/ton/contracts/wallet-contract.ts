// A node's wallet: the node's key spends from it, its owner can block and empty it.
import {
  type Address,
  beginCell,
  type Cell,
  type Contract,
  type ContractProvider,
  type MessageRelaxed,
  type Sender,
  storeMessageRelaxed,
} from '@ton/core';
import { CocoonError } from '../../errors.js';
import { readingChain } from '../chain-error.js';
import type { Derived } from '../derive.js';
import { WALLET_OPS } from '../messages/operations.js';
import { readStorage } from './read-storage.js';

/** The node cannot spend these; only the owner can. In nanoTON. */
export const WALLET_FLOOR = 2_000_000_000n;
const MAX_MESSAGES = 4;
const COMMANDS = { sweep: 119, block: 98, unblock: 117 } as const;

export interface WalletData {
  readonly seqno: number;
  readonly subwallet: number;
  readonly publicKey: bigint;
  readonly blocked: boolean;
  readonly owner: Address;
}

export interface WalletOrder {
  readonly seqno: number;
  /** Unix seconds. */
  readonly validUntil: number;
  /** At most four. `mode`: as in `SENDRAWMSG`; default 1, fees from the wallet. */
  readonly messages: readonly { readonly message: MessageRelaxed; readonly mode?: number | undefined }[];
}

/** @throws CocoonError `CHAIN_DATA_INVALID` */
export function readWalletData(cell: Cell): WalletData {
  return readingChain('wallet contract', () => {
    const slice = cell.beginParse();
    const data: WalletData = {
      seqno: slice.loadUint(32),
      subwallet: slice.loadUint(32),
      publicKey: slice.loadUintBig(256),
      blocked: (slice.loadUint(32) & 1) === 1,
      owner: slice.loadAddress(),
    };
    slice.endParse();
    return data;
  });
}

/** What the node signs: an order without its signature. @throws CocoonError `WALLET_ORDER_INVALID` */
export function walletOrder({ seqno, validUntil, messages }: WalletOrder): Cell {
  if (messages.length === 0 || messages.length > MAX_MESSAGES)
    throw new CocoonError({
      kind: 'config',
      code: 'WALLET_ORDER_INVALID',
      message: `A wallet sends one to ${MAX_MESSAGES} messages at once.`,
      remedy: 'Split the order.',
    });
  const builder = beginCell().storeUint(0, 32).storeUint(validUntil, 32).storeUint(seqno, 32);
  for (const { message, mode = 1 } of messages)
    builder.storeUint(mode, 8).storeRef(beginCell().store(storeMessageRelaxed(message)));
  return builder.endCell();
}

/** `sign`: Ed25519 over 32 bytes, with the node's key. */
export async function signedWalletOrder(
  order: WalletOrder,
  sign: (hash: Uint8Array) => Uint8Array | Promise<Uint8Array>,
): Promise<Cell> {
  const unsigned = walletOrder(order);
  const builder = beginCell();
  for (const byte of await sign(Uint8Array.from(unsigned.hash()))) builder.storeUint(byte, 8);
  return builder.storeSlice(unsigned.beginParse()).endCell();
}

export class WalletContract implements Contract {
  readonly address: Address;
  readonly init: Derived['init'] | undefined;

  /** Derived: can be deployed, too. */
  constructor(place: Address | Derived) {
    this.address = 'init' in place ? place.address : place;
    this.init = 'init' in place ? place.init : undefined;
  }

  async getData(provider: ContractProvider): Promise<WalletData> {
    return readWalletData(await readStorage(provider, 'wallet contract'));
  }

  /** `body`: from `signedWalletOrder`. The first one deploys the wallet. */
  async sendOrder(provider: ContractProvider, body: Cell): Promise<void> {
    await provider.external(body);
  }

  /** From the owner's own wallet. */
  async sendOwnerCommand(
    provider: ContractProvider,
    via: Sender,
    command: keyof typeof COMMANDS,
    value = 50_000_000n,
  ): Promise<void> {
    const body = beginCell().storeUint(0, 32).storeUint(COMMANDS[command], 8).endCell();
    await provider.internal(via, { value, body, bounce: true });
  }

  /** From the owner's own wallet: sends any message. */
  async sendOwnerMessage(
    provider: ContractProvider,
    via: Sender,
    options: { message: MessageRelaxed; mode: number; value?: bigint },
  ): Promise<void> {
    const body = beginCell()
      .storeUint(WALLET_OPS.ownerSend, 32)
      .storeUint(0, 64)
      .storeUint(options.mode, 8)
      .storeRef(beginCell().store(storeMessageRelaxed(options.message)))
      .endCell();
    await provider.internal(via, { value: options.value ?? 50_000_000n, body, bounce: true });
  }
}
