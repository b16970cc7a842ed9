// Which address do a proxy, a client, a worker and a wallet have? Computed, so that nobody has to be asked.
import { type Address, type Cell, contractAddress, type StateInit } from '@ton/core';
import { chainDataInvalid } from './chain-error.js';
import { BARE_COPY, copyParams, type NetworkParams, PROXY_COPY } from './network-params.js';
import {
  clientStorage,
  type MemberIdentity,
  type ProxyIdentity,
  proxyStorage,
  walletStorage,
  workerStorage,
} from './storage.js';

/** What to deploy, and where it will be. */
export interface Derived {
  readonly address: Address;
  readonly init: StateInit & { readonly code: Cell; readonly data: Cell };
}

/** The params cell as read from the root, beside what it says. */
export interface ParamsOnChain {
  readonly cell: Cell;
  readonly params: NetworkParams;
}

export function deriveProxy({ cell, params }: ParamsOnChain, identity: ProxyIdentity): Derived {
  return derived(codeOf(params.proxyCode, 'the proxy'), proxyStorage(identity, copyParams(cell, PROXY_COPY)));
}

export function deriveClient({ cell, params }: ParamsOnChain, identity: MemberIdentity): Derived {
  const data = clientStorage(identity, params.minClientStake, copyParams(cell, BARE_COPY));
  return derived(codeOf(params.clientCode, 'the client'), data);
}

export function deriveWorker({ cell, params }: ParamsOnChain, identity: MemberIdentity): Derived {
  return derived(
    codeOf(params.workerCode, 'the worker'),
    workerStorage(identity, copyParams(cell, BARE_COPY)),
  );
}

/** `data`: from `rootStorage`. */
export function deriveRoot(code: Cell, data: Cell): Derived {
  return derived(code, data);
}

/** `data`: from `governanceStorage`. */
export function deriveGovernance(code: Cell, data: Cell): Derived {
  return derived(code, data);
}

/** `code`: of the network's wallet contract. */
export function deriveWallet(code: Cell, publicKey: bigint, owner: Address): Derived {
  return derived(code, walletStorage(publicKey, owner));
}

function derived(code: Cell, data: Cell): Derived {
  return { address: contractAddress(0, { code, data }), init: { code, data } };
}

/** @throws CocoonError `CHAIN_DATA_INVALID` */
function codeOf(code: Cell | undefined, whose: string): Cell {
  if (code === undefined) throw chainDataInvalid(`network parameters without the code of ${whose} contract`);
  return code;
}
