// How are many paced answers played through the proxy at once, and how late does each frame arrive?
import { makeQuestion, type Question } from './bench-client.js';
import { type BenchChannel, type Job, machineFactory, openChannel } from './bench-worker.js';
import type { Answers, Tasks } from './generator.js';
import { type BenchNetwork, joinNetwork } from './join-network.js';
import { type Answer, makeAnswer } from './make-answer.js';
import { LastLook, RawAnswer } from './raw-answer.js';
import { verifyAnswer } from './verify-answer.js';

/** Requests under way while the streams are prepared. */
const AT_ONCE = 8;
/** Delays are counted in buckets of this width. */
export const BUCKET_MS = 0.25;
const BUCKETS = 8_000;

const NEVER = { readAt: Number.POSITIVE_INFINITY, sinceAt: Number.POSITIVE_INFINITY };

interface Stream {
  readonly question: Question;
  readonly received: RawAnswer;
  readonly channel: BenchChannel;
  readonly answer: Answer;
  readonly sentAt: Float64Array;
}

/** Tasks of one generator process. */
export function streamLoad(): Tasks {
  const streams: Stream[] = [];
  const look = new LastLook();
  return {
    async prepare(options) {
      const network = await joinNetwork(joining(options));
      const [count, workers, frames] = [options['streams'], options['workers'], options['frames']].map(
        Number,
      );
      const waiting = new Map<string, (job: Job) => void>();
      const onJob = (job: Job): void => waiting.get(name(job.coreHash))?.(job);
      const make = await machineFactory(network, String(options['name']));
      const machines = Array.from({ length: workers ?? 0 }, (_, n) => make(n));
      const slots = Math.ceil((count ?? 0) / machines.length);
      const channels = await Promise.all(
        machines.map((machine) => openChannel(network, machine, { slots, onJob })),
      );
      const verified = await Promise.all(
        machines.map(({ evidence, collateral }) =>
          network.verify({ machines: [evidence], collaterals: [collateral] }, 'worker'),
        ),
      );
      let next = 0;
      const lane = async (): Promise<void> => {
        while (next < (count ?? 0)) {
          const index = next++;
          const channel = channels[index % channels.length];
          const worker = verified[index % channels.length];
          if (channel === undefined || worker === undefined) throw new TypeError('no worker');
          const question = await makeQuestion(network, [worker]);
          const job = new Promise<Job>((resolve) => waiting.set(name(question.sealed.coreHash), resolve));
          const received = new RawAnswer(network.proxyUrl, question.wire, look);
          const answer = await prepared(network, received, job, frames ?? 0);
          const sentAt = new Float64Array(answer.messages.length);
          streams[index] = { question, received, channel, answer, sentAt };
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      return { streams: streams.length };
    },
    async play(options) {
      await play(streams, Number(options['everyMs']), look);
      await Promise.all(streams.map(({ received }) => received.over));
      return {};
    },
    async verify() {
      const [delays, seen] = [new Uint32Array(BUCKETS), new Uint32Array(BUCKETS)];
      const count = (histogram: Uint32Array, delay: number): void => {
        const bucket = Math.min(BUCKETS - 1, Math.floor(delay / BUCKET_MS));
        histogram[bucket] = (histogram[bucket] ?? 0) + 1;
      };
      let [final, settled, worst] = [0, 0, 0];
      for (const { question, received, sentAt } of streams) {
        const verified = await verifyAnswer(question, received);
        if (verified.final) final++;
        if (verified.settled) settled++;
        for (const [record, sent] of sentAt.entries()) {
          const { readAt, sinceAt } = verified.arrivals[record] ?? NEVER;
          // What came while this process was busy with something else is its own delay, not the proxy's.
          const delay = Math.max(sinceAt, sent) - sent;
          count(delays, delay);
          count(seen, readAt - sent);
          worst = Math.max(worst, delay);
        }
      }
      return { final, settled, worst, delays, seen };
    },
  };
}

export function joining(options: Answers) {
  const text = (field: string): string => String(options[field]);
  return {
    proxyUrl: text('proxyUrl'),
    registryUrl: text('registryUrl'),
    registryKey: text('registryKey'),
    adminUrl: text('adminUrl'),
    adminToken: text('adminToken'),
  };
}

const name = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');

/** An answer that ends here was refused: waiting for its job would be for ever. */
async function prepared(
  network: BenchNetwork,
  received: RawAnswer,
  job: Promise<Job>,
  frames: number,
): Promise<Answer> {
  const early = received.over.then((): never => {
    throw new Error(`refused with status ${received.read().status}`);
  });
  return makeAnswer(network, await Promise.race([job, early]), frames);
}

/** Each stream's frames come evenly, and the streams are spread over the interval. Late ones are made up for, as an engine would. */
async function play(streams: readonly Stream[], everyMs: number, look: LastLook): Promise<void> {
  const records = streams[0]?.answer.messages.length ?? 0;
  const total = records * streams.length;
  const startedAt = performance.now();
  for (let sent = 0; sent < total; ) {
    look.turn();
    const due = Math.floor(((performance.now() - startedAt) / everyMs) * streams.length);
    for (; sent < Math.min(total, due); sent++) {
      const stream = streams[sent % streams.length];
      const record = Math.floor(sent / streams.length);
      const message = stream?.answer.messages[record];
      if (stream === undefined || message === undefined) throw new TypeError('no such record');
      stream.sentAt[record] = performance.now();
      stream.channel.send(message);
      if (record === records - 1) stream.answer.finish();
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
