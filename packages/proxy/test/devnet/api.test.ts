// Does the local chain refuse in toncenter's shape whatever it cannot read, and do its blocks, faucet and clock keep their rules?
import { createHash } from 'node:crypto';
import { Address, beginCell, external, internal, storeMessage, toNano } from '@ton/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApi } from '../../src/devnet/create-api.js';
import { LOCAL_CHAIN, startDevnet } from '../../src/devnet/index.js';
import { loadSandbox } from '../../src/devnet/load-sandbox.js';
import { START } from '../contracts/open-chain.js';
import { ask, faucet, openWallet, startStillChain } from './still-chain.js';

const API = '/api/v2';
const owner = new Address(0, Buffer.alloc(32, 7));
const nowhere = new Address(0, Buffer.alloc(32, 8));
const address = nowhere.toString();
let chain: Awaited<ReturnType<typeof startStillChain>>;
beforeEach(async () => {
  chain = await startStillChain();
});
afterEach(() => chain.devnet.stop());

const rpc = (method: string, params: unknown = {}) =>
  ask(chain.devnet, `${API}/jsonRPC`, { jsonrpc: '2.0', id: '1', method, params });
const shape = (code: number) => ({
  status: code,
  answer: { ok: false, code, error: expect.stringMatching(/./) },
});
const bocOf = (message: Parameters<typeof storeMessage>[0]): string =>
  beginCell().store(storeMessage(message)).endCell().toBoc().toString('base64');

describe('errors', () => {
  it('are in toncenter’s shape for what is no call', async () => {
    const { devnet } = chain;
    for (const body of ['{', '[]', 'null', '"text"', '{"method":7}', '{"id":"1"}'])
      expect(await ask(devnet, `${API}/jsonRPC`, body)).toMatchObject(shape(422));
    for (const name of ['noSuchMethod', '__proto__', 'constructor', 'toString', ''])
      expect(await rpc(name)).toMatchObject(shape(404));
    expect(await ask(devnet, '/elsewhere')).toMatchObject(shape(404));
    expect(await ask(devnet, `${API}/noSuchMethod?address=${address}`)).toMatchObject(shape(404));
    expect((await rpc('noSuchMethod')).answer).toMatchObject({ jsonrpc: '2.0', id: '1' });
  });

  it('name the parameter that cannot be read', async () => {
    const block = { workchain: 0, shard: '-9223372036854775808', seqno: 0 };
    const cases: [string, unknown][] = [
      ['getAddressInformation', {}],
      ['getAddressInformation', null],
      ['getAddressInformation', { address: 'EQ' }],
      ['getAddressInformation', { address: `5:${'0'.repeat(64)}` }],
      ['getTransactions', { address, limit: 0 }],
      ['getTransactions', { address, limit: 257 }],
      ['getTransactions', { address, lt: '-1' }],
      ['getTransactions', { address, lt: '1', hash: 'short' }],
      ['shards', { seqno: -1 }],
      ['getBlockTransactions', { ...block, workchain: 1 }],
      ['getBlockTransactions', { ...block, shard: '1' }],
      ['runGetMethod', { address, method: '' }],
      ['runGetMethod', { address, method: 'get', stack: [['num', '1e3']] }],
      ['runGetMethod', { address, method: 'get', stack: [['num', '9'.repeat(79)]] }],
      ['runGetMethod', { address, method: 'get', stack: [['tvm.Cell', 'AAAA']] }],
      ['runGetMethod', { address, method: 'get', stack: [['tuple', '1']] }],
      ['estimateFee', { address, body: '!' }],
    ];
    for (const [method, params] of cases) expect(await rpc(method, params), method).toMatchObject(shape(422));
  });

  it('refuse what is no external message: nobody makes money, or speaks in another’s name', async () => {
    const { devnet } = chain;
    const { info, body } = internal({ to: nowhere, value: toNano('5'), bounce: false });
    if (info.type !== 'internal') throw new TypeError('an internal message was built');
    const forged = bocOf({ info: { ...info, src: owner }, body });
    expect(await rpc('sendBoc', { boc: forged })).toMatchObject(shape(422));
    const far = external({ to: new Address(3, Buffer.alloc(32)), body: beginCell().endCell() });
    expect(await rpc('sendBoc', { boc: bocOf(far) })).toMatchObject(shape(422));
    expect(await rpc('sendBoc', { boc: 'A'.repeat(87_404) })).toMatchObject(shape(422));
    expect(await chain.client.getBalance(nowhere)).toBe(0n);
    expect(devnet.chain.blocks.last.seqno).toBe(0);
  });

  it('come for any bytes in place of a BoC, and the chain goes on', async () => {
    const boc = external({ to: nowhere, body: beginCell().storeUint(1, 64).endCell() });
    const whole = Buffer.from(bocOf(boc), 'base64');
    const damaged = fc
      .tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(whole.length))
      .map(([at, flip, end]) => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        return bytes.subarray(0, end);
      });
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 80 }), damaged);
    await fc.assert(
      fc.asyncProperty(bytes, async (sent) => {
        const { answer } = await rpc('sendBoc', { boc: Buffer.from(sent).toString('base64') });
        // 500: a whole message, to an account that cannot take it.
        expect(answer.ok).toBe(false);
        expect([422, 500]).toContain(answer.code);
        expect(answer.error).not.toBe('Internal error.');
      }),
      { numRuns: 60 },
    );
    expect((await faucet(chain.devnet, nowhere, 1_000_000_000n)).status).toBe(200);
  });

  it('a refused message to nowhere leaves no account behind', async () => {
    const boc = bocOf(external({ to: nowhere, body: beginCell().endCell() }));
    expect(await rpc('sendBoc', { boc })).toMatchObject(shape(500));
    expect(await rpc('getAddressBalance', { address })).toMatchObject({ answer: { result: '0' } });
    expect(chain.devnet.chain.account(nowhere)).toBeUndefined();
  });

  it('end bodies that are too large', async () => {
    const { devnet } = chain;
    expect(await ask(devnet, `${API}/sendBoc`, 'x'.repeat(600_000))).toMatchObject(shape(413));
  });

  it('name the package that is missing', async () => {
    const absent = loadSandbox(() => Promise.reject(new Error('not found')));
    await expect(absent).rejects.toMatchObject({ code: 'SANDBOX_MISSING' });
    const options = {
      now: () => new Date(),
      random: (length: number) => new Uint8Array(length),
      port: 70_000,
    };
    await expect(startDevnet(options)).rejects.toMatchObject({ code: 'DEVNET_PORT_INVALID' });
  });
});

it('answers the same by JSON-RPC, GET and POST', async () => {
  const { devnet } = chain;
  await faucet(devnet, nowhere, 5n);
  const { result } = (await rpc('getAddressInformation', { address })).answer;
  const get = await ask(devnet, `${API}/getAddressInformation?address=${encodeURIComponent(address)}`);
  const post = await ask(devnet, `${API}/getAddressInformation`, { address });
  expect(get).toEqual({ status: 200, answer: { ok: true, result } });
  expect(post).toEqual(get);
  const page = await ask(devnet, `${API}/getTransactions?address=${encodeURIComponent(address)}&limit=1`);
  expect(page.answer.result).toHaveLength(1);
});

describe('blocks', () => {
  it('are a chain of hashes over time and transactions, as documented', async () => {
    const { devnet, client } = chain;
    const { wallet, pay } = openWallet(client, owner);
    await faucet(devnet, wallet.address, toNano('10'));
    await pay(internal({ to: nowhere, value: toNano('1'), bounce: false }));
    await ask(devnet, '/time', { add: 60 });
    const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
    for (const seqno of [1, 2, 3]) {
      const block = devnet.chain.blocks.find(seqno);
      const before = devnet.chain.blocks.find(seqno - 1);
      if (block === undefined || before === undefined) throw new TypeError('the block is kept');
      const head = Buffer.alloc(12);
      head.writeUInt32BE(seqno);
      head.writeBigUInt64BE(BigInt(block.utime), 4);
      const hashes = block.transactions.map((transaction) => transaction.hash());
      const state = sha256(Buffer.from('cocoonkit devnet state'), head, ...hashes);
      expect(block.rootHash).toEqual(sha256(before.rootHash, state));
      const served = await rpc('getBlockHeader', { workchain: -1, shard: '-9223372036854775808', seqno });
      expect(served.answer.result).toMatchObject({
        gen_utime: block.utime,
        id: { seqno, root_hash: block.rootHash.toString('base64') },
        prev_blocks: [{ root_hash: before.rootHash.toString('base64') }],
      });
    }
  });

  it('tick by themselves', async () => {
    const random = (length: number) => new Uint8Array(length);
    const devnet = await startDevnet({ now: () => new Date(START * 1000), random, tickMs: 10 });
    await expect.poll(() => devnet.chain.blocks.last.seqno).toBeGreaterThan(3);
    await devnet.stop();
  });
});

describe('faucet and clock', () => {
  it('say that the chain is local', async () => {
    const { devnet } = chain;
    const given = await ask(devnet, '/faucet', { address });
    expect(given).toMatchObject({
      status: 200,
      answer: { ok: true, chain: LOCAL_CHAIN, result: { amount: '10000000000' } },
    });
    expect(await chain.client.getBalance(nowhere)).toBe(10_000_000_000n);
    for (const amount of ['0', '-1', '1.5', '1000000000000001', '', 5])
      expect(await ask(devnet, '/faucet', { address, amount })).toMatchObject(shape(422));
  });

  it('move time forward only', async () => {
    const { devnet, client } = chain;
    const moved = await ask(devnet, '/time', { add: 86_400 });
    expect(moved).toMatchObject({ answer: { ok: true, result: { utime: START + 86_400 } } });
    for (const add of [0, -1, 1.5, '60', 1e12])
      expect(await ask(devnet, '/time', { add })).toMatchObject(shape(422));
    await faucet(devnet, nowhere, 5n);
    const [transaction] = await client.getTransactions(nowhere, { limit: 1 });
    expect(transaction?.now).toBe(START + 86_400);
    await ask(devnet, '/time', { add: 630_000_000 });
    expect(await ask(devnet, '/time', { add: 2_000_000 })).toMatchObject(shape(422));
  });

  it('answer nobody else’s machine', async () => {
    const api = createApi(chain.devnet.chain);
    const from = async (remoteAddress: string | undefined, path: string) => {
      const request = new Request(`http://devnet${path}`, {
        method: 'POST',
        body: JSON.stringify({ address }),
      });
      const response = await api.fetch(request, { incoming: { socket: { remoteAddress } } } as never);
      return response.status;
    };
    for (const stranger of ['10.0.0.9', '::ffff:10.0.0.9', '128.0.0.1', undefined])
      for (const path of ['/faucet', '/time']) expect(await from(stranger, path)).toBe(403);
    for (const here of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
      expect(await from(here, '/faucet')).toBe(200);
  });
});
