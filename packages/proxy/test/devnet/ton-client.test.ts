// Does @ton/ton, unmodified, find on the local chain what it finds on TON: accounts, getters, messages, transactions, blocks, fees?
import {
  ClientContract,
  deriveClient,
  deriveProxy,
  deriveRoot,
  ProxyContract,
  RootContract,
  rootStorage,
} from '@cocoonkit/sdk/ton';
import { Address, beginCell, external, internal, storeMessage, toNano } from '@ton/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeOf, keysOf, PARAMS, START } from '../contracts/open-chain.js';
import { faucet, node, openWallet, startStillChain } from './still-chain.js';

const owner = new Address(0, Buffer.alloc(32, 7));
const nowhere = new Address(0, Buffer.alloc(32, 8));
let chain: Awaited<ReturnType<typeof startStillChain>>;
beforeEach(async () => {
  chain = await startStillChain();
});
afterEach(() => chain.devnet.stop());

const pay = (value: string) => internal({ to: nowhere, value: toNano(value), bounce: false });
/** A funded wallet that has paid one TON `count` times. */
async function walletThatPaid(count: number) {
  const { client, devnet } = chain;
  const opened = openWallet(client, owner);
  await faucet(devnet, opened.wallet.address, toNano('100'));
  for (let paid = 0; paid < count; paid += 1) await opened.pay(pay('1'));
  return opened;
}

describe('TonClient', () => {
  it('sees an account nothing ever happened to', async () => {
    const { client } = chain;
    expect(await client.getBalance(nowhere)).toBe(0n);
    expect(await client.isContractDeployed(nowhere)).toBe(false);
    const state = await client.getContractState(nowhere);
    expect(state).toMatchObject({ state: 'uninitialized', code: null, data: null, lastTransaction: null });
    expect(await client.getTransactions(nowhere, { limit: 10 })).toEqual([]);
  });

  it('deploys a wallet by its first order and reads it', async () => {
    const { client } = chain;
    const { wallet } = await walletThatPaid(1);
    expect(await client.isContractDeployed(wallet.address)).toBe(true);
    expect(await wallet.getData()).toMatchObject({ seqno: 1, publicKey: node.number, blocked: false });
    expect(await client.getBalance(nowhere)).toBeGreaterThan(toNano('0.99'));
    expect(await client.getBalance(wallet.address)).toBeLessThan(toNano('99'));
  });

  it('sends with sendMessage, sendFile and sendExternalMessage', async () => {
    const { client } = chain;
    const { wallet, signed } = await walletThatPaid(0);
    await client.sendExternalMessage(wallet, await signed(pay('1')));
    expect((await wallet.getData()).seqno).toBe(1);
    const next = async (seqno: number) =>
      external({ to: wallet.address, body: await signed(pay('1'), seqno) });
    await client.sendMessage(await next(1));
    const file = beginCell().store(storeMessage(await next(2)));
    await client.sendFile(file.endCell().toBoc());
    expect((await wallet.getData()).seqno).toBe(3);
  });

  it('hears when a contract does not accept a message, and nothing has changed', async () => {
    const { client, devnet } = chain;
    const { wallet, signed } = await walletThatPaid(1);
    const before = await client.getContractState(wallet.address);
    const forged = await signed(pay('1'), 1, keysOf(4).secretKey);
    await expect(client.sendExternalMessage(wallet, forged)).rejects.toMatchObject({
      response: { status: 500, data: { ok: false, code: 500, error: expect.stringContaining('exitcode=') } },
    });
    expect(await client.getContractState(wallet.address)).toEqual(before);
    expect(devnet.chain.blocks.last.seqno).toBe(before.blockId.seqno);
  });

  it('runs getters: numbers, cells, and exit codes as results', async () => {
    const { client } = chain;
    const { wallet } = await walletThatPaid(1);
    const { stack } = await client.runMethod(wallet.address, 'seqno');
    expect(stack.readNumber()).toBe(1);
    expect(await client.runMethodWithError(wallet.address, 'no_such_method')).toMatchObject({
      exit_code: 11,
    });
    await expect(client.runMethod(wallet.address, 'no_such_method')).rejects.toThrow('exit_code: 11');
    expect(await client.runMethodWithError(nowhere, 'seqno')).toMatchObject({ exit_code: -13 });
  });

  it('pages through transactions, newest first, without gap or repetition', async () => {
    const { client } = chain;
    const { wallet } = await walletThatPaid(6);
    const all = await client.getTransactions(wallet.address, { limit: 100 });
    // One from the faucet, six orders.
    expect(all).toHaveLength(7);
    const paged: string[] = [];
    let from: { lt?: string; hash?: string } = {};
    for (;;) {
      const page = await client.getTransactions(wallet.address, { limit: 2, ...from });
      const last = page.at(-1);
      if (last === undefined) break;
      paged.push(...page.map(({ lt }) => String(lt)));
      from = { lt: String(last.lt), hash: last.hash().toString('base64') };
    }
    expect(paged).toEqual(all.map(({ lt }) => String(lt)));
    const [newest, , third] = all;
    const above = await client.getTransactions(wallet.address, { limit: 10, to_lt: String(third?.lt) });
    expect(above.map(({ lt }) => lt)).toEqual(all.slice(0, 2).map(({ lt }) => lt));
    const state = await client.getContractState(wallet.address);
    expect(state.lastTransaction).toEqual({
      lt: String(newest?.lt),
      hash: newest?.hash().toString('base64'),
    });
  });

  it('finds one transaction by lt and hash, and nothing where none is', async () => {
    const { client } = chain;
    const { wallet } = await walletThatPaid(1);
    const [newest] = await client.getTransactions(wallet.address, { limit: 1 });
    const hash = newest?.hash().toString('base64') ?? '';
    const found = await client.getTransaction(wallet.address, String(newest?.lt), hash);
    expect(found?.hash().toString('base64')).toBe(hash);
    expect(await client.getTransaction(wallet.address, '1', hash)).toBeNull();
    const other = Buffer.alloc(32, 1).toString('base64');
    await expect(client.getTransaction(wallet.address, String(newest?.lt), other)).rejects.toMatchObject({
      response: { data: { ok: false, code: 500 } },
    });
  });

  it('follows a message from its sender to its receiver and back', async () => {
    const { client } = chain;
    const { wallet } = await walletThatPaid(1);
    const [sent] = await client.getTransactions(wallet.address, { limit: 1 });
    const [got] = await client.getTransactions(nowhere, { limit: 1 });
    const info = got?.inMessage?.info;
    const lt = info?.type === 'internal' ? String(info.createdLt) : '';
    const result = await client.tryLocateResultTx(wallet.address, nowhere, lt);
    expect(result.hash()).toEqual(got?.hash());
    const source = await client.tryLocateSourceTx(wallet.address, nowhere, lt);
    expect(source.hash()).toEqual(sent?.hash());
    await expect(client.tryLocateResultTx(wallet.address, nowhere, '3')).rejects.toMatchObject({
      response: { data: { ok: false, code: 500 } },
    });
  });

  it('reads blocks: masterchain, shards, and the transactions in them', async () => {
    const { client } = chain;
    const { wallet } = await walletThatPaid(1);
    const { latestSeqno, workchain, initSeqno } = await client.getMasterchainInfo();
    expect({ latestSeqno, workchain, initSeqno }).toEqual({ latestSeqno: 2, workchain: -1, initSeqno: 0 });
    const [shard] = await client.getWorkchainShards(latestSeqno);
    expect(shard).toMatchObject({ workchain: 0, seqno: latestSeqno });
    const inBlock = await client.getShardTransactions(0, latestSeqno, shard?.shard ?? '');
    // The order and the payment it caused.
    expect(inBlock.map(({ account }) => account.toString())).toEqual([
      wallet.address.toString(),
      nowhere.toString(),
    ]);
    expect(await client.getShardTransactions(-1, latestSeqno, shard?.shard ?? '')).toEqual([]);
    await expect(client.getWorkchainShards(99)).rejects.toMatchObject({ response: { data: { code: 500 } } });
  });

  it('estimates fees without changing anything', async () => {
    const { client } = chain;
    const { wallet, signed } = await walletThatPaid(1);
    const body = await signed(pay('1'), 1, keysOf(4).secretKey);
    const options = { body, initCode: null, initData: null };
    const { source_fees: fees } = await client.estimateExternalMessageFee(wallet.address, {
      ...options,
      ignoreSignature: true,
    });
    expect(fees.gas_fee).toBeGreaterThan(0);
    expect(fees.in_fwd_fee).toBeGreaterThan(0);
    expect(fees.fwd_fee).toBeGreaterThan(0);
    expect(fees.storage_fee).toBeGreaterThanOrEqual(0);
    const checked = client.estimateExternalMessageFee(wallet.address, { ...options, ignoreSignature: false });
    await expect(checked).rejects.toMatchObject({ response: { data: { ok: false, code: 500 } } });
    expect((await wallet.getData()).seqno).toBe(1);
  });

  it('carries our wrappers: root, proxy and client are deployed by a wallet and read', async () => {
    const { client } = chain;
    const { wallet, sender } = await walletThatPaid(0);
    const root = client.open(
      new RootContract(deriveRoot(codeOf('root'), rootStorage(wallet.address, PARAMS))),
    );
    await root.sendDeploy(sender, toNano('1'));
    const { chainParams } = await root.getConfig();
    expect(chainParams.params).toMatchObject({ pricePerToken: 20n, minClientStake: PARAMS.minClientStake });
    const { number: proxyPublicKey } = keysOf(9);
    const proxy = client.open(
      new ProxyContract(
        deriveProxy(chainParams, { owner: wallet.address, publicKey: proxyPublicKey, root: root.address }),
      ),
    );
    await proxy.sendDeploy(sender);
    const member = { owner: wallet.address, proxy: proxy.address, proxyPublicKey };
    const payer = client.open(new ClientContract(deriveClient(chainParams, member)));
    await payer.sendDeploy(sender);
    for (const { address } of [root, proxy, payer])
      expect(await client.isContractDeployed(address)).toBe(true);
    const written = await client.getContractState(payer.address);
    expect(written.code).toEqual(deriveClient(chainParams, member).init.code.toBoc());
  });

  it('has one history and one clock, whoever asks at once', async () => {
    const { client, devnet } = chain;
    const { wallet, signed } = await walletThatPaid(1);
    const same = await signed(pay('1'), 1);
    // The same order four times at once: it is accepted once.
    const sent = await Promise.allSettled(
      Array.from({ length: 4 }, () => client.sendExternalMessage(wallet, same)),
    );
    expect(sent.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await wallet.getData()).seqno).toBe(2);
    expect((await client.getContractState(wallet.address)).timestampt).toBe(START);
    expect(devnet.chain.blocks.last.utime).toBe(START);
  });
});
