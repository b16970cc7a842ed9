// A worker's contract at one proxy: how many tokens it has been paid for.
import type { Address, Cell, Contract, ContractProvider, Sender } from '@ton/core';
import { chainDataInvalid, readingChain } from '../chain-error.js';
import type { Derived } from '../derive.js';
import { workerRegisterBody } from '../messages/worker-messages.js';
import { readStorage } from './read-storage.js';

export interface WorkerData {
  readonly owner: Address;
  readonly proxy: Address;
  readonly proxyPublicKey: bigint;
  readonly state: 'normal' | 'closed';
  readonly tokens: bigint;
  readonly params: Cell;
}

/** In nanoTON; what is left comes back. */
export const WORKER_OPERATION_VALUE = 500_000_000n;
const CLOSED = 2;

/** @throws CocoonError `CHAIN_DATA_INVALID` */
export function readWorkerData(cell: Cell): WorkerData {
  return readingChain('worker contract', () => {
    const slice = cell.beginParse();
    const identity = {
      owner: slice.loadAddress(),
      proxy: slice.loadAddress(),
      proxyPublicKey: slice.loadUintBig(256),
    };
    const state = slice.loadUint(2);
    if (state !== 0 && state !== CLOSED) throw chainDataInvalid('worker contract in an unknown state');
    const rest = { tokens: slice.loadUintBig(64), params: slice.loadRef() };
    slice.endParse();
    return { ...identity, state: state === CLOSED ? 'closed' : 'normal', ...rest };
  });
}

export class WorkerContract implements Contract {
  readonly address: Address;
  readonly init: Derived['init'] | undefined;

  /** Derived: can be deployed, too. */
  constructor(place: Address | Derived) {
    this.address = 'init' in place ? place.address : place;
    this.init = 'init' in place ? place.init : undefined;
  }

  async getData(provider: ContractProvider): Promise<WorkerData> {
    return readWorkerData(await readStorage(provider, 'worker contract'));
  }

  async sendDeploy(provider: ContractProvider, via: Sender, value = 300_000_000n): Promise<void> {
    await provider.internal(via, { value, bounce: false });
  }

  /** `body`: a counter signed by the proxy. From anyone. */
  async sendPayOut(
    provider: ContractProvider,
    via: Sender,
    body: Cell,
    value = WORKER_OPERATION_VALUE,
  ): Promise<void> {
    await provider.internal(via, { value, body, bounce: true });
  }

  async sendRegister(
    provider: ContractProvider,
    via: Sender,
    options: { sendExcessesTo: Address; queryId?: bigint },
  ): Promise<void> {
    const body = workerRegisterBody({ queryId: 0n, ...options });
    await provider.internal(via, { value: WORKER_OPERATION_VALUE, body, bounce: true });
  }
}
