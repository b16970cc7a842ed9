// Do requests and answers survive proxies that shut down, restart or change keys?
import { describe, expect, it } from 'vitest';
import { createCocoon } from '../src/client.js';
import type { CocoonEvent } from '../src/events.js';
import { createMemoryNetwork, textChunks } from '../src/testing/index.js';
import { openClient, QUESTION } from './support/open-client.js';

describe('a proxy that shuts down', () => {
  it('accepts: the request goes to the next replica behind the address, and is charged once', async () => {
    const { cocoon, network, events } = await openClient();
    await cocoon.chat(QUESTION);
    network.faults.refusals = [{ code: 'DRAINING' }];
    const asked = cocoon.chat(QUESTION);
    await network.restartProxy();
    expect((await asked).text).toBe('Hello there');
    expect(events).toContainEqual(expect.objectContaining({ type: 'retry', code: 'DRAINING' }));
    expect(network.charges).toHaveLength(2);
  });

  it('accepts: the request goes to the next proxy of the list at once', async () => {
    const { network, options, account } = await openClient();
    const other = await createMemoryNetwork({ now: network.now() });
    other.credit(account.id, 1_000_000_000n);
    const events: CocoonEvent[] = [];
    const cocoon = createCocoon({
      ...options,
      proxy: [network.url, 'http://other.invalid'],
      network: {
        registry: network.registry,
        beacons: {
          kind: 'local',
          latest: () => network.beacons.latest(),
          has: async (beacon) => (await network.beacons.has(beacon)) || other.beacons.has(beacon),
        },
      },
      fetch: (input, init) =>
        String(input).startsWith('http://other.invalid')
          ? other.fetch(input, init)
          : network.fetch(input, init),
      onEvent: (event) => events.push(event),
    });
    await cocoon.chat(QUESTION);
    network.faults.refusals = Array.from({ length: 20 }, () => ({ code: 'DRAINING' }));
    const replies = await Promise.all(Array.from({ length: 10 }, () => cocoon.chat(QUESTION)));
    expect(replies.map(({ text }) => text)).toEqual(Array.from({ length: 10 }, () => 'Hello there'));
    expect([network.charges.length, other.charges.length]).toEqual([1, 10]);
    expect(events.filter(({ type }) => type === 'failover')).toHaveLength(1);
  });

  it('rejects: with DRAINING, when it stays the only one', async () => {
    const { cocoon, network } = await openClient();
    network.faults.refusals = Array.from({ length: 5 }, () => ({ code: 'DRAINING' }));
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'DRAINING', source: 'proxy' });
    expect(network.charges).toHaveLength(0);
  });
});

describe('a worker that shuts down', () => {
  it('accepts: a request that reaches it too late goes to another one, and is charged once', async () => {
    const { cocoon, network, events } = await openClient();
    network.faults.refusals = [{ code: 'WORKER_BUSY' }];
    expect((await cocoon.chat(QUESTION)).text).toBe('Hello there');
    expect(events).toContainEqual(expect.objectContaining({ type: 'retry', code: 'WORKER_BUSY' }));
    expect(network.charges).toHaveLength(1);
  });
});

describe('a proxy that restarts while it answers', () => {
  it('accepts: the answer is resumed under its new keys, complete and charged once', async () => {
    const { cocoon, network, events } = await openClient();
    network.faults.breakAfterRecords = 3;
    const stream = cocoon.stream(QUESTION);
    const chunks: unknown[] = [];
    for await (const chunk of stream) {
      if (chunks.length === 0) await network.restartProxy();
      chunks.push(chunk);
    }
    expect(chunks).toEqual(textChunks(['Hello', ' there']));
    expect((await stream.receipt).receipt.finish).toBe('stop');
    expect(events).toContainEqual(expect.objectContaining({ type: 'resumed' }));
    expect(network.charges).toHaveLength(1);
  });
});
