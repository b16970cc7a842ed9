// What can be said to a client's contract? Bodies of messages; amounts in nanoTON.
import { type Address, beginCell, type Cell } from '@ton/core';
import { checkAmount } from '../chain-error.js';
import type { Addressed } from './addressed.js';
import { CLIENT_OPS } from './operations.js';

const start = (op: number, queryId: bigint) => beginCell().storeUint(op, 32).storeUint(queryId, 64);

/** From anyone. */
export function topUpBody({ queryId, sendExcessesTo, amount }: Addressed & { amount: bigint }): Cell {
  return start(CLIENT_OPS.topUp, queryId)
    .storeCoins(checkAmount('amount', amount))
    .storeAddress(sendExcessesTo)
    .endCell();
}

/** From the owner; `secretHash`: SHA-256 as a number. */
export function changeSecretAndTopUpBody(options: Addressed & { amount: bigint; secretHash: bigint }): Cell {
  return start(CLIENT_OPS.changeSecretAndTopUp, options.queryId)
    .storeCoins(checkAmount('amount', options.amount))
    .storeUint(options.secretHash, 256)
    .storeAddress(options.sendExcessesTo)
    .endCell();
}

/** From the owner, with the number the proxy asked for. */
export function registerBody({ queryId, sendExcessesTo, nonce }: Addressed & { nonce: bigint }): Cell {
  return start(CLIENT_OPS.register, queryId).storeUint(nonce, 64).storeAddress(sendExcessesTo).endCell();
}

/** From the owner. */
export function changeSecretBody(options: Addressed & { secretHash: bigint }): Cell {
  return start(CLIENT_OPS.changeSecretHash, options.queryId)
    .storeUint(options.secretHash, 256)
    .storeAddress(options.sendExcessesTo)
    .endCell();
}

/** From the owner; the new total, above the old one. */
export function increaseClientStakeBody(options: Addressed & { stake: bigint }): Cell {
  return start(CLIENT_OPS.increaseStake, options.queryId)
    .storeCoins(checkAmount('stake', options.stake))
    .storeAddress(options.sendExcessesTo)
    .endCell();
}

/** From the owner: what is above the stake. */
export function withdrawBody({ queryId, sendExcessesTo }: Addressed): Cell {
  return start(CLIENT_OPS.withdraw, queryId).storeAddress(sendExcessesTo).endCell();
}

/** From the owner: the first one starts the delay, the second one after it closes without the proxy. */
export function requestRefundBody({ queryId, sendExcessesTo }: Addressed): Cell {
  return start(CLIENT_OPS.requestRefund, queryId).storeAddress(sendExcessesTo).endCell();
}

/** The ledger that a client's contract reports with every change. */
export interface ClientLedger {
  readonly state: number;
  readonly balance: bigint;
  readonly stake: bigint;
  readonly tokensUsed: bigint;
  readonly secretHash: bigint;
}

/** What a client's contract sends to its proxy's: runners read the ledger from it. */
export function clientProxyRequestBody(options: {
  queryId: bigint;
  owner: Address;
  ledger: ClientLedger;
  payload?: Cell | undefined;
}): Cell {
  const { state, balance, stake, tokensUsed, secretHash } = options.ledger;
  const ledger = beginCell()
    .storeUint(state, 2)
    .storeCoins(balance)
    .storeCoins(stake)
    .storeUint(tokensUsed, 64)
    .storeUint(secretHash, 256)
    .endCell();
  return start(CLIENT_OPS.proxyRequest, options.queryId)
    .storeAddress(options.owner)
    .storeRef(ledger)
    .storeMaybeRef(options.payload ?? null)
    .endCell();
}

/** The payload of a top-up. */
export function topUpPayload(amount: bigint, sendExcessesTo: Address): Cell {
  return beginCell()
    .storeUint(CLIENT_OPS.topUpPayload, 32)
    .storeCoins(amount)
    .storeAddress(sendExcessesTo)
    .endCell();
}
