// A client's contract at one proxy: the ledger of its deposit.
import type { Address, Cell, Contract, ContractProvider, Sender } from '@ton/core';
import { readingChain } from '../chain-error.js';
import type { Derived } from '../derive.js';
import { readStorage } from './read-storage.js';

export type ClientState = 'normal' | 'closing' | 'closed';
const STATES = ['normal', 'closing', 'closed'] as const;

/** Amounts in nanoTON, times in Unix seconds. */
export interface ClientData {
  readonly owner: Address;
  readonly proxy: Address;
  readonly proxyPublicKey: bigint;
  readonly state: ClientState;
  readonly balance: bigint;
  readonly stake: bigint;
  readonly tokensUsed: bigint;
  /** From here on a second request for refund closes the account without the proxy. */
  readonly unlockTime: number;
  readonly secretHash: bigint;
  readonly params: Cell;
}

/** In nanoTON: enough for any operation; what is left comes back. */
export const CLIENT_OPERATION_VALUE = 700_000_000n;

/** @throws CocoonError `CHAIN_DATA_INVALID` */
export function readClientData(cell: Cell): ClientData {
  return readingChain('client contract', () => {
    const slice = cell.beginParse();
    const ledger = {
      state: readState(slice.loadUint(2)),
      balance: slice.loadCoins(),
      stake: slice.loadCoins(),
      tokensUsed: slice.loadUintBig(64),
      unlockTime: slice.loadUint(32),
      secretHash: slice.loadUintBig(256),
    };
    const constants = slice.loadRef().beginParse();
    const params = slice.loadRef();
    slice.endParse();
    const identity = {
      owner: constants.loadAddress(),
      proxy: constants.loadAddress(),
      proxyPublicKey: constants.loadUintBig(256),
    };
    constants.endParse();
    return { ...identity, ...ledger, params };
  });
}

function readState(value: number): ClientState {
  const state = STATES[value];
  if (state === undefined) throw new RangeError('unknown state');
  return state;
}

export class ClientContract implements Contract {
  readonly address: Address;
  readonly init: Derived['init'] | undefined;

  /** Derived: can be deployed, too. */
  constructor(place: Address | Derived) {
    this.address = 'init' in place ? place.address : place;
    this.init = 'init' in place ? place.init : undefined;
  }

  async getData(provider: ContractProvider): Promise<ClientData> {
    return readClientData(await readStorage(provider, 'client contract'));
  }

  async sendDeploy(provider: ContractProvider, via: Sender, value = 800_000_000n): Promise<void> {
    await provider.internal(via, { value, bounce: false });
  }

  /** `body`: one of those in client-messages, or signed by the proxy. `value` without the amount of a top-up, which is added. */
  async sendMessage(
    provider: ContractProvider,
    via: Sender,
    body: Cell,
    options: { value?: bigint; amount?: bigint } = {},
  ): Promise<void> {
    const value = (options.value ?? CLIENT_OPERATION_VALUE) + (options.amount ?? 0n);
    await provider.internal(via, { value, body, bounce: true });
  }
}
