// Does a client's contract keep its ledger right, and refuse everything else with the code of the deployed one?

import {
  changeSecretAndTopUpBody,
  changeSecretBody,
  increaseClientStakeBody,
  registerBody,
  requestRefundBody,
  topUpBody,
  withdrawBody,
} from '@cocoonkit/sdk/ton';
import { beginCell, type Cell, toNano } from '@ton/core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Chain,
  exitCodeAt,
  keysOf,
  openChain,
  PARAMS,
  paidTo,
  STAKE,
  START,
  send,
  sha256,
} from './open-chain.js';

let chain: Chain;
let fresh: ReturnType<Chain['blockchain']['snapshot']>;
beforeAll(async () => {
  chain = await openChain();
  fresh = chain.blockchain.snapshot();
});
beforeEach(async () => {
  await chain.blockchain.loadFrom(fresh);
  chain.blockchain.now = START;
});

const addressed = () => ({ queryId: 77n, sendExcessesTo: chain.user.address });
const topUp = (amount: bigint) => topUpBody({ ...addressed(), amount });
const code = async (from: Chain['user'], body: Cell, value?: bigint) =>
  exitCodeAt(await send(from, chain.client.address, body, value), chain.client.address);
const deposit = (amount = toNano('20')) =>
  send(chain.user, chain.client.address, topUp(amount), amount + toNano('0.7'));
const balanceOf = async (address: Chain['user']['address']) =>
  (await chain.blockchain.getContract(address)).balance;

describe('deposits', () => {
  it('a top-up by anyone raises the balance, and the coins are in the proxy’s contract', async () => {
    const before = await balanceOf(chain.proxy.address);
    await send(chain.stranger, chain.client.address, topUp(toNano('3')), toNano('3.7'));
    expect(await chain.client.getData()).toMatchObject({
      state: 'normal',
      balance: toNano('3'),
      stake: STAKE,
      tokensUsed: 0n,
    });
    expect((await balanceOf(chain.proxy.address)) - before).toBe(toNano('3'));
  });

  it('what is left of the value comes back; a top-up costs under 0.02 TON', async () => {
    const before = await balanceOf(chain.user.address);
    await deposit(toNano('3'));
    const spent = before - (await balanceOf(chain.user.address)) - toNano('3');
    expect(spent).toBeLessThan(toNano('0.02'));
  });

  it('refuses a top-up whose value does not cover it (1003), and one that would eat the contract’s own coins (1001)', async () => {
    expect(await code(chain.user, topUp(toNano('3')), toNano('3.09'))).toBe(1003);
    expect(await code(chain.user, topUp(toNano('3')), toNano('3.1'))).toBe(0);
  });

  it.each([
    ['0.20', 1001],
    ['0.22', 0],
  ])('a first message of %s TON that also deploys ends with %i', async (value, expected) => {
    const other = chain.blockchain.openContract(
      new (await import('@cocoonkit/sdk/ton')).ClientContract(
        (await import('@cocoonkit/sdk/ton')).deriveClient(
          chain.chainParams,
          chain.member(chain.stranger.address),
        ),
      ),
    );
    const body = registerBody({ queryId: 1n, sendExcessesTo: chain.stranger.address, nonce: 5n });
    const result = await chain.stranger.send({
      to: other.address,
      value: toNano(value),
      body,
      init: other.init ?? null,
      bounce: true,
    });
    expect(exitCodeAt(result, other.address)).toBe(expected);
  });

  it('secret and top-up in one message, for the owner alone (1010)', async () => {
    const body = changeSecretAndTopUpBody({
      ...addressed(),
      amount: toNano('2'),
      secretHash: sha256('secret'),
    });
    expect(await code(chain.stranger, body, toNano('2.7'))).toBe(1010);
    expect(await code(chain.user, body, toNano('2.7'))).toBe(0);
    expect(await chain.client.getData()).toMatchObject({
      balance: toNano('2'),
      secretHash: sha256('secret'),
    });
  });

  it('amounts of nothing and beyond 2^63 are refused before anything is sent', () => {
    for (const amount of [0n, -1n, 1n << 63n])
      expect(() => topUp(amount)).toThrow(expect.objectContaining({ code: 'AMOUNT_INVALID' }));
  });
});

describe('what only the owner may do', () => {
  it.each<[string, () => Cell]>([
    ['register', () => registerBody({ ...addressed(), nonce: 1n })],
    ['change the secret', () => changeSecretBody({ ...addressed(), secretHash: 1n })],
    ['raise the stake', () => increaseClientStakeBody({ ...addressed(), stake: toNano('16') })],
  ])('%s: stranger 1010, too little value 1003', async (_name, body) => {
    expect(await code(chain.stranger, body())).toBe(1010);
    expect(await code(chain.user, body(), toNano('0.09'))).toBe(1003);
    expect(await code(chain.user, body())).toBe(0);
  });

  it('a stake grows only (1003), and the field must be there (9)', async () => {
    expect(await code(chain.user, increaseClientStakeBody({ ...addressed(), stake: STAKE }))).toBe(1003);
    const without = beginCell()
      .storeUint(0x6a1f6a60, 32)
      .storeUint(1, 64)
      .storeAddress(chain.user.address)
      .endCell();
    expect(await code(chain.user, without)).toBe(9);
    await code(chain.user, increaseClientStakeBody({ ...addressed(), stake: toNano('16') }));
    expect((await chain.client.getData()).stake).toBe(toNano('16'));
  });

  it('withdraws what is above the stake; without a surplus 1001, by a stranger 1009', async () => {
    expect(await code(chain.user, withdrawBody(addressed()))).toBe(1001);
    await deposit(toNano('20'));
    expect(await code(chain.stranger, withdrawBody(addressed()))).toBe(1009);
    const before = await balanceOf(chain.user.address);
    expect(await code(chain.user, withdrawBody(addressed()))).toBe(0);
    expect((await chain.client.getData()).balance).toBe(STAKE);
    expect((await balanceOf(chain.user.address)) - before).toBeGreaterThan(toNano('4.97'));
  });
});

describe('signed charges', () => {
  beforeEach(async () => {
    await deposit();
  });

  it('anyone delivers them; each counts once (1000)', async () => {
    expect(await code(chain.stranger, chain.counter('charge', 1_000_000n))).toBe(0);
    expect(await chain.client.getData()).toMatchObject({
      balance: toNano('20') - 20_000_000n,
      tokensUsed: 1_000_000n,
    });
    expect(await code(chain.stranger, chain.counter('charge', 1_000_000n))).toBe(1000);
    expect(await code(chain.stranger, chain.counter('charge', 999_999n))).toBe(1000);
  });

  it('another key 1007, another contract 1015, another head 1005', async () => {
    expect(await code(chain.user, chain.counter('charge', 5n, { key: keysOf(8).secretKey }))).toBe(1007);
    expect(await code(chain.user, chain.counter('charge', 5n, { contract: chain.worker.address }))).toBe(
      1015,
    );
    const good = chain.counter('charge', 5n);
    const head = beginCell().storeUint(0xbb63ff93, 32).storeUint(99, 64);
    const rest = good.beginParse().skip(96);
    expect(await code(chain.user, head.storeSlice(rest).endCell())).toBe(1005);
  });

  it('a charge signed as a refund is none (1005), and one for a worker neither', async () => {
    const refund = chain.counter('grantRefund', 5n).beginParse().skip(32);
    expect(await code(chain.user, beginCell().storeUint(0xbb63ff93, 32).storeSlice(refund).endCell())).toBe(
      1005,
    );
  });

  it('more than the balance takes all of it and no more', async () => {
    expect(await code(chain.user, chain.counter('charge', 1n << 40n))).toBe(0);
    expect(await chain.client.getData()).toMatchObject({ balance: 0n, tokensUsed: 1n << 40n });
  });
});

describe('closing', () => {
  beforeEach(async () => {
    await deposit();
  });
  const request = () => requestRefundBody(addressed());
  const later = (seconds: number) => {
    chain.blockchain.now = START + seconds;
  };

  it('the surplus at once, the rest after the delay without the proxy', async () => {
    expect(await code(chain.stranger, request())).toBe(1009);
    expect(await code(chain.user, request())).toBe(0);
    expect(await chain.client.getData()).toMatchObject({
      state: 'closing',
      balance: STAKE,
      unlockTime: START + PARAMS.clientDelaySeconds,
    });
    expect(await code(chain.user, topUp(toNano('1')), toNano('1.7'))).toBe(1006);
    expect(await code(chain.user, withdrawBody(addressed()))).toBe(1006);
    later(PARAMS.clientDelaySeconds - 1);
    expect(await code(chain.user, request())).toBe(1011);
    later(PARAMS.clientDelaySeconds);
    expect(await code(chain.user, request())).toBe(1011);
    later(PARAMS.clientDelaySeconds + 1);
    const before = await balanceOf(chain.user.address);
    expect(await code(chain.user, request())).toBe(0);
    expect(await chain.client.getData()).toMatchObject({ state: 'closed', balance: 0n });
    expect((await balanceOf(chain.user.address)) - before).toBeGreaterThan(toNano('14.97'));
    expect(await code(chain.user, request())).toBe(1006);
  });

  it('a forced refund is paid although the proxy has staked nothing', async () => {
    expect((await chain.proxy.getData()).stake).toBe(0n);
    await code(chain.user, request());
    later(PARAMS.clientDelaySeconds + 1);
    const result = await send(chain.user, chain.client.address, request());
    expect(exitCodeAt(result, chain.proxy.address)).toBe(0);
  });

  it('granted by the proxy: charged and paid at once, and only once (1006)', async () => {
    const result = await send(
      chain.stranger,
      chain.client.address,
      chain.counter('grantRefund', 50_000_000n),
    );
    expect(exitCodeAt(result, chain.client.address)).toBe(0);
    expect(await chain.client.getData()).toMatchObject({
      state: 'closed',
      balance: 0n,
      tokensUsed: 50_000_000n,
    });
    expect(paidTo(result, chain.user.address)).toBe(toNano('19'));
    expect(await code(chain.stranger, chain.counter('grantRefund', 50_000_000n))).toBe(1006);
    expect(await code(chain.stranger, chain.counter('charge', 60_000_000n))).toBe(1006);
  });

  it('what the proxy’s contract cannot pay comes back into the ledger, and can be asked for again', async () => {
    // Its key signs a worker more than clients were charged: the till is short of the client's 20 TON.
    await send(chain.stranger, chain.worker.address, chain.counter('payOut', 500_000_000n));
    await send(chain.user, chain.client.address, request());
    expect(await chain.client.getData()).toMatchObject({ state: 'closing', balance: STAKE });
    later(PARAMS.clientDelaySeconds + 1);
    const refused = await send(chain.user, chain.client.address, request());
    expect(exitCodeAt(refused, chain.proxy.address)).toBe(5);
    expect(await chain.client.getData()).toMatchObject({
      state: 'closing',
      balance: STAKE,
      unlockTime: START + PARAMS.clientDelaySeconds + 1,
    });
    await send(chain.operator, chain.proxy.address, undefined, toNano('20'));
    later(PARAMS.clientDelaySeconds + 2);
    const paid = await send(chain.user, chain.client.address, request());
    expect(exitCodeAt(paid, chain.proxy.address)).toBe(0);
    expect(await chain.client.getData()).toMatchObject({ state: 'closed', balance: 0n });
  });

  it('a withdrawal that cannot be paid is taken back, too', async () => {
    await send(chain.stranger, chain.worker.address, chain.counter('payOut', 900_000_000n));
    await send(chain.user, chain.client.address, withdrawBody(addressed()));
    expect(await chain.client.getData()).toMatchObject({ state: 'normal', balance: toNano('20') });
  });
});

describe('anything else', () => {
  it('unknown 1012, reopening 1012, trailing bits 9; coins and marked messages are ignored', async () => {
    const op = (value: number) => beginCell().storeUint(value, 32).storeUint(0, 64).endCell();
    expect(await code(chain.user, op(0x12345678))).toBe(1012);
    expect(await code(chain.user, op(0x29111ceb))).toBe(1012);
    expect(await code(chain.user, op(0x9a1247c0))).toBe(0);
    const trailing = beginCell().storeSlice(withdrawBody(addressed()).beginParse()).storeBit(true).endCell();
    expect(await code(chain.user, trailing)).toBe(9);
    expect(exitCodeAt(await send(chain.user, chain.client.address, undefined), chain.client.address)).toBe(0);
  });

  it('its getter answers in the deployed order', async () => {
    const { stackReader: stack } = await chain.blockchain.runGetMethod(
      chain.client.address,
      'get_cocoon_client_data',
    );
    expect(stack.readAddress().equals(chain.user.address)).toBe(true);
    expect(stack.readAddress().equals(chain.proxy.address)).toBe(true);
    expect(stack.readBigNumber()).toBe(chain.keys.number);
    expect([
      stack.readNumber(),
      stack.readBigNumber(),
      stack.readBigNumber(),
      stack.readBigNumber(),
      stack.readNumber(),
      stack.readBigNumber(),
    ]).toEqual([0, 0n, STAKE, 0n, 0, 0n]);
  });
});
