// How long does one request take in the proxy while so many workers are connected? Real channels, each attested.
import { evidenceQuestionLayout, rosterAnswerLayout, rosterQuestionLayout } from '@cocoonkit/sdk/protocol';
import type { VerifiedMachine } from '@cocoonkit/sdk/seal';
import { askControl, makeQuestion } from './bench-client.js';
import { type BenchChannel, type Job, MODEL, machineFactory, openChannel } from './bench-worker.js';
import type { Tasks } from './generator.js';
import { type BenchNetwork, joinNetwork } from './join-network.js';
import { makeAnswer } from './make-answer.js';
import { RawAnswer } from './raw-answer.js';
import { joining } from './stream-load.js';
import { verifyAnswer } from './verify-answer.js';

/** Handshakes at once: enough to keep both sides busy. */
const HANDSHAKES = 24;
const CANDIDATES = 3;
const FRAMES = 4;
const SLOTS = 8;

interface Served {
  readonly job: Job;
  readonly at: number;
}

/** Tasks of the generator process. */
export function manyWorkersLoad(): Tasks {
  const channels: BenchChannel[] = [];
  const waiting = new Map<string, (served: Served) => void>();
  let joined:
    | Promise<{ network: BenchNetwork; make: Awaited<ReturnType<typeof machineFactory>> }>
    | undefined;
  let made = 0;
  const onJob = (job: Job): void => waiting.get(name(job.coreHash))?.({ job, at: performance.now() });
  const get = async () => (await joined) ?? { network: undefined, make: undefined };

  async function exchange(network: BenchNetwork, workers: VerifiedMachine[]): Promise<number> {
    const question = await makeQuestion(network, workers);
    const served = new Promise<Served>((resolve) => waiting.set(name(question.sealed.coreHash), resolve));
    const sentAt = performance.now();
    const received = new RawAnswer(network.proxyUrl, question.wire);
    const early = received.over.then((): never => {
      throw new Error(`refused with status ${received.read().status}`);
    });
    const { job, at } = await Promise.race([served, early]);
    waiting.delete(name(question.sealed.coreHash));
    const answer = await makeAnswer(network, job, FRAMES);
    const answeredAt = performance.now();
    for (const message of answer.messages) job.channel.send(message);
    answer.finish();
    await received.over;
    const overAt = performance.now();
    const { final, settled } = await verifyAnswer(question, received);
    if (!final || !settled) throw new Error('an answer did not end as it must');
    return at - sentAt + (overAt - answeredAt);
  }

  return {
    async join(options) {
      joined = joinNetwork(joining(options)).then(async (network) => ({
        network,
        make: await machineFactory(network, 'many'),
      }));
      await joined;
      return {};
    },
    /** Opens channels until there are `count` or the time is over, and waits until the proxy counts them. */
    async open(options) {
      const { network, make } = await get();
      if (network === undefined || make === undefined) throw new TypeError('join first');
      const count = Number(options['count']);
      const until = performance.now() + Number(options['withinMs']);
      const lane = async (): Promise<void> => {
        while (made < count && performance.now() < until)
          channels.push(await openChannel(network, make(made++), { slots: SLOTS, onJob }));
      };
      await Promise.all(Array.from({ length: HANDSHAKES }, lane));
      while ((await network.gauge('workers')) < channels.length)
        await new Promise((resolve) => setTimeout(resolve, 10));
      return { open: channels.length };
    },
    /** Closes the newest until `count` are left. */
    async close(options) {
      const { network } = await get();
      const count = Number(options['count']);
      for (const channel of channels.splice(count)) channel.close();
      while (network !== undefined && (await network.gauge('workers')) > count)
        await new Promise((resolve) => setTimeout(resolve, 10));
      return {};
    },
    /** One request after another, each to some of all the workers. Milliseconds in proxy and sockets, without the worker's own time. */
    async measure(options) {
      const { network } = await get();
      if (network === undefined) throw new TypeError('join first');
      const chosen = Array.from({ length: 12 }, (_, i) => channels[Math.floor((i * channels.length) / 12)]);
      const pool = await Promise.all(
        [...new Set(chosen)].flatMap((channel) => (channel === undefined ? [] : verified(network, channel))),
      );
      const times: number[] = [];
      for (let round = 0; round < Number(options['rounds']); round++) {
        const workers = Array.from({ length: CANDIDATES }, (_, i) => pool[(round + i) % pool.length]);
        times.push(
          await exchange(
            network,
            [...new Set(workers)].flatMap((worker) => worker ?? []),
          ),
        );
      }
      return { times };
    },
    /** The questions whose answers grow with the network; medians in milliseconds, sizes in bytes. */
    async questions(options) {
      const { network } = await get();
      if (network === undefined) throw new TypeError('join first');
      const digests = channels.slice(0, 16).map(({ machine }) => machine.digest);
      const asked = {
        roster: () => roster(network),
        evidence: () => ask(network, 'evidence', evidenceQuestionLayout.encode({ digests, have: [] })),
        models: () => ask(network, 'models', new Uint8Array(0)),
        page: () => get200(network.proxyUrl),
        status: () => get200(`${network.proxyUrl}/status.json`),
      };
      const figures: Record<string, { ms: number; bytes: number }> = {};
      for (const [question, run] of Object.entries(asked)) {
        const times: number[] = [];
        let bytes = 0;
        for (let round = 0; round < Number(options['rounds']); round++) {
          const startedAt = performance.now();
          bytes = Math.max(bytes, await run());
          times.push(performance.now() - startedAt);
        }
        times.sort((a, b) => a - b);
        figures[question] = { ms: times[Math.floor(times.length / 2)] ?? Number.NaN, bytes };
      }
      return figures;
    },
  };
}

const name = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');

function verified(network: BenchNetwork, { machine }: BenchChannel): Promise<VerifiedMachine> {
  const { evidence, collateral } = machine;
  return network.verify({ machines: [evidence], collaterals: [collateral] }, 'worker');
}

async function ask(network: BenchNetwork, operation: string, payload: Uint8Array): Promise<number> {
  const { payload: answer, code } = await askControl(network, operation, payload);
  if (answer === undefined) throw new Error(`refused: ${code}`);
  return answer.length;
}

async function roster(network: BenchNetwork): Promise<number> {
  const draws = [1, 20_000, 300_000, 4_000_000];
  const { payload } = await askControl(
    network,
    'roster',
    rosterQuestionLayout.encode({ model: MODEL, draws }),
  );
  const answer = payload ?? new Uint8Array(0);
  if (rosterAnswerLayout.decode(answer).pages.length === 0) throw new Error('no page');
  return answer.length;
}

async function get200(url: string): Promise<number> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return (await response.arrayBuffer()).byteLength;
}
