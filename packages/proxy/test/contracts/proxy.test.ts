// Does a proxy's contract pay only whom it should, and close only after the delay?

import {
  clientProxyRequestBody,
  increaseProxyStakeBody,
  ownerCloseBody,
  payoutPayload,
  proxyPayOutBody,
  saveStateBody,
  topUpBody,
  topUpPayload,
  workerProxyRequestBody,
} from '@cocoonkit/sdk/ton';
import { beginCell, type Cell, toNano } from '@ton/core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Chain, exitCodeAt, keysOf, openChain, PARAMS, paidTo, START, send } from './open-chain.js';

let chain: Chain;
let fresh: ReturnType<Chain['blockchain']['snapshot']>;
beforeAll(async () => {
  chain = await openChain();
  await send(
    chain.user,
    chain.client.address,
    topUpBody({ queryId: 1n, sendExcessesTo: chain.user.address, amount: toNano('20') }),
    toNano('20.7'),
  );
  fresh = chain.blockchain.snapshot();
});
beforeEach(async () => {
  await chain.blockchain.loadFrom(fresh);
  chain.blockchain.now = START;
});

const code = async (from: Chain['user'], body: Cell, value?: bigint) =>
  exitCodeAt(await send(from, chain.proxy.address, body, value), chain.proxy.address);
const excesses = () => ({ queryId: 3n, sendExcessesTo: chain.stranger.address });
const balanceOf = async (address: Chain['user']['address']) =>
  (await chain.blockchain.getContract(address)).balance;
const text = (character: string) =>
  beginCell().storeUint(0, 32).storeUint(character.charCodeAt(0), 8).endCell();
const later = (seconds: number) => {
  chain.blockchain.now = START + seconds;
};

describe('earnings and stake', () => {
  it('a worker’s payout leaves the proxy its twentieth, which goes to the owner whoever asks', async () => {
    const payout = await send(chain.stranger, chain.worker.address, chain.counter('payOut', 100_000_000n));
    expect(paidTo(payout, chain.miner.address)).toBe(toNano('1.9'));
    expect((await chain.proxy.getData()).balance).toBe(toNano('0.1'));
    const earned = await send(chain.stranger, chain.proxy.address, proxyPayOutBody(excesses()));
    expect(paidTo(earned, chain.operator.address)).toBe(toNano('0.1'));
    expect((await chain.proxy.getData()).balance).toBe(0n);
  });

  it('a stake is what came with it (1003 below)', async () => {
    const body = increaseProxyStakeBody({ ...excesses(), amount: toNano('15') });
    expect(await code(chain.operator, body, toNano('15.09'))).toBe(1003);
    expect(await code(chain.operator, body, toNano('15.2'))).toBe(0);
    expect((await chain.proxy.getData()).stake).toBe(toNano('15'));
  });

  it('the comment “w” pays the earnings and the rest of the value in one transfer; for the owner alone', async () => {
    await send(chain.stranger, chain.worker.address, chain.counter('payOut', 100_000_000n));
    expect(await code(chain.stranger, text('w'))).toBe(1010);
    const owner = await balanceOf(chain.operator.address);
    expect(await code(chain.operator, text('w'))).toBe(0);
    expect((await balanceOf(chain.operator.address)) - owner).toBeGreaterThan(toNano('0.08'));
    expect(await code(chain.operator, text('x'))).toBe(1013);
    expect(await code(chain.operator, text('w'), toNano('0.05'))).toBe(1003);
  });
});

describe('strangers', () => {
  const ledger = { state: 0, balance: 0n, stake: 0n, tokensUsed: 0n, secretHash: 0n };

  it('a request that says it is from a client, or a worker, is refused (1014)', async () => {
    const payload = topUpPayload(toNano('1'), chain.stranger.address);
    expect(
      await code(
        chain.stranger,
        clientProxyRequestBody({ queryId: 1n, owner: chain.stranger.address, ledger, payload }),
      ),
    ).toBe(1014);
    const payout = payoutPayload({
      workerPart: toNano('5'),
      proxyPart: 0n,
      sendExcessesTo: chain.stranger.address,
    });
    expect(
      await code(
        chain.stranger,
        workerProxyRequestBody({
          queryId: 1n,
          owner: chain.stranger.address,
          state: 0,
          tokens: 5n,
          payload: payout,
        }),
      ),
    ).toBe(1014);
  });

  it('one without an order changes nothing', async () => {
    const before = await balanceOf(chain.proxy.address);
    expect(
      await code(
        chain.stranger,
        clientProxyRequestBody({ queryId: 1n, owner: chain.stranger.address, ledger }),
      ),
    ).toBe(0);
    expect((await chain.proxy.getData()).balance).toBe(0n);
    expect(await balanceOf(chain.proxy.address)).toBeGreaterThan(before);
  });

  it('unknown 1012, trailing bits 9, saved states are ignored', async () => {
    expect(await code(chain.stranger, beginCell().storeUint(0x12345678, 32).storeUint(0, 64).endCell())).toBe(
      1012,
    );
    const trailing = beginCell()
      .storeSlice(proxyPayOutBody(excesses()).beginParse())
      .storeBit(false)
      .endCell();
    expect(await code(chain.stranger, trailing)).toBe(9);
    expect(await code(chain.operator, saveStateBody({ queryId: 1n, seqno: 4, sessionHash: 9n }))).toBe(0);
  });
});

describe('closing', () => {
  it('by the owner, by their comment, or signed: each only from the normal state (1006)', async () => {
    expect(await code(chain.stranger, ownerCloseBody(excesses()))).toBe(1010);
    expect(await code(chain.operator, ownerCloseBody(excesses()))).toBe(0);
    expect(await chain.proxy.getData()).toMatchObject({
      state: 'closing',
      unlockTime: START + PARAMS.proxyDelaySeconds,
    });
    expect(await code(chain.operator, ownerCloseBody(excesses()))).toBe(1006);
    expect(await code(chain.operator, text('c'))).toBe(1006);
    expect(await code(chain.stranger, chain.close('closeRequest'))).toBe(1006);
  });

  it('the comment “c” closes for the owner alone', async () => {
    expect(await code(chain.stranger, text('c'))).toBe(1010);
    expect(await code(chain.operator, text('c'))).toBe(0);
    expect((await chain.proxy.getData()).state).toBe('closing');
  });

  it('signed by another key 1007, for another contract 1015, complete before asked 1006', async () => {
    expect(await code(chain.stranger, chain.close('closeRequest', undefined, keysOf(8).secretKey))).toBe(
      1007,
    );
    expect(await code(chain.stranger, chain.close('closeRequest', chain.client.address))).toBe(1015);
    expect(await code(chain.stranger, chain.close('closeComplete'))).toBe(1006);
  });

  it('complete only after the delay (1011): stake and earnings to the owner, clients’ coins stay for them', async () => {
    await code(
      chain.operator,
      increaseProxyStakeBody({ ...excesses(), amount: toNano('15') }),
      toNano('15.2'),
    );
    await send(chain.stranger, chain.worker.address, chain.counter('payOut', 100_000_000n));
    expect(await code(chain.stranger, chain.close('closeRequest'))).toBe(0);
    later(PARAMS.proxyDelaySeconds - 1);
    expect(await code(chain.stranger, chain.close('closeComplete'))).toBe(1011);
    later(PARAMS.proxyDelaySeconds);
    const closed = await send(chain.stranger, chain.proxy.address, chain.close('closeComplete'));
    expect(paidTo(closed, chain.operator.address)).toBe(toNano('15.1'));
    expect(await chain.proxy.getData()).toMatchObject({ state: 'closed', balance: 0n, stake: 0n });
    // The client still gets what is theirs, after the worker was paid 1.9 and the owner 0.1.
    const refund = await send(
      chain.stranger,
      chain.client.address,
      chain.counter('grantRefund', 100_000_000n),
    );
    expect(exitCodeAt(refund, chain.proxy.address)).toBe(0);
    expect(paidTo(refund, chain.user.address)).toBe(toNano('18'));
  });

  it('closed: no payout (1006), no stake (1006); a worker’s counter comes back', async () => {
    await code(chain.stranger, chain.close('closeRequest'));
    later(PARAMS.proxyDelaySeconds);
    await code(chain.stranger, chain.close('closeComplete'));
    expect(await code(chain.stranger, proxyPayOutBody(excesses()))).toBe(1006);
    expect(await code(chain.operator, increaseProxyStakeBody({ ...excesses(), amount: 1n }))).toBe(1006);
    const result = await send(chain.stranger, chain.worker.address, chain.counter('payOut', 7n));
    expect(exitCodeAt(result, chain.proxy.address)).toBe(1006);
    expect((await chain.worker.getData()).tokens).toBe(0n);
  });
});

it('its getter answers in the deployed order', async () => {
  const { stackReader: stack } = await chain.blockchain.runGetMethod(
    chain.proxy.address,
    'get_cocoon_proxy_data',
  );
  expect(stack.readAddress().equals(chain.operator.address)).toBe(true);
  expect(stack.readBigNumber()).toBe(chain.keys.number);
  expect(stack.readAddress().equals(chain.root.address)).toBe(true);
  const rest = Array.from({ length: 9 }, () => stack.readBigNumber());
  expect(rest).toEqual([0n, 0n, 0n, 0n, 20n, 19n, toNano('15'), toNano('15'), 1n]);
});
