// Which first storage does a contract have? Its address is computed from it.
import { type Address, beginCell, type Cell } from '@ton/core';

/** Ed25519 public keys are 32 bytes as one number, as contracts see them. */
export interface ProxyIdentity {
  readonly owner: Address;
  readonly publicKey: bigint;
  readonly root: Address;
}

/** `params`: the copy with the codes of worker and client. */
export function proxyStorage({ owner, publicKey, root }: ProxyIdentity, params: Cell): Cell {
  return beginCell()
    .storeAddress(owner)
    .storeUint(publicKey, 256)
    .storeAddress(root)
    .storeUint(0, 2)
    .storeCoins(0)
    .storeCoins(0)
    .storeUint(0, 32)
    .storeRef(params)
    .endCell();
}

export interface MemberIdentity {
  readonly owner: Address;
  readonly proxy: Address;
  readonly proxyPublicKey: bigint;
}

/** `params`: the copy without code. `minClientStake` in nanoTON. */
export function clientStorage(
  { owner, proxy, proxyPublicKey }: MemberIdentity,
  minClientStake: bigint,
  params: Cell,
): Cell {
  const constants = beginCell()
    .storeAddress(owner)
    .storeAddress(proxy)
    .storeUint(proxyPublicKey, 256)
    .endCell();
  return beginCell()
    .storeUint(0, 2)
    .storeCoins(0)
    .storeCoins(minClientStake)
    .storeUint(0, 64)
    .storeUint(0, 32)
    .storeUint(0, 256)
    .storeRef(constants)
    .storeRef(params)
    .endCell();
}

/** `params`: the copy without code. */
export function workerStorage({ owner, proxy, proxyPublicKey }: MemberIdentity, params: Cell): Cell {
  return beginCell()
    .storeAddress(owner)
    .storeAddress(proxy)
    .storeUint(proxyPublicKey, 256)
    .storeUint(0, 2)
    .storeUint(0, 64)
    .storeRef(params)
    .endCell();
}

/** `publicKey`: of the node; `owner`: the person's wallet that may block and sweep it. */
export function walletStorage(publicKey: bigint, owner: Address): Cell {
  return beginCell()
    .storeUint(0, 32)
    .storeUint(0, 32)
    .storeUint(publicKey, 256)
    .storeUint(0, 32)
    .storeAddress(owner)
    .endCell();
}
