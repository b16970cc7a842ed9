// What can the owner say to the root contract? Bodies of messages; amounts in nanoTON.
import { type Address, type Builder, beginCell, type Cell } from '@ton/core';
import { CocoonError } from '../../errors.js';
import { ROOT_OPS } from './operations.js';

type HashOperation =
  | 'addWorkerType'
  | 'deleteWorkerType'
  | 'addModelType'
  | 'deleteModelType'
  | 'addProxyType'
  | 'deleteProxyType';

const MAX_ADDRESS_BYTES = 127;

const start = (op: number, queryId: bigint) => beginCell().storeUint(op, 32).storeUint(queryId, 64);

/** `hash`: SHA-256 as a number; of an image (proxy, worker) or of a model's full name. */
export function hashBody(operation: HashOperation, queryId: bigint, hash: bigint): Cell {
  return start(ROOT_OPS[operation], queryId).storeUint(hash, 256).endCell();
}

/** `address`: `ip:port` for all, or `ip:port ip:port` for workers and clients. */
export function registerProxyBody(queryId: bigint, address: string): Cell {
  return storeNetworkAddress(start(ROOT_OPS.registerProxy, queryId), address).endCell();
}

export function updateProxyBody(queryId: bigint, seqno: number, address: string): Cell {
  return storeNetworkAddress(start(ROOT_OPS.updateProxy, queryId).storeUint(seqno, 32), address).endCell();
}

export function unregisterProxyBody(queryId: bigint, seqno: number): Cell {
  return start(ROOT_OPS.unregisterProxy, queryId).storeUint(seqno, 32).endCell();
}

export function changePriceBody(queryId: bigint, pricePerToken: bigint, workerFeePerToken: bigint): Cell {
  return start(ROOT_OPS.changePrice, queryId)
    .storeCoins(pricePerToken)
    .storeCoins(workerFeePerToken)
    .endCell();
}

/** Delays in seconds. */
export function changeParamsBody(
  queryId: bigint,
  params: {
    pricePerToken: bigint;
    workerFeePerToken: bigint;
    proxyDelaySeconds: number;
    clientDelaySeconds: number;
    minProxyStake: bigint;
    minClientStake: bigint;
  },
): Cell {
  return start(ROOT_OPS.changeParams, queryId)
    .storeCoins(params.pricePerToken)
    .storeCoins(params.workerFeePerToken)
    .storeUint(params.proxyDelaySeconds, 32)
    .storeUint(params.clientDelaySeconds, 32)
    .storeCoins(params.minProxyStake)
    .storeCoins(params.minClientStake)
    .endCell();
}

export function upgradeContractsBody(
  queryId: bigint,
  codes: { proxy: Cell; worker: Cell; client: Cell },
): Cell {
  return start(ROOT_OPS.upgradeContracts, queryId)
    .storeRef(codes.proxy)
    .storeRef(codes.worker)
    .storeRef(codes.client)
    .endCell();
}

export function upgradeBody(queryId: bigint, code: Cell): Cell {
  return start(ROOT_OPS.upgrade, queryId).storeRef(code).endCell();
}

export function upgradeFullBody(queryId: bigint, data: Cell, code: Cell): Cell {
  return start(ROOT_OPS.upgradeFull, queryId).storeRef(data).storeRef(code).endCell();
}

/** Empties all lists; keeps the numbering of proxies. */
export function resetBody(queryId: bigint): Cell {
  return start(ROOT_OPS.reset, queryId).endCell();
}

export function changeOwnerBody(queryId: bigint, owner: Address): Cell {
  return start(ROOT_OPS.changeOwner, queryId).storeAddress(owner).endCell();
}

export function changeKeyManagerBody(
  queryId: bigint,
  manager: { publicKey: bigint; imageHash: bigint; address: string },
): Cell {
  const builder = start(ROOT_OPS.changeKeyManager, queryId)
    .storeUint(manager.publicKey, 256)
    .storeUint(manager.imageHash, 256);
  return storeNetworkAddress(builder, manager.address).endCell();
}

/** `expires`: Unix seconds. */
export function addPublicKeyBody(
  queryId: bigint,
  key: { publicKey: bigint; keyType: number; expires: number },
): Cell {
  return start(ROOT_OPS.addPublicKey, queryId)
    .storeUint(key.publicKey, 256)
    .storeUint(key.keyType, 8)
    .storeUint(key.expires, 32)
    .endCell();
}

/** @throws CocoonError `NETWORK_ADDRESS_INVALID` */
export function storeNetworkAddress(builder: Builder, address: string): Builder {
  if (!/^[\x21-\x7e]+( [\x21-\x7e]+)?$|^$/.test(address) || address.length > MAX_ADDRESS_BYTES)
    throw new CocoonError({
      kind: 'config',
      code: 'NETWORK_ADDRESS_INVALID',
      message: `A proxy's address is "ip:port" or "ip:port ip:port", in ASCII, of at most ${MAX_ADDRESS_BYTES} characters.`,
      remedy: 'Give the address for workers first and the one for clients second, with one blank between.',
    });
  builder.storeUint(0, 1).storeUint(address.length, 7);
  for (const character of address) builder.storeUint(character.charCodeAt(0), 8);
  return builder;
}
