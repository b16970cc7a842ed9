// With which bytes can another implementation check itself? Builds spec/vectors from fixed randomness; the same on every run.
import { platform } from '#platform';
import { toHex, utf8 } from '../src/internal/bytes.js';
import { decodeSealedHeader } from '../src/protocol/envelope.js';
import { encodeItem } from '../src/protocol/frame.js';
import { grantLayout } from '../src/protocol/grant.js';
import {
  adjustedTokens,
  DEFAULT_PRICES,
  type PriceTable,
  priceTableLayout,
  type Usage,
} from '../src/protocol/price.js';
import type { SuiteId } from '../src/protocol/suites.js';
import { signReceipt } from '../src/receipts/sign-receipt.js';
import { costOf } from '../src/receipts/verify-receipt.js';
import { authorize, authorizeControl } from '../src/seal/authorize.js';
import { accountId, priceDigest, reportData } from '../src/seal/envelope/digests.js';
import { acceptWorkerLink, startWorkerLink } from '../src/seal/envelope/link-handshake.js';
import { openControl, openEnvelope } from '../src/seal/envelope/open-message.js';
import { signGrant } from '../src/seal/envelope/sign-grant.js';
import { openRequest } from '../src/seal/open-request.js';
import type { Random } from '../src/seal/random.js';
import { sealControl, sealEnvelope } from '../src/seal/seal-envelope.js';
import { prepareContext } from '../src/seal/warm-context.js';
import { attackVectors } from './attack-vectors.js';
import { billOf, fixedAccount, JSON_TEXT, records, sealTo, USAGE } from './fixed-exchange.js';
import {
  AUDIENCE,
  type FixedMachine,
  fixedProxy,
  fixedRandom,
  fixedWorker,
  MODEL,
  NOW_SECONDS,
} from './fixed-machines.js';
import { modelVectors } from './model-vectors.js';
import { receiptVectors } from './receipt-vectors.js';

export type Json = string | number | boolean | Json[] | { [key: string]: Json };

const SEEDS = {
  first: 'vector worker 0',
  second: 'vector worker 1',
  proxy: 'vector proxy',
  account: 'vector account',
};

/** File name below spec/vectors → content. All bytes are hex, all amounts decimal strings. */
export async function makeVectors(): Promise<Map<string, Json>> {
  const workers = [await fixedWorker(SEEDS.first), await fixedWorker(SEEDS.second, { coefficient: 1500 })];
  const proxy = await fixedProxy(SEEDS.proxy);
  const out = new Map<string, Json>();
  out.set('seal/machines.json', machineVectors(workers, proxy));
  for (const suite of [1, 2, 3] as const) {
    const { request, answer } = await exchangeVector(suite, workers);
    out.set(`seal/request-suite-${suite}.json`, request);
    out.set(`frames/answer-suite-${suite}.json`, answer);
  }
  out.set('seal/envelope.json', await envelopeVector(workers, proxy));
  out.set('seal/control.json', await controlVector(proxy));
  out.set('seal/grants.json', await grantVectors());
  out.set('seal/link.json', await linkVector(workers[0], proxy));
  out.set('prices/prices.json', priceVectors());
  out.set('receipts/receipts.json', await receiptVectors(await fixedWorker(SEEDS.first)));
  for (const [name, content] of await modelVectors()) out.set(name, content);
  for (const [name, content] of await attackVectors(workers, proxy)) out.set(name, content);
  return out;
}

/** Remembers what was drawn, so that a vector can name every random value. */
function recorded(seed: string): { random: Random; draws: Uint8Array[] } {
  const source = fixedRandom(seed);
  const draws: Uint8Array[] = [];
  const random: Random = (length) => {
    const bytes = source(length);
    draws.push(bytes.slice());
    return bytes;
  };
  return { random, draws };
}

/** Names the draws in their order. */
function named(draws: readonly Uint8Array[], names: readonly string[]): Json {
  if (draws.length !== names.length) throw new Error(`${draws.length} draws for ${names.length} names`);
  return Object.fromEntries(names.map((name, i) => [name, toHex(draws[i] ?? new Uint8Array(0))]));
}

function machineVectors(workers: readonly FixedMachine[], proxy: FixedMachine): Json {
  const seedsOf = (seed: string): Json => {
    const random = fixedRandom(seed);
    const [kemSeed, signingSeed, classicalSeed] = [random(32), random(32), random(32)].map(toHex);
    return { kemSeed: kemSeed ?? '', signingSeed: signingSeed ?? '', classicalSeed: classicalSeed ?? '' };
  };
  const describe = (name: string, machine: FixedMachine, seed: string): Json => ({
    name,
    seeds: seedsOf(seed),
    manifest: toHex(machine.machine.evidence.manifest),
    digest: toHex(machine.digest),
    reportData: toHex(reportData(machine.digest)),
  });
  const [first, second] = workers;
  if (first === undefined || second === undefined) throw new Error('two workers are needed');
  return {
    about:
      'PROTOCOL.md §3, §5: keys from seeds, manifests, their digests and the report data of their quotes.',
    machines: [
      describe('worker 0', first, SEEDS.first),
      describe('worker 1', second, SEEDS.second),
      describe('proxy', proxy, SEEDS.proxy),
    ],
  };
}

async function exchangeVector(suite: SuiteId, workers: readonly FixedMachine[]) {
  const [worker] = workers;
  if (worker === undefined) throw new Error('no worker');
  const client = recorded(`vector request ${suite}`);
  const sealed = await sealTo(workers, client.random, { suite });
  const [wrap = new Uint8Array(0)] = sealed.wraps;
  const request: Json = {
    about: 'PROTOCOL.md §6.1 to §6.3: one request to two candidates. `random` is in the order of drawing.',
    suite,
    random: named(client.draws, [
      'encapsulation 0',
      'encapsulation 1',
      'answerKeySeed',
      'cacheSalt',
      'requestId',
      'dataKey',
      'cancelToken',
      'resumeToken',
      'operationId',
    ]),
    json: toHex(utf8(JSON_TEXT)),
    body: toHex(sealed.body),
    core: toHex(sealed.coreBytes),
    coreHash: toHex(sealed.coreHash),
    wraps: sealed.wraps.map(toHex),
  };

  const answering = recorded(`vector answer ${suite}`);
  const opened = await openRequest({
    keys: worker.keys,
    digest: worker.digest,
    coreBytes: sealed.coreBytes,
    wrap,
    body: sealed.body,
    random: answering.random,
  });
  const frames: Json[] = [];
  const add = (type: string, content: Uint8Array, bytes: Uint8Array) => {
    for (const record of records(bytes)) {
      const { hash } = type === 'final' ? { hash: new Uint8Array(0) } : opened.reply.transcript();
      frames.push({ type, content: toHex(content), record: toHex(record.bytes), transcript: toHex(hash) });
    }
  };
  const head = await opened.reply.head();
  const start = toHex(opened.reply.transcript().hash);
  for (const text of [
    '{"choices":[{"delta":{"content":"an "}}]}',
    '{"choices":[{"delta":{"content":"answer"}}]}',
  ]) {
    const item = encodeItem(utf8(text));
    add('data', item, await opened.reply.data(item));
  }
  add('usage', new Uint8Array(0), await opened.reply.usage(USAGE));
  add('pad', new Uint8Array(0), await opened.reply.pad());
  const { receipt, details } = billOf(opened, worker);
  const final = await signReceipt(worker.keys.signer, receipt, details);
  add('final', new Uint8Array(0), await opened.reply.final(final));
  const answer: Json = {
    about: `PROTOCOL.md §8, §9: worker 0 answers seal/request-suite-${suite}.json. \`content\` of data frames only.`,
    suite,
    random: named(answering.draws, ['headRandom', 'answerEncapsulation']),
    head: toHex(head),
    transcriptStart: start,
    frames,
    receipt: toHex(final.receipt),
    signature: toHex(final.signature),
    privateReceipt: toHex(final.privateReceipt),
    tokens: receipt.tokens.toString(),
  };
  return { request, answer };
}

async function envelopeVector(workers: readonly FixedMachine[], proxy: FixedMachine): Promise<Json> {
  const { account, signer } = await fixedAccount(fixedRandom(SEEDS.account));
  const sealed = await sealTo(workers, fixedRandom('vector request 1'), { suite: 1 });
  const { random, draws } = recorded('vector envelope');
  const context = await prepareContext(proxy.machine, 'envelope', 1, { random });
  const authorization = await authorize({ account, grants: [], signer, coreHash: sealed.coreHash });
  const message = await sealEnvelope({ context, sealed, authorization, ticket: utf8('a ticket') });
  const { headerBytes, suite } = decodeSealedHeader(message.bytes);
  const { answers } = await openEnvelope({
    head: message.bytes.subarray(0, headerBytes),
    sealed: message.bytes.subarray(headerBytes),
    suite,
    keys: proxy.keys,
    digest: proxy.digest,
  });
  return {
    about:
      'PROTOCOL.md §6.4, §8.5: the request of seal/request-suite-1.json in its envelope, and two answers of the proxy.',
    random: named(draws, ['encapsulation']),
    walletSeed: toHex(fixedRandom(SEEDS.account)(32)),
    ticket: toHex(utf8('a ticket')),
    accountId: toHex(accountId(account)),
    authorization: toHex(authorization.signature),
    message: toHex(message.bytes),
    answers: [
      { plaintext: toHex(utf8('one')), record: toHex(await answers.seal(utf8('one'))) },
      { plaintext: toHex(utf8('two')), record: toHex(await answers.seal(utf8('two'))) },
    ],
  };
}

async function controlVector(proxy: FixedMachine): Promise<Json> {
  const { account, signer } = await fixedAccount(fixedRandom(SEEDS.account));
  const { random, draws } = recorded('vector control');
  const context = await prepareContext(proxy.machine, 'control', 1, { random });
  const question = { operation: 'account', payload: new Uint8Array(0) };
  const authorization = await authorizeControl({ account, grants: [], signer, context, ...question });
  const message = await sealControl({ context, message: { ...question, authorization } });
  const { headerBytes, suite } = decodeSealedHeader(message.bytes);
  const { answers } = await openControl({
    head: message.bytes.subarray(0, headerBytes),
    sealed: message.bytes.subarray(headerBytes),
    suite,
    keys: proxy.keys,
    digest: proxy.digest,
  });
  return {
    about: 'PROTOCOL.md §8.6: one authorized question to the proxy and its answer.',
    random: named(draws, ['encapsulation']),
    operation: question.operation,
    payload: '',
    authorization: toHex(authorization.signature),
    message: toHex(message.bytes),
    answers: [{ plaintext: toHex(utf8('answer')), record: toHex(await answers.seal(utf8('answer'))) }],
  };
}

async function grantVectors(): Promise<Json> {
  const { account, signer: wallet } = await fixedAccount(fixedRandom(SEEDS.account));
  const [issuerSeed, leafSeed] = [fixedRandom('vector issuer')(32), fixedRandom('vector leaf')(32)];
  const [issuer, leaf] = [await platform.ed25519Signer(issuerSeed), await platform.ed25519Signer(leafSeed)];
  const base = { accountId: accountId(account), audience: AUDIENCE, maxConcurrent: 4, capTokens: 1000n };
  const first = await signGrant(wallet, {
    ...base,
    id: new Uint8Array(16).fill(1),
    issuer: wallet.publicKey,
    subkey: issuer.publicKey,
    expires: NOW_SECONDS + 30 * 86_400,
    mayIssue: 1,
  });
  const second = await signGrant(issuer, {
    ...base,
    id: new Uint8Array(16).fill(2),
    issuer: issuer.publicKey,
    subkey: leaf.publicKey,
    expires: NOW_SECONDS + 3600,
    model: MODEL,
    mayIssue: 0,
  });
  const coreHash = new Uint8Array(32).fill(0x42);
  const authorization = await authorize({ account, grants: [first, second], signer: leaf, coreHash });
  const describe = (signed: typeof first): Json => ({
    grant: toHex(signed.grant),
    signature: toHex(signed.signature),
    expires: grantLayout.decode(signed.grant).expires,
  });
  return {
    about: 'PROTOCOL.md §7: a chain of two grants and an authorization by its last key.',
    walletSeed: toHex(fixedRandom(SEEDS.account)(32)),
    issuerSeed: toHex(issuerSeed),
    leafSeed: toHex(leafSeed),
    owner: toHex(account.owner),
    now: NOW_SECONDS,
    grants: [describe(first), describe(second)],
    coreHash: toHex(coreHash),
    authorization: toHex(authorization.signature),
  };
}

async function linkVector(worker: FixedMachine | undefined, proxy: FixedMachine): Promise<Json> {
  if (worker === undefined) throw new Error('no worker');
  const [workerSide, proxySide] = [recorded('vector link worker'), recorded('vector link proxy')];
  const link = startWorkerLink({ keys: worker.keys, evidence: worker.evidence, random: workerSide.random });
  const accepted = await acceptWorkerLink({
    keys: proxy.keys,
    digest: proxy.digest,
    evidence: proxy.evidence,
    audience: AUDIENCE,
    random: proxySide.random,
    hello: link.hello,
    verify: async () => worker.machine,
  });
  const finished = await link.finish(accepted.hello, async () => proxy.machine);
  const channel = await accepted.finish(finished.key);
  return {
    about: 'PROTOCOL.md §11.1: three messages, then `ready` of both sides (worker: 4 slots).',
    audience: AUDIENCE,
    workerRandom: named(workerSide.draws, ['nonce', 'secret', 'encapsulation']),
    proxyRandom: named(proxySide.draws, ['nonce', 'secret', 'encapsulation']),
    workerHello: toHex(link.hello),
    proxyHello: toHex(accepted.hello),
    workerKey: toHex(finished.key),
    workerReady: toHex(await finished.link.sealControl({ type: 'ready', slots: 4 })),
    proxyReady: toHex(await channel.sealControl({ type: 'ready' })),
  };
}

function priceVectors(): Json {
  const usage = (prompt: number, cached: number, completion: number, reasoning: number): Usage => {
    return { prompt, cached, completion, reasoning };
  };
  const odd: PriceTable = {
    ...DEFAULT_PRICES,
    paramsVersion: 7,
    promptMultiplier: 3333,
    cachedMultiplier: 1,
    completionMultiplier: 12_345,
  };
  const cases: [Usage, number, PriceTable][] = [
    [usage(0, 0, 0, 0), 1000, DEFAULT_PRICES],
    [usage(1, 0, 0, 0), 1000, DEFAULT_PRICES],
    [usage(1, 1, 0, 0), 1000, DEFAULT_PRICES],
    [usage(9, 9, 0, 0), 1000, DEFAULT_PRICES],
    [usage(10, 10, 0, 0), 1000, DEFAULT_PRICES],
    [usage(1000, 400, 500, 200), 1000, DEFAULT_PRICES],
    [usage(1000, 400, 500, 200), 1, DEFAULT_PRICES],
    [usage(1000, 400, 500, 200), 999, DEFAULT_PRICES],
    [usage(1000, 400, 500, 200), 1500, DEFAULT_PRICES],
    [usage(1000, 400, 500, 200), 0, DEFAULT_PRICES],
    [usage(7, 3, 5, 2), 333, odd],
    [usage(99_999, 33_333, 77_777, 11_111), 12_345, odd],
    [usage(4_294_967_295, 0, 4_294_967_295, 0), 4_294_967_295, DEFAULT_PRICES],
    [usage(4_294_967_295, 4_294_967_295, 4_294_967_295, 4_294_967_295), 4_294_967_295, odd],
  ];
  const table = (prices: PriceTable): Json => ({
    encoded: toHex(priceTableLayout.encode(prices)),
    digest: toHex(priceDigest(prices)),
    pricePerToken: prices.pricePerToken.toString(),
    workerPerToken: prices.workerPerToken.toString(),
    promptMultiplier: prices.promptMultiplier,
    cachedMultiplier: prices.cachedMultiplier,
    completionMultiplier: prices.completionMultiplier,
    reasoningMultiplier: prices.reasoningMultiplier,
  });
  return {
    about: 'PROTOCOL.md §10: adjusted tokens, and nanoTON for client, worker and proxy.',
    tables: [table(DEFAULT_PRICES), table(odd)],
    cases: cases.map(([counts, coefficient, prices]) => {
      const tokens = adjustedTokens(counts, coefficient, prices);
      const cost = costOf(tokens, prices);
      return {
        table: prices === odd ? 1 : 0,
        usage: { ...counts },
        coefficient,
        tokens: tokens.toString(),
        client: cost.client.toString(),
        worker: cost.worker.toString(),
        proxy: cost.proxy.toString(),
      };
    }),
  };
}
