// What is said to and by a worker's contract?
import { type Address, beginCell, type Cell } from '@ton/core';
import type { Addressed } from './addressed.js';
import { WORKER_OPS } from './operations.js';

/** From the owner. */
export function workerRegisterBody({ queryId, sendExcessesTo }: Addressed): Cell {
  return beginCell()
    .storeUint(WORKER_OPS.register, 32)
    .storeUint(queryId, 64)
    .storeAddress(sendExcessesTo)
    .endCell();
}

/** What a worker's contract sends to its proxy's. `tokens`: the new total. */
export function workerProxyRequestBody(options: {
  queryId: bigint;
  owner: Address;
  state: number;
  tokens: bigint;
  payload?: Cell | undefined;
}): Cell {
  return beginCell()
    .storeUint(WORKER_OPS.proxyRequest, 32)
    .storeUint(options.queryId, 64)
    .storeAddress(options.owner)
    .storeUint(options.state, 2)
    .storeUint(options.tokens, 64)
    .storeMaybeRef(options.payload ?? null)
    .endCell();
}

/** The payload of a payout; amounts in nanoTON. */
export function payoutPayload(options: {
  workerPart: bigint;
  proxyPart: bigint;
  sendExcessesTo: Address;
}): Cell {
  return beginCell()
    .storeUint(WORKER_OPS.payoutPayload, 32)
    .storeCoins(options.workerPart)
    .storeCoins(options.proxyPart)
    .storeAddress(options.sendExcessesTo)
    .endCell();
}
