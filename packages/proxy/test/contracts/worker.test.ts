// Does a worker's contract pay out once per token, and only on the proxy's word?
import { workerRegisterBody } from '@cocoonkit/sdk/ton';
import { beginCell, type Cell, toNano } from '@ton/core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Chain, exitCodeAt, keysOf, openChain, paidTo, send } from './open-chain.js';

let chain: Chain;
let fresh: ReturnType<Chain['blockchain']['snapshot']>;
beforeAll(async () => {
  chain = await openChain();
  await send(chain.operator, chain.proxy.address, undefined, toNano('10'));
  fresh = chain.blockchain.snapshot();
});
beforeEach(() => chain.blockchain.loadFrom(fresh));

const code = async (body: Cell, value?: bigint, from = chain.stranger) =>
  exitCodeAt(await send(from, chain.worker.address, body, value), chain.worker.address);

describe('payouts', () => {
  it('19 of 20 nanoTON a token to the owner; each counter once (1000)', async () => {
    const result = await send(chain.stranger, chain.worker.address, chain.counter('payOut', 1_000_000n));
    expect(paidTo(result, chain.miner.address)).toBe(19_000_000n);
    expect(await code(chain.counter('payOut', 1_000_000n))).toBe(1000);
    const next = await send(chain.stranger, chain.worker.address, chain.counter('payOut', 1_000_001n));
    expect(paidTo(next, chain.miner.address)).toBe(19n);
    expect((await chain.proxy.getData()).balance).toBe(1_000_001n);
  });

  it('exactly 0.1 TON is too little (1003)', async () => {
    expect(await code(chain.counter('payOut', 5n), toNano('0.1'))).toBe(1003);
    expect(await code(chain.counter('payOut', 5n), toNano('0.1') + 1n)).toBe(0);
  });

  it('another key 1007, another contract 1015, a client’s charge 1012, half a message 9', async () => {
    expect(await code(chain.counter('payOut', 5n, { key: keysOf(8).secretKey }))).toBe(1007);
    expect(await code(chain.counter('payOut', 5n, { contract: chain.client.address }))).toBe(1015);
    expect(await code(chain.counter('charge', 5n))).toBe(1012);
    expect(await code(beginCell().storeUint(0xa040ad28, 32).storeUint(1, 64).endCell())).toBe(9);
  });

  it('more than the till holds is refused there (5), and the counter comes back for a later try', async () => {
    const counter = chain.counter('payOut', 1_000_000_000n);
    const refused = await send(chain.stranger, chain.worker.address, counter);
    expect(exitCodeAt(refused, chain.proxy.address)).toBe(5);
    expect((await chain.worker.getData()).tokens).toBe(0n);
    await send(chain.operator, chain.proxy.address, undefined, toNano('10'));
    const paid = await send(chain.stranger, chain.worker.address, counter);
    expect(paidTo(paid, chain.miner.address)).toBe(toNano('19'));
  });
});

describe('the last payout', () => {
  it('closes: everything after it 1006', async () => {
    const last = await send(chain.stranger, chain.worker.address, chain.counter('payOutLast', 7n));
    expect(paidTo(last, chain.miner.address)).toBe(7n * 19n);
    expect(await chain.worker.getData()).toMatchObject({ state: 'closed', tokens: 7n });
    expect(await code(chain.counter('payOut', 9n))).toBe(1006);
    expect(await code(chain.counter('payOutLast', 9n))).toBe(1006);
  });

  it('may repeat the counter, not go back (1000)', async () => {
    await code(chain.counter('payOut', 7n));
    expect(await code(chain.counter('payOutLast', 6n))).toBe(1000);
    expect(await code(chain.counter('payOutLast', 7n))).toBe(0);
  });

  it('when the till cannot pay, the contract is open again', async () => {
    await send(chain.stranger, chain.worker.address, chain.counter('payOutLast', 1_000_000_000n));
    expect(await chain.worker.getData()).toMatchObject({ state: 'normal', tokens: 0n });
  });
});

it('registers for its owner alone (1010), above 0.1 TON (1003)', async () => {
  const body = workerRegisterBody({ queryId: 1n, sendExcessesTo: chain.miner.address });
  expect(await code(body)).toBe(1010);
  expect(await code(body, toNano('0.1'), chain.miner)).toBe(1003);
  expect(await code(body, toNano('0.2'), chain.miner)).toBe(0);
});

it('its getter answers in the deployed order', async () => {
  const { stackReader: stack } = await chain.blockchain.runGetMethod(
    chain.worker.address,
    'get_cocoon_worker_data',
  );
  expect(stack.readAddress().equals(chain.miner.address)).toBe(true);
  expect(stack.readAddress().equals(chain.proxy.address)).toBe(true);
  expect([stack.readBigNumber(), stack.readNumber(), stack.readBigNumber()]).toEqual([
    chain.keys.number,
    0,
    0n,
  ]);
});
