// The network's registry on chain.
import {
  type Address,
  beginCell,
  type Cell,
  type Contract,
  type ContractProvider,
  Dictionary,
  type Sender,
} from '@ton/core';
import type { Derived } from '../derive.js';
import { storeNetworkAddress } from '../messages/root-messages.js';
import { type NetworkParams, storeNetworkParams } from '../network-params.js';
import { type RegistryConfig, readRoot } from '../read-root.js';
import { readStorage } from './read-storage.js';

/** Value enough for any of the owner's operations, in nanoTON; what is left comes back. */
export const ROOT_OPERATION_VALUE = 50_000_000n;

/** A fresh registry of layout 4: nothing allowed, nobody registered. */
export function rootStorage(owner: Address, params: NetworkParams): Cell {
  const registry = beginCell()
    .storeBit(false)
    .storeBit(false)
    .storeUint(0, 32)
    .storeBit(false)
    .storeBit(false)
    .endCell();
  const keyManager = storeNetworkAddress(
    beginCell().storeDict(Dictionary.empty()).storeUint(0, 256).storeUint(0, 256),
    '',
  ).endCell();
  return beginCell()
    .storeAddress(owner)
    .storeUint(1, 32)
    .storeRef(registry)
    .storeRef(storeNetworkParams(params))
    .storeRef(keyManager)
    .endCell();
}

export class RootContract implements Contract {
  readonly address: Address;
  readonly init: Derived['init'] | undefined;

  /** Derived: can be deployed, too. */
  constructor(place: Address | Derived) {
    this.address = 'init' in place ? place.address : place;
    this.init = 'init' in place ? place.init : undefined;
  }

  /** One snapshot, from the contract's storage. @throws CocoonError `CHAIN_DATA_INVALID`, `REGISTRY_VERSION_UNSUPPORTED` */
  async getConfig(provider: ContractProvider): Promise<RegistryConfig> {
    return readRoot(await readStorage(provider, 'root contract'));
  }

  /** `body`: one of those in root-messages. Only the owner's count. */
  async sendOwnerMessage(
    provider: ContractProvider,
    via: Sender,
    body: Cell,
    value = ROOT_OPERATION_VALUE,
  ): Promise<void> {
    await provider.internal(via, { value, body, bounce: true });
  }

  async sendDeploy(provider: ContractProvider, via: Sender, value: bigint): Promise<void> {
    await provider.internal(via, { value, bounce: false });
  }
}
