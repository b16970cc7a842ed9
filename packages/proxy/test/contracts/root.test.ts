// Does the registry do what its owner says, for nobody else, and can it be read back whole?
import {
  addPublicKeyBody,
  changeKeyManagerBody,
  changeOwnerBody,
  changeParamsBody,
  changePriceBody,
  hashBody,
  type RegistryConfig,
  ROOT_OPS,
  registerProxyBody,
  resetBody,
  unregisterProxyBody,
  updateProxyBody,
  upgradeBody,
  upgradeContractsBody,
  upgradeFullBody,
} from '@cocoonkit/sdk/ton';
import { beginCell, Cell, toNano } from '@ton/core';
import { sign } from '@ton/crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Chain, codeOf, exitCodeAt, keysOf, openChain, PARAMS, START, send } from './open-chain.js';

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

const code = async (body: Cell, from = chain.operator) =>
  exitCodeAt(await send(from, chain.root.address, body, toNano('0.05')), chain.root.address);
const config = (): Promise<RegistryConfig> => chain.root.getConfig();
const hex = (hash: bigint) => hash.toString(16).padStart(64, '0');
const get = async (name: string, ...numbers: bigint[]) =>
  (
    await chain.blockchain.runGetMethod(
      chain.root.address,
      name,
      numbers.map((value) => ({ type: 'int', value })),
    )
  ).stackReader;

describe('lists', () => {
  it.each([
    ['addWorkerType', 'deleteWorkerType', 'workerHashes', 'worker_hash_is_valid'],
    ['addModelType', 'deleteModelType', 'modelHashes', 'model_hash_is_valid'],
    ['addProxyType', 'deleteProxyType', 'proxyHashes', 'proxy_hash_is_valid'],
  ] as const)('%s and %s', async (add, remove, list, getter) => {
    expect(await code(hashBody(add, 1n, 5n), chain.stranger)).toBe(1010);
    expect(await code(hashBody(add, 1n, 5n))).toBe(0);
    expect(await code(hashBody(add, 1n, 1n << 255n))).toBe(0);
    expect((await config())[list]).toEqual([hex(5n), hex(1n << 255n)]);
    expect((await get(getter, 5n)).readNumber()).toBe(-1);
    expect((await get(getter, 6n)).readNumber()).toBe(0);
    expect(await code(hashBody(remove, 1n, 5n))).toBe(0);
    expect(await code(hashBody(remove, 1n, 77n))).toBe(0);
    expect((await config())[list]).toEqual([hex(1n << 255n)]);
    expect((await config()).version).toBe(5);
  });

  it('proxies: numbers are never used again, unknown ones 2000, strange addresses 1004 and 9', async () => {
    expect(await code(registerProxyBody(1n, '10.0.0.1:1 10.0.0.2:2'))).toBe(0);
    expect(await code(registerProxyBody(1n, '10.0.0.3:3'))).toBe(0);
    expect(await code(unregisterProxyBody(1n, 2))).toBe(0);
    expect(await code(registerProxyBody(1n, '10.0.0.4:4'))).toBe(0);
    expect(await code(updateProxyBody(1n, 1, '10.0.0.9:9'))).toBe(0);
    expect(await code(updateProxyBody(1n, 2, '10.0.0.9:9'))).toBe(2000);
    expect((await config()).registeredProxies).toEqual([
      { seqno: 1, workers: '10.0.0.9:9', clients: '10.0.0.9:9' },
      { seqno: 3, workers: '10.0.0.4:4', clients: '10.0.0.4:4' },
    ]);
    expect((await get('last_proxy_seqno')).readNumber()).toBe(3);
    const strange = (build: (cell: ReturnType<typeof beginCell>) => unknown) => {
      const cell = beginCell().storeUint(ROOT_OPS.registerProxy, 32).storeUint(1, 64);
      build(cell);
      return cell.endCell();
    };
    expect(await code(strange((cell) => cell.storeUint(0x80, 8)))).toBe(1004);
    expect(await code(strange((cell) => cell.storeUint(3, 8).storeUint(0, 16)))).toBe(9);
    for (const address of ['ä:1', 'a b c', '1'.repeat(128)])
      expect(() => registerProxyBody(1n, address)).toThrow(
        expect.objectContaining({ code: 'NETWORK_ADDRESS_INVALID' }),
      );
  });

  it('a reset empties all and keeps the numbering', async () => {
    await code(registerProxyBody(1n, '10.0.0.1:1'));
    await code(hashBody('addModelType', 1n, 5n));
    expect(await code(resetBody(1n))).toBe(0);
    expect(await config()).toMatchObject({ modelHashes: [], registeredProxies: [], lastProxySeqno: 1 });
  });
});

describe('parameters', () => {
  it('every change makes a new generation', async () => {
    expect(await code(changePriceBody(1n, 30n, 29n))).toBe(0);
    expect((await config()).chainParams.params).toMatchObject({
      paramsVersion: 2,
      pricePerToken: 30n,
      workerFeePerToken: 29n,
    });
    const next = {
      pricePerToken: 40n,
      workerFeePerToken: 38n,
      proxyDelaySeconds: 5,
      clientDelaySeconds: 6,
      minProxyStake: 7n,
      minClientStake: 8n,
    };
    expect(await code(changeParamsBody(1n, next))).toBe(0);
    expect((await config()).chainParams.params).toMatchObject({ paramsVersion: 3, ...next });
    const codes = { proxy: codeOf('wallet'), worker: codeOf('worker'), client: codeOf('client') };
    expect(await code(upgradeContractsBody(1n, codes))).toBe(0);
    const { params } = (await config()).chainParams;
    expect(params.paramsVersion).toBe(4);
    expect(params.proxyCode?.equals(codes.proxy)).toBe(true);
  });

  it('its getters answer in the deployed order', async () => {
    const data = await get('get_cocoon_data');
    expect(Array.from({ length: 9 }, () => data.readBigNumber())).toEqual([
      1n,
      0n,
      1n,
      7n,
      -1n,
      20n,
      19n,
      toNano('15'),
      toNano('15'),
    ]);
    expect(data.readAddress().equals(chain.operator.address)).toBe(true);
    const params = await get('get_cur_params');
    expect(Array.from({ length: 11 }, () => params.readBigNumber())).toEqual([
      1n,
      7n,
      -1n,
      20n,
      19n,
      1_000n,
      80_000n,
      86_400n,
      43_200n,
      toNano('15'),
      toNano('15'),
    ]);
    for (const part of [PARAMS.proxyCode, PARAMS.workerCode, PARAMS.clientCode])
      expect(params.readBigNumber()).toBe(BigInt(`0x${part?.hash().toString('hex')}`));
    const multipliers = await get('get_multipliers');
    expect(Array.from({ length: 4 }, () => multipliers.readNumber())).toEqual([
      10_000, 1_000, 80_000, 80_000,
    ]);
  });

  it('parameters of another layout stop everything (1008)', async () => {
    const storage = (await chain.blockchain.provider(chain.root.address).getState()).state;
    if (storage.type !== 'active' || !storage.data) throw new Error('not deployed');
    const [data] = Cell.fromBoc(storage.data);
    const slice = data?.beginParse();
    if (slice === undefined) throw new Error('no data');
    const outer = beginCell().storeBits(slice.loadBits(299)).storeRef(slice.loadRef());
    const params = slice.loadRef().beginParse().skip(8);
    const changed = outer
      .storeRef(beginCell().storeUint(3, 8).storeSlice(params).endCell())
      .storeRef(slice.loadRef())
      .endCell();
    expect(await code(upgradeFullBody(1n, changed, codeOf('root')))).toBe(0);
    expect(await code(hashBody('addModelType', 1n, 5n))).toBe(1008);
  });
});

describe('the owner', () => {
  it('hands over in one step', async () => {
    expect(await code(changeOwnerBody(1n, chain.user.address))).toBe(0);
    expect(await code(resetBody(1n))).toBe(1010);
    expect(await code(resetBody(1n), chain.user)).toBe(0);
  });

  it('replaces the code, and code and storage together, without a new version', async () => {
    expect(await code(upgradeBody(1n, codeOf('worker')))).toBe(0);
    const other = beginCell().storeUint(5, 8).endCell();
    await chain.blockchain.loadFrom(fresh);
    expect((await config()).version).toBe(1);
    expect(await code(upgradeFullBody(1n, other, codeOf('worker')))).toBe(0);
    await expect(config()).rejects.toMatchObject({ code: 'CHAIN_DATA_INVALID' });
  });

  it('unknown operations 1012, trailing bits 9', async () => {
    expect(await code(beginCell().storeUint(0x9f1e69dc, 32).storeUint(0, 64).endCell())).toBe(1012);
    expect(await code(beginCell().storeSlice(resetBody(1n).beginParse()).storeBit(true).endCell())).toBe(9);
  });
});

describe('keys of the key manager', () => {
  const manager = keysOf(5);
  const key = { publicKey: 9n, keyType: 1, expires: START + 60 };
  const signedKey = (expires: number, queryId = 4n, secretKey = manager.secretKey) => {
    const payload = beginCell()
      .storeUint(ROOT_OPS.addPublicKeySigned, 32)
      .storeUint(4, 64)
      .storeUint(9, 256)
      .storeUint(1, 8)
      .storeUint(expires, 32)
      .endCell();
    return beginCell()
      .storeUint(ROOT_OPS.addPublicKeySigned, 32)
      .storeUint(queryId, 64)
      .storeAddress(chain.stranger.address)
      .storeBuffer(sign(payload.hash(), secretKey))
      .storeRef(payload)
      .endCell();
  };
  beforeEach(async () => {
    await code(changeKeyManagerBody(1n, { publicKey: manager.number, imageHash: 3n, address: '10.0.0.1:1' }));
  });

  it('are added by the owner, and by anyone who brings the manager’s signature', async () => {
    expect(await code(addPublicKeyBody(1n, key), chain.stranger)).toBe(1010);
    expect(await code(addPublicKeyBody(1n, key))).toBe(0);
    expect((await get('public_key_is_valid', 9n)).readNumber()).toBe(-1);
    expect(await code(signedKey(START + 90), chain.stranger)).toBe(0);
    const { keyManager } = await config();
    expect(keyManager).toMatchObject({ imageHash: hex(3n), address: '10.0.0.1:1' });
    expect(keyManager?.publicKeys.get(hex(9n))).toEqual({ keyType: 1, expires: START + 90 });
  });

  it('expired 1000, another key’s signature 1007, another head 1005; old ones are dropped', async () => {
    expect(await code(signedKey(START), chain.stranger)).toBe(1000);
    expect(await code(signedKey(START + 9, 4n, keysOf(6).secretKey), chain.stranger)).toBe(1007);
    expect(await code(signedKey(START + 9, 5n), chain.stranger)).toBe(1005);
    await code(addPublicKeyBody(1n, key));
    chain.blockchain.now = START + 60;
    expect((await get('public_key_is_valid', 9n)).readNumber()).toBe(0);
    await code(addPublicKeyBody(1n, { ...key, publicKey: 10n, expires: START + 100 }));
    expect([...((await config()).keyManager?.publicKeys.keys() ?? [])]).toEqual([hex(10n)]);
  });
});
