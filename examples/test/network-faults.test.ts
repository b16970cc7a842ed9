// What becomes of answers and money when a line breaks at any byte, falls silent, or delivers twice? Real sockets.
import { CocoonError, type Reply } from '@cocoonkit/sdk';
import { afterEach, expect, it } from 'vitest';
import { startNetwork, until } from '../../packages/proxy/test/support/start-network.js';
import { openCocoon, openWorker, SUMMARY } from './support/in-process.js';
import { type Break, startTcpRelay, type TcpRelay } from './support/tcp-relay.js';

const SEED = Number(process.env['SEED'] ?? '20261');
const BREAKS: readonly Break[] = ['end', 'reset', 'silent'];
/** What an honest client may be told when a line breaks; nothing else, and never half an answer as a whole one. */
const TOLD = [
  'STREAM_TRUNCATED',
  'CONNECTION_LOST',
  'PROXY_UNREACHABLE',
  'PROXY_STREAM_LOST',
  'WORKER_LOST',
  'RESELECT',
  'MODEL_UNKNOWN',
  'NO_VERIFIED_WORKER',
  'UNKNOWN_REQUEST',
  'REQUEST_REPLAYED',
];

const cleanUps: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >> 8) % below;
  };
}

async function open(where: 'client' | 'worker') {
  const network = await startNetwork({ limits: { addressRate: 100_000, addressBurst: 100_000 } });
  cleanUps.push(() => network.stop());
  const relay = await startTcpRelay(network.proxy.url);
  cleanUps.push(() => relay.stop());
  const worker = await openWorker(network, {
    machine: 'one',
    timing: { pingAfterMs: 1_000 },
    ...(where === 'worker' ? { proxies: [relay.url] } : {}),
  });
  cleanUps.push(() => worker.stop());
  const { cocoon } = await openCocoon(network, {
    answerSilenceMs: 4_000,
    ...(where === 'client' ? { proxy: relay.url } : {}),
  });
  cleanUps.push(async () => cocoon.close());
  let asks = 0;
  /** A machine that stands still for seconds looks like a line that fell silent: asked until it is answered. */
  const first = async (): Promise<Reply> => {
    for (;;) {
      asks++;
      const reply = await cocoon.chat(SUMMARY).catch(() => undefined);
      if (reply !== undefined) return reply;
    }
  };
  const { text: whole, charge } = await first();
  const ask = (): Promise<string> => {
    asks++;
    return cocoon.chat(SUMMARY).then(
      ({ text }) => {
        expect(text).toBe(whole);
        return 'answered';
      },
      (error: unknown) => {
        expect(error).toBeInstanceOf(CocoonError);
        const { code } = error as CocoonError;
        expect(TOLD).toContain(code);
        return code;
      },
    );
  };
  return { network, relay, worker, ask, each: charge.client, asked: () => asks };
}

/** Everything is booked or released, and each operation was charged once at most. */
async function expectSums({ network, each, asked }: Awaited<ReturnType<typeof open>>): Promise<void> {
  const { ledger, state, workers: table } = network.proxy.parts;
  await until(() => ledger.totals().reserved === 0n && state.inferring === 0 && table.streams === 0);
  const { charged, workers, proxy, clientTokens, workerTokens } = ledger.totals();
  expect(charged).toBe(workers + proxy);
  expect(clientTokens).toBe(workerTokens);
  expect(charged % each).toBe(0n);
  expect(charged / each).toBeLessThanOrEqual(BigInt(asked()));
}

async function breakEverywhere(
  relay: TcpRelay,
  ask: () => Promise<string>,
  options: { from: 'server' | 'client'; span: number; times: number },
): Promise<void> {
  const below = sequence(SEED);
  for (let i = 0; i < options.times; i++) {
    relay.breakAfter(below(options.span), BREAKS[i % BREAKS.length] ?? 'end', options.from);
    await ask();
  }
}

it('between client and proxy, at any byte of the answer: whole or told', async () => {
  const opened = await open('client');
  const { relay, ask } = opened;
  const before = relay.passed;
  while ((await ask()) !== 'answered');
  await breakEverywhere(relay, ask, { from: 'server', span: relay.passed - before, times: 6 });
  relay.heal();
  while ((await ask()) !== 'answered');
  await expectSums(opened);
}, 600_000);

it('between client and proxy, at any byte of the request: whole or told', async () => {
  const opened = await open('client');
  const { relay, ask } = opened;
  await breakEverywhere(relay, ask, { from: 'client', span: 6_000, times: 6 });
  relay.heal();
  // A proxy waits for the rest of a silent request for as long as its limits say; here the lines end first.
  relay.breakAll('reset');
  while ((await ask()) !== 'answered');
  await expectSums(opened);
}, 600_000);

it('between proxy and worker, at any byte of the answer: whole or told, and the bill comes over the next channel', async () => {
  const opened = await open('worker');
  const { network, relay, ask } = opened;
  const below = sequence(SEED);
  for (const how of ['reset', 'end', 'reset', 'end'] as const) {
    relay.breakAfter(below(3_000), how, 'client');
    await ask();
    relay.heal();
    await until(() => network.proxy.parts.workers.size === 1);
  }
  while ((await ask()) !== 'answered');
  await expectSums(opened);
}, 600_000);

it('a worker behind a line that fell silent is noticed on both ends, and comes back', async () => {
  const opened = await open('worker');
  const { network, relay, worker, ask } = opened;
  relay.breakAll('silent');
  // The worker hears nothing, gives the channel up and opens another, which takes the place of the dead one.
  await until(() => worker.records.some(({ code }) => code === 'SILENT'));
  while ((await ask()) !== 'answered');
  relay.accepting = false;
  relay.breakAll('silent');
  // The proxy, too, gives up a channel on which nothing comes for 45 s.
  network.clock.aheadMs += 60_000;
  await until(() => network.proxy.parts.workers.size === 0);
  network.clock.aheadMs -= 60_000;
  relay.accepting = true;
  while ((await ask()) !== 'answered');
  await expectSums(opened);
}, 600_000);

it('a line that delivers everything twice: one answer, one charge', async () => {
  const opened = await open('client');
  const { network, relay, ask, each } = opened;
  relay.twice = true;
  relay.breakAll('end');
  for (let i = 0; i < 4; i++) await ask();
  relay.twice = false;
  relay.breakAll('end');
  while ((await ask()) !== 'answered');
  await expectSums(opened);
  // The first, the last, and each of the four by whichever copy came first.
  expect(network.proxy.parts.ledger.totals().charged).toBeGreaterThanOrEqual(2n * each);
}, 600_000);
