// A proxy's contract: it holds all deposits at this proxy, and what the proxy has earned.
import type { Address, Cell, Contract, ContractProvider, Sender } from '@ton/core';
import { readingChain } from '../chain-error.js';
import type { Derived } from '../derive.js';
import { increaseProxyStakeBody, ownerCloseBody, proxyPayOutBody } from '../messages/proxy-messages.js';
import { readStorage } from './read-storage.js';

export type ProxyState = 'normal' | 'closing' | 'closed';
const STATES = ['normal', 'closing', 'closed'] as const;

/** Amounts in nanoTON, times in Unix seconds. */
export interface ProxyData {
  readonly owner: Address;
  readonly publicKey: bigint;
  readonly root: Address;
  readonly state: ProxyState;
  /** The owner's earnings, not clients' money. */
  readonly balance: bigint;
  readonly stake: bigint;
  readonly unlockTime: number;
  /** The copy of the network's parameters it was made under. */
  readonly params: Cell;
}

/** In nanoTON: enough gas for any operation; what is left comes back. */
const VALUE = 200_000_000n;

/** @throws CocoonError `CHAIN_DATA_INVALID` */
export function readProxyData(cell: Cell): ProxyData {
  return readingChain('proxy contract', () => {
    const slice = cell.beginParse();
    const data: ProxyData = {
      owner: slice.loadAddress(),
      publicKey: slice.loadUintBig(256),
      root: slice.loadAddress(),
      state: readState(slice.loadUint(2)),
      balance: slice.loadCoins(),
      stake: slice.loadCoins(),
      unlockTime: slice.loadUint(32),
      params: slice.loadRef(),
    };
    slice.endParse();
    return data;
  });
}

function readState(value: number): ProxyState {
  const state = STATES[value];
  if (state === undefined) throw new RangeError('unknown state');
  return state;
}

export class ProxyContract implements Contract {
  readonly address: Address;
  readonly init: Derived['init'] | undefined;

  /** Derived: can be deployed, too. */
  constructor(place: Address | Derived) {
    this.address = 'init' in place ? place.address : place;
    this.init = 'init' in place ? place.init : undefined;
  }

  async getData(provider: ContractProvider): Promise<ProxyData> {
    return readProxyData(await readStorage(provider, 'proxy contract'));
  }

  async sendDeploy(provider: ContractProvider, via: Sender, value = 300_000_000n): Promise<void> {
    await provider.internal(via, { value, bounce: false });
  }

  /** Adds `amount` nanoTON; the fees come on top. */
  async sendIncreaseStake(
    provider: ContractProvider,
    via: Sender,
    options: { amount: bigint; sendExcessesTo: Address; queryId?: bigint },
  ): Promise<void> {
    const body = increaseProxyStakeBody({ queryId: 0n, ...options });
    await provider.internal(via, { value: options.amount + VALUE, body, bounce: true });
  }

  async sendPayOut(
    provider: ContractProvider,
    via: Sender,
    options: { sendExcessesTo: Address; queryId?: bigint },
  ): Promise<void> {
    await provider.internal(via, {
      value: VALUE,
      body: proxyPayOutBody({ queryId: 0n, ...options }),
      bounce: true,
    });
  }

  async sendOwnerClose(
    provider: ContractProvider,
    via: Sender,
    options: { sendExcessesTo: Address; queryId?: bigint },
  ): Promise<void> {
    await provider.internal(via, {
      value: VALUE,
      body: ownerCloseBody({ queryId: 0n, ...options }),
      bounce: true,
    });
  }

  /** `body`: signed by the proxy's key. */
  async sendSigned(provider: ContractProvider, via: Sender, body: Cell, value = VALUE): Promise<void> {
    await provider.internal(via, { value, body, bounce: true });
  }
}
