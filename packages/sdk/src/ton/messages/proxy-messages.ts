// What can be said to a proxy's contract? Bodies of messages; amounts in nanoTON.
import { beginCell, type Cell } from '@ton/core';
import { checkAmount } from '../chain-error.js';
import type { Addressed } from './addressed.js';
import { COMMON_OPS, PROXY_OPS } from './operations.js';

const start = (op: number, queryId: bigint) => beginCell().storeUint(op, 32).storeUint(queryId, 64);

/** From anyone: pays what the proxy has earned to its owner. */
export function proxyPayOutBody({ queryId, sendExcessesTo }: Addressed): Cell {
  return start(PROXY_OPS.payOut, queryId).storeAddress(sendExcessesTo).endCell();
}

/** From anyone: adds `amount`. */
export function increaseProxyStakeBody(options: Addressed & { amount: bigint }): Cell {
  return start(PROXY_OPS.increaseStake, options.queryId)
    .storeCoins(checkAmount('amount', options.amount))
    .storeAddress(options.sendExcessesTo)
    .endCell();
}

/** From the owner. */
export function ownerCloseBody({ queryId, sendExcessesTo }: Addressed): Cell {
  return start(PROXY_OPS.ownerClose, queryId).storeAddress(sendExcessesTo).endCell();
}

/** Not executed: readers find in it which state of its ledger the proxy has committed to. */
export function saveStateBody(options: { queryId: bigint; seqno: number; sessionHash: bigint }): Cell {
  return start(COMMON_OPS.doNotProcess, options.queryId)
    .storeUint(COMMON_OPS.saveState, 32)
    .storeInt(options.seqno, 32)
    .storeUint(options.sessionHash, 256)
    .endCell();
}
