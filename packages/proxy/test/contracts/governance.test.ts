// Do members decide, each once, in time, on what they have read, and never sooner than the rules say?
import {
  changeOwnerBody,
  changePriceBody,
  deriveGovernance,
  executeBody,
  GOVERNANCE_OPS,
  GovernanceContract,
  type GovernanceRules,
  governanceStorage,
  hashBody,
  proposeBody,
  setRulesBody,
  sweepBody,
  updateProxyBody,
  voteBody,
} from '@cocoonkit/sdk/ton';
import { beginCell, type Cell, toNano } from '@ton/core';
import type { SandboxContract } from '@ton/sandbox';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Chain, codeOf, exitCodeAt, openChain, START, send } from './open-chain.js';

const HOUR = 3_600;
const RULES: GovernanceRules = {
  fast: { quorum: 5_001, delaySeconds: HOUR },
  slow: { quorum: 6_667, delaySeconds: 48 * HOUR },
  votingSeconds: 72 * HOUR,
};

let chain: Chain;
let council: SandboxContract<GovernanceContract>;
let fresh: ReturnType<Chain['blockchain']['snapshot']>;
beforeAll(async () => {
  chain = await openChain();
  const members = [
    { address: chain.operator.address, weight: 1 },
    { address: chain.user.address, weight: 1 },
    { address: chain.miner.address, weight: 1 },
  ];
  const data = governanceStorage(chain.root.address, RULES, members);
  council = chain.blockchain.openContract(
    new GovernanceContract(deriveGovernance(codeOf('governance'), data)),
  );
  await council.sendDeploy(chain.operator.getSender());
  await chain.root.sendOwnerMessage(chain.operator.getSender(), hashBody('addModelType', 1n, 5n));
  await chain.root.sendOwnerMessage(chain.operator.getSender(), changeOwnerBody(1n, council.address));
  fresh = chain.blockchain.snapshot();
});
beforeEach(async () => {
  await chain.blockchain.loadFrom(fresh);
  chain.blockchain.now = START;
});

const code = async (from: Chain['user'], body: Cell, value = toNano('0.2')) =>
  exitCodeAt(await send(from, council.address, body, value), council.address);
const propose = (order: Cell, from = chain.operator) => code(from, proposeBody(1n, order));
const vote = (order: Cell, from = chain.user, id = 0) => code(from, voteBody(1n, id, order));
const execute = (order: Cell, id = 0) => code(chain.stranger, executeBody(1n, id, order));
const later = (seconds: number) => {
  chain.blockchain.now = START + seconds;
};
const REMOVE = hashBody('deleteModelType', 1n, 5n);
const PRICE = changePriceBody(1n, 30n, 29n);

describe('an order', () => {
  it('that takes away passes with half and more, and waits the short time', async () => {
    expect(await propose(REMOVE)).toBe(0);
    expect(await execute(REMOVE)).toBe(1106);
    expect(await vote(REMOVE)).toBe(0);
    expect(await execute(REMOVE)).toBe(1105);
    later(HOUR - 1);
    expect(await execute(REMOVE)).toBe(1105);
    later(HOUR);
    expect(await execute(REMOVE)).toBe(0);
    expect((await chain.root.getConfig()).modelHashes).toEqual([]);
    expect((await council.getData()).proposals[0]).toMatchObject({
      class: 'fast',
      executed: true,
      weight: 2,
    });
    expect(await execute(REMOVE)).toBe(1108);
  });

  it('that changes money needs two thirds, and waits the long time', async () => {
    await propose(PRICE);
    await vote(PRICE);
    later(HOUR);
    expect(await execute(PRICE)).toBe(1106);
    expect(await vote(PRICE, chain.miner)).toBe(0);
    later(HOUR + 48 * HOUR - 1);
    expect(await execute(PRICE)).toBe(1105);
    later(HOUR + 48 * HOUR);
    expect(await execute(PRICE)).toBe(0);
    expect((await chain.root.getConfig()).chainParams.params.pricePerToken).toBe(30n);
  });

  it('is counted once per member (1103), from members alone (1101), and as they have read it (1107)', async () => {
    expect(await propose(REMOVE, chain.stranger)).toBe(1101);
    await propose(REMOVE);
    expect(await vote(REMOVE, chain.operator)).toBe(1103);
    expect(await vote(REMOVE, chain.stranger)).toBe(1101);
    expect(await vote(PRICE)).toBe(1107);
    await vote(REMOVE);
    later(HOUR);
    expect(await execute(PRICE)).toBe(1107);
    expect(await vote(REMOVE, chain.user, 9)).toBe(1102);
  });

  it('cannot be voted on late (1104), nor executed late (1112)', async () => {
    await propose(REMOVE);
    await propose(PRICE);
    await vote(REMOVE);
    later(RULES.votingSeconds);
    expect(await vote(PRICE, chain.user, 1)).toBe(1104);
    later(HOUR + RULES.votingSeconds);
    expect(await execute(REMOVE)).toBe(1112);
  });

  it('that the root refuses is spent: its coins come back and nothing changes', async () => {
    const order = updateProxyBody(1n, 9, '10.0.0.1:1');
    await propose(order);
    await vote(order);
    await vote(order, chain.miner);
    later(48 * HOUR);
    const before = (await chain.blockchain.getContract(council.address)).balance;
    const result = await send(chain.stranger, council.address, executeBody(1n, 0, order), toNano('0.2'));
    expect(exitCodeAt(result, chain.root.address)).toBe(2000);
    expect((await chain.blockchain.getContract(council.address)).balance).toBeGreaterThan(before);
    expect(await execute(order)).toBe(1108);
  });

  it('must be one (1111), pay for its place (1003), and find one (1109)', async () => {
    expect(await propose(beginCell().storeUint(5, 32).endCell())).toBe(1111);
    expect(await code(chain.operator, proposeBody(1n, REMOVE), toNano('0.09'))).toBe(1003);
    for (let count = 0; count < 32; count++) expect(await propose(REMOVE)).toBe(0);
    expect(await propose(REMOVE)).toBe(1109);
  });

  it('leaves its place when its time is over, not before (1105)', async () => {
    await propose(REMOVE);
    expect(await code(chain.stranger, sweepBody(1n, 0))).toBe(1105);
    later(RULES.votingSeconds);
    expect(await code(chain.stranger, sweepBody(1n, 0))).toBe(0);
    expect((await council.getData()).proposals).toEqual([]);
  });
});

describe('who votes', () => {
  const members = () => [{ address: chain.stranger.address, weight: 5 }];
  const decide = async (order: Cell) => {
    await propose(order);
    await vote(order);
    await vote(order, chain.miner);
    later(48 * HOUR);
    return execute(order);
  };

  it('is decided by those who vote, slowly; what was open is gone', async () => {
    const order = setRulesBody(1n, RULES, members());
    await propose(REMOVE);
    await propose(order);
    await vote(order, chain.user, 1);
    await vote(order, chain.miner, 1);
    later(48 * HOUR);
    expect(await execute(order, 1)).toBe(0);
    const data = await council.getData();
    expect(data).toMatchObject({ totalWeight: 5, proposals: [] });
    expect(data.members[0]?.address.equals(chain.stranger.address)).toBe(true);
    expect(await propose(REMOVE)).toBe(1101);
    expect(await propose(REMOVE, chain.stranger)).toBe(0);
  });

  it.each<[string, () => Cell]>([
    ['nobody', () => setRulesBody(1n, RULES, [])],
    ['a member without weight', () => setRulesBody(1n, RULES, [{ address: chain.user.address, weight: 0 }])],
    [
      'a quorum of half',
      () => setRulesBody(1n, { ...RULES, fast: { quorum: 5_000, delaySeconds: 0 } }, members()),
    ],
    [
      'a quorum above all',
      () => setRulesBody(1n, { ...RULES, slow: { quorum: 10_001, delaySeconds: 0 } }, members()),
    ],
    ['no time to vote', () => setRulesBody(1n, { ...RULES, votingSeconds: 0 }, members())],
  ])('cannot become %s (1110)', async (_name, order) => {
    expect(await decide(order())).toBe(1110);
    expect((await council.getData()).totalWeight).toBe(3);
  });
});

it('unknown operations 1012, trailing bits 9; nobody else orders the root about (1010)', async () => {
  expect(await code(chain.operator, beginCell().storeUint(1, 32).storeUint(0, 64).endCell())).toBe(1012);
  const trailing = beginCell()
    .storeUint(GOVERNANCE_OPS.sweep, 32)
    .storeUint(0, 64)
    .storeUint(0, 33)
    .endCell();
  expect(await code(chain.operator, trailing)).toBe(9);
  const result = await send(chain.operator, chain.root.address, REMOVE, toNano('0.05'));
  expect(exitCodeAt(result, chain.root.address)).toBe(1010);
});
