// One process full of clients: it asks, it counts, it times. Its parent says what and how much over the IPC channel.
import { accountFromSeed, createCocoon, parseLocalRegistry } from '@cocoonkit/sdk';
import { httpBeaconSource } from '@cocoonkit/sdk/registry';
import { simulatedRootDer } from '@cocoonkit/sdk/testing';
import { simulatedAnchor } from '@cocoonkit/sdk/unsafe';

const bytes = (hex) => new Uint8Array(Buffer.from(hex, 'hex'));
const CHARGE_WAIT_MS = 5;
let clients = [];
let turn = 0;
const next = () => clients[turn++ % clients.length];

/** How each kind of question is asked; both read the answer to its end. */
const ways = {
  chain: (question) => next().chat(question),
  direct: async (question, upstream) => {
    const response = await fetch(`${upstream}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...question, stream: true }),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`upstream answered ${response.status}`);
  },
};

/** How each way streams; both read every event and count the text in it. */
const streams = {
  chain: async (question) => {
    let text = 0;
    for await (const chunk of next().stream(question)) text += textOf(chunk);
    return text;
  },
  direct: async (question, upstream) => {
    const response = await fetch(`${upstream}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...question, stream: true }),
    });
    if (!response.ok) throw new Error(`upstream answered ${response.status}`);
    let text = 0;
    let rest = '';
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
      const lines = `${rest}${piece}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines)
        if (line.startsWith('data: {')) text += textOf(JSON.parse(line.slice('data: '.length)));
    }
    return text;
  },
};
const textOf = (chunk) => chunk.choices?.[0]?.delta?.content?.length ?? 0;

const tasks = {
  async open({ proxy, signedRegistry, registryKey, seeds, suite, question }) {
    for (const client of clients) client.close();
    const registry = await parseLocalRegistry(new TextEncoder().encode(signedRegistry), bytes(registryKey));
    const beacons = httpBeaconSource(registry.beaconUrl ?? '', fetch);
    const anchor = simulatedAnchor(simulatedRootDer());
    const policy = { suite, allowClassical: suite === 3, padding: 'fast' };
    clients = await Promise.all(
      seeds.map(async (seed) => {
        const account = await accountFromSeed(bytes(seed));
        return createCocoon({ proxy, network: { registry, beacons }, account, anchor, policy });
      }),
    );
    await Promise.all(clients.map((client) => client.chat(question)));
    return {};
  },
  /** Closed loops of so many callers for some time. An answer is there before its bill is charged, so an account may have to wait. */
  async load({ way, question, upstream, concurrent, ms }) {
    let done = 0;
    const start = performance.now();
    await Promise.all(
      Array.from({ length: concurrent }, async () => {
        while (performance.now() - start < ms) {
          try {
            await ways[way](question, upstream);
            done++;
          } catch (error) {
            if (error.code !== 'TOO_MANY_RUNNING') throw error;
            await new Promise((resolve) => setTimeout(resolve, CHARGE_WAIT_MS));
          }
        }
      }),
    );
    return { done, ms: performance.now() - start };
  },
  /** One after another, with the pause of a person between two; the ways take turns, so that both meet the same machine. */
  async latency({ question, upstream, rounds, pauseMs }) {
    const times = { direct: [], chain: [] };
    for (let round = 0; round < rounds; round++) {
      for (const way of ['direct', 'chain']) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        const start = performance.now();
        await ways[way](question, upstream);
        times[way].push(performance.now() - start);
      }
    }
    return times;
  },
  /** So many streams at once; for each its text and how long it took. */
  async together({ way, question, upstream, concurrent }) {
    const start = performance.now();
    const one = async () => {
      const text = await streams[way](question, upstream);
      return { text, ms: performance.now() - start };
    };
    const ended = await Promise.all(Array.from({ length: concurrent }, one));
    return { ms: performance.now() - start, ended };
  },
};

process.on('message', ({ task, ...options }) => {
  tasks[task](options).then(
    (result) => process.send({ result }),
    (error) => process.send({ error: `${error.code ?? error.name}: ${error.message}` }),
  );
});
process.on('disconnect', () => process.exit(0));
