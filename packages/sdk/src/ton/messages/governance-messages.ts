// What do members say to the contract that owns the root?
import { type Address, type Builder, beginCell, type Cell, Dictionary } from '@ton/core';
import { GOVERNANCE_OPS } from './operations.js';

/** One of two classes of orders. `quorum`: share of all weight in units of 1/10000, above 5000. `delaySeconds`: from quorum to execution. */
export interface ClassRules {
  readonly quorum: number;
  readonly delaySeconds: number;
}

export interface GovernanceRules {
  /** Orders that only take away. */
  readonly fast: ClassRules;
  /** All others. */
  readonly slow: ClassRules;
  /** In which votes count; as long again a passed proposal can be executed. */
  readonly votingSeconds: number;
}

export interface Member {
  readonly address: Address;
  /** Above 0. */
  readonly weight: number;
}

const start = (op: number, queryId: bigint) => beginCell().storeUint(op, 32).storeUint(queryId, 64);

/** `order`: the whole body of a message to the root, or from `setRulesBody`. */
export function proposeBody(queryId: bigint, order: Cell): Cell {
  return start(GOVERNANCE_OPS.propose, queryId).storeRef(order).endCell();
}

/** `order`: what the member has read; the contract refuses if the proposal carries another one. */
export function voteBody(queryId: bigint, id: number, order: Cell): Cell {
  return named(GOVERNANCE_OPS.vote, queryId, id, order);
}

/** From anyone. */
export function executeBody(queryId: bigint, id: number, order: Cell): Cell {
  return named(GOVERNANCE_OPS.execute, queryId, id, order);
}

/** From anyone, once the proposal's time is over. */
export function sweepBody(queryId: bigint, id: number): Cell {
  return start(GOVERNANCE_OPS.sweep, queryId).storeUint(id, 32).endCell();
}

/** An order to the governance contract itself. */
export function setRulesBody(queryId: bigint, rules: GovernanceRules, members: readonly Member[]): Cell {
  return storeRules(start(GOVERNANCE_OPS.setRules, queryId), rules)
    .storeDict(storeMembers(members))
    .endCell();
}

function named(op: number, queryId: bigint, id: number, order: Cell): Cell {
  return start(op, queryId)
    .storeUint(id, 32)
    .storeUint(BigInt(`0x${order.hash().toString('hex')}`), 256)
    .endCell();
}

export function storeRules(builder: Builder, { fast, slow, votingSeconds }: GovernanceRules): Builder {
  for (const { quorum, delaySeconds } of [fast, slow])
    builder.storeUint(quorum, 16).storeUint(delaySeconds, 32);
  return builder.storeUint(votingSeconds, 32);
}

export function storeMembers(members: readonly Member[]): Dictionary<Address, number> {
  const weights = Dictionary.empty(Dictionary.Keys.Address(), Dictionary.Values.Uint(32));
  for (const { address, weight } of members) weights.set(address, weight);
  return weights;
}
