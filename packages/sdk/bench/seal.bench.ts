// How long do sealing and opening take? Medians of one process, in milliseconds; the targets are the project's own.
import { platform } from '#platform';
import { answer, fixedAccount, sealTo } from '../scripts/fixed-exchange.js';
import {
  AUDIENCE,
  fixedProxy,
  fixedRandom,
  fixedWorker,
  MODEL,
  NOW_SECONDS,
} from '../scripts/fixed-machines.js';
import { utf8 } from '../src/internal/bytes.js';
import { decodeSealedHeader } from '../src/protocol/envelope.js';
import { encodeItem } from '../src/protocol/frame.js';
import { DEFAULT_PRICES } from '../src/protocol/price.js';
import type { SuiteId } from '../src/protocol/suites.js';
import { prepareAnswerKey } from '../src/seal/answer-key.js';
import { authorize } from '../src/seal/authorize.js';
import { priceDigest } from '../src/seal/envelope/digests.js';
import { openEnvelope } from '../src/seal/envelope/open-message.js';
import { openRequest } from '../src/seal/open-request.js';
import { createReplyOpener } from '../src/seal/reply-opener.js';
import { sealEnvelope } from '../src/seal/seal-envelope.js';
import { sealRequest } from '../src/seal/seal-request.js';
import { prepareContext } from '../src/seal/warm-context.js';

export interface Measurement {
  name: string;
  value: number;
  unit: string;
  target?: string;
}

const WARM_UP = 40;
const ROUNDS = 60;
const random = platform.randomBytes;

/** Median milliseconds of `work`; `prepare` runs before each round and is not counted. */
async function median<T>(
  prepare: () => Promise<T>,
  work: (prepared: T) => Promise<unknown>,
): Promise<number> {
  const times: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const prepared = await prepare();
    const start = performance.now();
    await work(prepared);
    if (round >= 0) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return times[times.length >> 1] ?? Number.NaN;
}

/** Sealing an 8 KB prompt to three candidates and the proxy; opening at proxy, worker and client. */
export async function run(): Promise<Measurement[]> {
  const workers = [await fixedWorker('w0'), await fixedWorker('w1'), await fixedWorker('w2')];
  const proxy = await fixedProxy('p');
  const [first] = workers;
  if (first === undefined) throw new Error('no workers');
  const { account, signer } = await fixedAccount(fixedRandom('account'));
  const json = utf8(JSON.stringify({ text: 'x'.repeat(8_000) }));
  const prices = priceDigest(DEFAULT_PRICES);

  const prepare = async () => {
    const [envelope, answerKey, ...contexts] = await Promise.all([
      prepareContext(proxy.machine, 'envelope', 1, { random }),
      prepareAnswerKey(1, { random }),
      ...workers.map(({ machine }) => prepareContext(machine, 'request', 1, { random })),
    ]);
    return { envelope, answerKey, contexts };
  };
  const seal = async ({ envelope, answerKey, contexts }: Awaited<ReturnType<typeof prepare>>) => {
    const sealed = await sealRequest({
      request: {
        operation: 'chat.completions',
        json,
        cacheSalt: random(32),
        model: MODEL,
        maxOutput: 256,
        capTokens: 100_000n,
      },
      routing: {
        suite: 1,
        audience: AUDIENCE,
        maxCoefficient: 2000,
        priceDigest: prices,
        expires: NOW_SECONDS + 120,
        maxMs: 60_000,
        detachMs: 60_000,
        padding: 'balanced',
      },
      contexts,
      answerKey,
      random,
    });
    const authorization = await authorize({ account, grants: [], signer, coreHash: sealed.coreHash });
    return { sealed, message: await sealEnvelope({ context: envelope, sealed, authorization }) };
  };
  const open = async (sealed: Awaited<ReturnType<typeof sealTo>>) => {
    const [wrap] = sealed.wraps;
    if (wrap === undefined) throw new Error('no wrap');
    const { keys, digest } = first;
    return openRequest({ keys, digest, coreBytes: sealed.coreBytes, wrap, body: sealed.body, random });
  };
  const sealOne = () => sealTo([first], random, { json });

  const warm = await median(prepare, seal);
  const cold = await median(
    async () => undefined,
    async () => seal(await prepare()),
  );
  const envelopeOpen = await median(
    async () => seal(await prepare()),
    ({ message: { bytes } }) => {
      const { headerBytes, suite } = decodeSealedHeader(bytes);
      const [head, sealed] = [bytes.subarray(0, headerBytes), bytes.subarray(headerBytes)];
      return openEnvelope({ head, sealed, suite, keys: proxy.keys, digest: proxy.digest });
    },
  );
  const workerOpen = await median(sealOne, open);
  const workerHead = await median(
    async () => open(await sealOne()),
    (opened) => opened.reply.head(),
  );
  const clientHead = await median(
    async () => {
      const sealed = await sealOne();
      const [head] = await answer(await open(sealed), first);
      return { head, opener: createReplyOpener(sealed, { prices: DEFAULT_PRICES }) };
    },
    async ({ head, opener }) => head && opener.push(head),
  );
  const wholeCpu = async (suite: SuiteId, count: number) => {
    const chosen = workers.slice(0, count);
    return median(
      async () => undefined,
      async () => {
        const sealed = await sealTo(chosen, random, { suite, json });
        const context = await prepareContext(proxy.machine, 'envelope', suite, { random });
        const authorization = await authorize({ account, grants: [], signer, coreHash: sealed.coreHash });
        const { bytes } = await sealEnvelope({ context, sealed, authorization });
        const { headerBytes } = decodeSealedHeader(bytes);
        const [head, rest] = [bytes.subarray(0, headerBytes), bytes.subarray(headerBytes)];
        await openEnvelope({ head, sealed: rest, suite, keys: proxy.keys, digest: proxy.digest });
        const opener = createReplyOpener(sealed, { prices: DEFAULT_PRICES });
        for (const record of await answer(await open(sealed), first)) await opener.push(record);
        opener.end();
      },
    );
  };
  const whole = await wholeCpu(1, 3);
  const classical = await wholeCpu(3, 3);
  const frame = await median(
    async () => {
      const opened = await open(await sealOne());
      await opened.reply.head();
      return opened.reply;
    },
    async (reply) => {
      for (let i = 0; i < 100; i++) await reply.data(encodeItem(new Uint8Array(200)));
    },
  );
  return [
    { name: 'seal 8 KB to 3 candidates and proxy, warm', value: warm, unit: 'ms', target: '<= 1' },
    { name: 'seal 8 KB to 3 candidates and proxy, cold', value: cold, unit: 'ms', target: '<= 5' },
    { name: 'proxy opens envelope', value: envelopeOpen, unit: 'ms' },
    { name: 'worker opens request', value: workerOpen, unit: 'ms', target: '<= 3' },
    { name: 'worker makes head', value: workerHead, unit: 'ms' },
    { name: 'client opens head', value: clientHead, unit: 'ms' },
    { name: 'all ends of one short request, 3 candidates', value: whole, unit: 'ms' },
    { name: 'all ends of one short request, 3 candidates, suite 3', value: classical, unit: 'ms' },
    { name: 'worker seals one frame', value: frame / 100, unit: 'ms' },
  ];
}
