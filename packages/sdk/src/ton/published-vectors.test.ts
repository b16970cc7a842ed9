// Do our builders make the bytes that the deployed network uses? Hashes published for its parameters, addresses, messages and signatures.
import { Address, Builder, beginCell, Cell, CellType } from '@ton/core';
import { describe, expect, it } from 'vitest';
import { platform } from '#platform';
import { fromHex, toHex } from '../internal/bytes.js';
import {
  changeSecretAndTopUpBody,
  changeSecretBody,
  clientProxyRequestBody,
  increaseClientStakeBody,
  registerBody,
  requestRefundBody,
  topUpBody,
  topUpPayload,
  withdrawBody,
} from './messages/client-messages.js';
import { increaseProxyStakeBody, proxyPayOutBody, saveStateBody } from './messages/proxy-messages.js';
import { changePriceBody, registerProxyBody } from './messages/root-messages.js';
import { counterPayload, openSignedCounter, signedBody } from './messages/signed-message.js';
import { payoutPayload, workerProxyRequestBody, workerRegisterBody } from './messages/worker-messages.js';
import {
  BARE_COPY,
  copyParams,
  type NetworkParams,
  PROXY_COPY,
  parseNetworkParams,
  storeNetworkParams,
} from './network-params.js';
import { clientStorage, proxyStorage, walletStorage, workerStorage } from './storage.js';

const ROOT = Address.parse('EQCns7bYSp0igFvS1wpb5wsZjCKCV19MD5AVzI4EyxsnU73k');
const ROOT_OWNER = Address.parse('EQDnlslXI2RtI1WhLmtelkb4CVQGxr8E_xSIjl0Hg79jNhNQ');
const PROXY_KEY = 0x1cddc344e4ea001a119b6d27976e7056a29d6cc262d17bec92c8586cd3ab6fcen;
const NODE_KEY = 0xfd1724385aa0c75b64fb78cd602fa1d991fdebf76b13c58ed702eac835e9f618n;
const SECRET_HASH = 0x2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25bn;
const TON = 1_000_000_000n;

/** Stands for a code cell of which only hash and depth are known; the hashes of cells above it are the real ones (level 0). */
function cellOf(hash: string, depth: number): Cell {
  const bits = beginCell()
    .storeUint(1, 8)
    .storeUint(1, 8)
    .storeUint(BigInt(`0x${hash}`), 256)
    .storeUint(depth, 16);
  return new Cell({ exotic: true, bits: bits.endCell().bits, refs: [] });
}

// The codes of parameter version 17 (April 2026).
const CODES = {
  proxyCode: cellOf('279a4a96d50e93018f20fecac379712afd0052597cbe93fffec32be68c9787fd', 9),
  workerCode: cellOf('b100aeadcb1b1cb9274172044c1c27b041748ef4d2bbb8fe0f5c4da4dae67a3c', 7),
  clientCode: cellOf('b81f091aee4e88708650755a859cfa436d2c968726b85b0569911bb734dd77d3', 10),
};
const WALLET_CODE = cellOf('7a48f05ceef40f06cabbaa39c1c5a67b24e8bb59d8cf8a74e49988a5f44cf66a', 6);
const PARAMS: NetworkParams = {
  structVersion: 4,
  paramsVersion: 17,
  uniqueId: 239,
  isTest: false,
  pricePerToken: 20n,
  workerFeePerToken: 19n,
  promptMultiplier: 10_000,
  cachedMultiplier: 1_000,
  completionMultiplier: 80_000,
  reasoningMultiplier: 80_000,
  proxyDelaySeconds: 86_400,
  clientDelaySeconds: 43_200,
  minProxyStake: 15n * TON,
  minClientStake: 15n * TON,
  ...CODES,
};

const hashOf = (cell: Cell) => cell.hash(0).toString('hex');

/** As `contractAddress`, over level-0 hashes. */
function addressOf(code: Cell, data: Cell): Address {
  const init = new Builder().storeUint(6, 5).storeRef(code).storeRef(data).endCell();
  return new Address(0, init.hash(0));
}

describe('published vectors of the network', () => {
  const full = storeNetworkParams(PARAMS);
  const proxyCopy = copyParams(full, PROXY_COPY);
  const bare = copyParams(full, BARE_COPY);

  it('parameters and their copies', () => {
    expect(hashOf(full)).toBe('e1b74351e1d554857ccd2fa36cc6355a054c3b84affa2c131647984ead414568');
    expect(hashOf(proxyCopy)).toBe('1869cc85c704f75ec7f86de2d56a9272839c7716f31b5b30f7f815c9781e6d7b');
    const published = Cell.fromBoc(
      Buffer.from(
        'b5ee9c7201010101003200005f0400000011000000ef08a08980001388000001f400009c4000009c400000a8c000005460281bf08eb00281bf08eb0008',
        'hex',
      ),
    )[0];
    expect(published?.equals(bare)).toBe(true);
    expect(parseNetworkParams(bare)).toEqual({
      ...PARAMS,
      proxyCode: undefined,
      workerCode: undefined,
      clientCode: undefined,
    });
  });

  const proxy = proxyStorage({ owner: ROOT_OWNER, publicKey: PROXY_KEY, root: ROOT }, proxyCopy);
  const proxyAddress = addressOf(CODES.proxyCode, proxy);

  it('a proxy on mainnet', () => {
    expect(proxy.bits.length).toBe(832);
    expect(hashOf(proxy)).toBe('134cc139cd94be4f38b223cf05aeac0240b497ee734e6f157647f85e68a46580');
    expect(proxyAddress.toString()).toBe('EQDTC4XYwcRwan5FEMmfQze48J6YaK8Ao3QiOsvHx83q0uPf');
  });

  it.each([
    [
      'UQDSMc2wDpO5kgPwOHO-wQuTc7Fjyvf5OdUWAn_-G0oaqon7',
      'd22aa40813388daca0394f0a3f09da84557e299a63e4b10822146d89d253ce34',
      'EQBHk_MRFeU-_ss9vH5r7CfyWY963C3Da9e3uuG6Wu2rWbsC',
    ],
    [
      'UQDJxdrlRruDA9KuV7nGNXAPVs8cTIS2fbyMx2BOWioB_kVe',
      'cff2f6d7ad765a85e75c7c1652d0fcd26522bf1c0c218f6d5281460148ff56ae',
      'EQDGYwiPVGgHlxabHQNYVZeScSn1WwIfMySPNbeQ4kyjuBT3',
    ],
  ])('the contract of client %s', (wallet, dataHash, address) => {
    const identity = { owner: Address.parse(wallet), proxy: proxyAddress, proxyPublicKey: PROXY_KEY };
    const data = clientStorage(identity, PARAMS.minClientStake, bare);
    expect(data.bits.length).toBe(402);
    expect(hashOf(data)).toBe(dataHash);
    expect(addressOf(CODES.clientCode, data).toString()).toBe(address);
  });

  it('a worker and a wallet', () => {
    const worker = workerStorage({ owner: ROOT_OWNER, proxy: proxyAddress, proxyPublicKey: PROXY_KEY }, bare);
    expect(worker.bits.length).toBe(856);
    expect(addressOf(CODES.workerCode, worker).toString()).toBe(
      'EQCnLrHqRADUlQy-N4jM8AnKHkeXizVg8tzuA8g2sghouzMN',
    );
    const wallet = walletStorage(NODE_KEY, ROOT_OWNER);
    expect(wallet.bits.length).toBe(619);
    expect(addressOf(WALLET_CODE, wallet).toString({ bounceable: false })).toBe(
      'UQB5ZDgQjs6NZ7hgBhC7cxEK5F7bMDi6neVoFqQUa5XMDmpd',
    );
  });

  it('a signed charge, and its refusal elsewhere', async () => {
    const contract = Address.parse('EQBHk_MRFeU-_ss9vH5r7CfyWY963C3Da9e3uuG6Wu2rWbsC');
    const payload = counterPayload({ operation: 'charge', queryId: 77n, tokens: 1_000_000n, contract });
    expect(hashOf(payload)).toBe('241d6fbb408acaaffc9b9035fd22df0252e12e871946203ec0c3edacadb2d607');
    const signer = await platform.ed25519Signer(new Uint8Array(32).fill(9));
    expect(toHex(signer.publicKey)).toBe(NODE_KEY.toString(16));
    const signature = await signer.sign(Uint8Array.from(payload.hash()));
    expect(toHex(signature)).toBe(
      'a3ddd5447ef3103cc44e2284019b7cbce559ce7202b841abed60dc843347fef1118317eb6c97674482917d60f83fd9797adc8919e501c553124c3e1e53e21d0b',
    );
    const body = signedBody(payload, signature, ROOT);
    expect(hashOf(body)).toBe('a1d366e4cc014daa12e7ef4eac2a69af2c583544005899049900a2a08924049c');

    const publicKey = fromHex(NODE_KEY.toString(16));
    const expected = { publicKey, contract, operations: ['charge'] as const };
    expect(await openSignedCounter(body, expected)).toMatchObject({
      operation: 'charge',
      tokens: 1_000_000n,
    });
    const refused = { code: 'SIGNED_COUNTER_INVALID' };
    await expect(openSignedCounter(body, { ...expected, contract: ROOT })).rejects.toMatchObject(refused);
    await expect(openSignedCounter(body, { ...expected, operations: ['grantRefund'] })).rejects.toMatchObject(
      refused,
    );
    const stranger = fromHex(PROXY_KEY.toString(16).padStart(64, '0'));
    await expect(openSignedCounter(body, { ...expected, publicKey: stranger })).rejects.toMatchObject(
      refused,
    );
    const other = counterPayload({ operation: 'charge', queryId: 78n, tokens: 1_000_000n, contract });
    const headOfOther = signedBody(other, signature, ROOT);
    await expect(openSignedCounter(headOfOther, expected)).rejects.toMatchObject(refused);
    const swapped = new Builder().storeBits(headOfOther.bits).storeRef(payload).endCell();
    await expect(openSignedCounter(swapped, expected)).rejects.toMatchObject(refused);
    await expect(openSignedCounter(payload, expected)).rejects.toMatchObject({ code: 'CHAIN_DATA_INVALID' });
  });

  const addressed = { queryId: 77n, sendExcessesTo: ROOT };
  const stake = 15n * TON;
  const payload = topUpPayload(stake, ROOT);
  const ledger = { state: 0, balance: stake, stake, tokensUsed: 0n, secretHash: 0n };
  const payout = payoutPayload({ workerPart: 19_000_000n, proxyPart: 1_000_000n, sendExcessesTo: ROOT });
  it.each<[string, Cell, number, string]>([
    [
      'client top-up',
      topUpBody({ ...addressed, amount: stake }),
      407,
      'e05b097bf7b233b55b5869f8594e914ba122b93d22cd692a2e92a5a096403588',
    ],
    [
      'client secret and top-up',
      changeSecretAndTopUpBody({ ...addressed, amount: stake, secretHash: SECRET_HASH }),
      663,
      '2730ae669e14787156f511982e5fb7ec6c9c1904397faafa039cdf8d69757a88',
    ],
    [
      'client register',
      registerBody({ ...addressed, nonce: 0x1122334455667788n }),
      427,
      'f12fea18a45f009dc17db4f261a844113742665b8d9f7a6dc45427a057dc9539',
    ],
    [
      'client secret',
      changeSecretBody({ ...addressed, secretHash: SECRET_HASH }),
      619,
      '88e17bca749be6a7b805d24545b35da57b7a558ad3ac6efafb23fc20a88eb120',
    ],
    [
      'client stake',
      increaseClientStakeBody({ ...addressed, stake: 16n * TON }),
      407,
      'acd0892145c74c555b457686eef94bbf3d96ddebffd7d00bbd8de86c8dd7b91e',
    ],
    [
      'client withdraw',
      withdrawBody(addressed),
      363,
      '69dfca6cb885099522e717653304afefd60e97e673741f41e7b99e953d1522a5',
    ],
    [
      'client refund',
      requestRefundBody(addressed),
      363,
      '24b1c9517750b55d8f603a693cc2d659db6bca32652fa8394e567028057910e7',
    ],
    [
      'proxy payout',
      proxyPayOutBody(addressed),
      363,
      '97fe0e7b95736977931a2d7b8a018461c907f0e14f1822177fa68e47aa2cb8fb',
    ],
    [
      'proxy stake',
      increaseProxyStakeBody({ ...addressed, amount: stake }),
      407,
      '9c64eea2ef5c8bb16552e65f62868340b74ef997e86b96bf78e8240827217a97',
    ],
    [
      'worker register',
      workerRegisterBody(addressed),
      363,
      '6188935f1294ece6637bc89636b5e2817f5c7889878c95c17ba5e208b3ba2318',
    ],
    [
      'root register proxy',
      registerProxyBody(77n, '127.0.0.1:1234'),
      216,
      '410086f15007975be79f1336d23ec0b000d1b3b2fa4601b90bbe5c43d1719ff2',
    ],
    [
      'root price',
      changePriceBody(77n, 20n, 19n),
      120,
      '1a379d5100f023edcc2409c18158e636bf7b0d4cf5d752d8b115681d5c3106ea',
    ],
    ['top-up payload', payload, 343, '97c4e05971837e356c0264a933c7e788152e84f6bf46dbf78b3ea082f855e414'],
    [
      'client to proxy',
      clientProxyRequestBody({ queryId: 77n, owner: ROOT, ledger, payload }),
      364,
      '6262d051b5629d02a6a1c8b1eea437c9a8a57511405bd5df4ffdaf860d0d3a1b',
    ],
    [
      'worker to proxy',
      workerProxyRequestBody({ queryId: 77n, owner: ROOT, state: 0, tokens: 1_000_000n, payload: payout }),
      430,
      '1abc52028b8b45f4012b77ac0391b777c55ad2ce93f78140ee39deb35f87a94f',
    ],
    [
      'save state',
      saveStateBody({ queryId: 77n, seqno: 5, sessionHash: 1n }),
      416,
      '6fda8afe39788c3ba86a31edffd30abe16259ce90549e79955c80e7e081019d6',
    ],
  ])('body: %s', (_name, cell, bits, hash) => {
    expect(cell.bits.length).toBe(bits);
    expect(hashOf(cell)).toBe(hash);
  });

  it('knows a pruned cell from an ordinary one', () => {
    expect(CODES.proxyCode.type).toBe(CellType.PrunedBranch);
  });
});
