// When is a request sent again, and when are machines replaced?
import { describe, expect, it } from 'vitest';
import { createCocoon } from '../src/client.js';
import { openClient, QUESTION, sentRequests } from './support/open-client.js';

describe('the one retry rule', () => {
  for (const code of ['RESELECT', 'KEY_EXPIRED']) {
    it(`accepts: ${code} is sealed again under the same operation`, async () => {
      const { network, cocoon, events } = await openClient();
      network.faults.refusals = [{ code }, { code }];
      expect((await cocoon.chat(QUESTION)).text).toBe('Hello there');
      expect(sentRequests(network)).toBe(3);
      expect(network.charges).toHaveLength(1);
      expect(events.filter(({ type }) => type === 'retry')).toHaveLength(2);
    });
  }

  it('rejects: a third refusal', async () => {
    const { network, cocoon } = await openClient();
    network.faults.refusals = [{ code: 'RESELECT' }, { code: 'RESELECT' }, { code: 'RESELECT' }];
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'RESELECT', source: 'proxy' });
    expect(sentRequests(network)).toBe(3);
  });

  it('rejects: other refusals at once', async () => {
    const { network, cocoon } = await openClient();
    network.faults.refusals = [{ code: 'ASSIGNMENT_INVALID' }];
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'ASSIGNMENT_INVALID' });
    expect(sentRequests(network)).toBe(1);
  });

  it('accepts: other machines are drawn after a refusal', async () => {
    const { network, cocoon } = await openClient(
      { workers: [{ connected: false }, { connected: false }, { connected: false }, {}, {}, {}] },
      { candidates: 3 },
    );
    const reply = await cocoon.chat(QUESTION);
    expect(reply.text).toBe('Hello there');
    expect(network.charges).toHaveLength(1);
  });

  it('accepts: another replica gets a new envelope around the same sealing', async () => {
    const { network, cocoon } = await openClient();
    await cocoon.chat(QUESTION);
    await network.restartProxy();
    expect((await cocoon.chat(QUESTION)).text).toBe('Hello there');
    expect(network.requests.filter(({ path }) => path === '/v1/evidence')).toHaveLength(2);
  });

  it('rejects: a path that sends the client from replica to replica', async () => {
    const { network, cocoon } = await openClient();
    network.faults.wrongReplica = 100;
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({
      code: 'WRONG_REPLICA',
      authenticated: false,
    });
    expect(sentRequests(network)).toBe(3);
  });

  it('accepts: another proxy before anything is sent', async () => {
    const { network, options, events } = await openClient();
    const fetch: typeof globalThis.fetch = (input, init) =>
      String(input).startsWith('http://down.invalid')
        ? Promise.reject(new TypeError('refused'))
        : network.fetch(input, init);
    const cocoon = createCocoon({ ...options, fetch, proxy: ['http://down.invalid', network.url] });
    expect((await cocoon.chat(QUESTION)).text).toBe('Hello there');
    expect(events).toContainEqual({
      type: 'failover',
      from: 0,
      to: 1,
      code: 'PROXY_UNREACHABLE',
      simulated: true,
    });
  });
});

describe('time', () => {
  it('accepts: machines that end are replaced by new ones', async () => {
    const { network, cocoon } = await openClient();
    await cocoon.chat(QUESTION);
    network.advance(69 * 60_000);
    network.workers.length = 0;
    await network.restartProxy();
    await network.addWorker();
    network.advance(61_000);
    expect((await cocoon.chat(QUESTION)).report.candidates).toBe(1);
  });

  it('rejects: evidence that has grown old', async () => {
    const { network, cocoon } = await openClient({ proxy: { lifeSeconds: 80_000 } });
    network.advance(91 * 60_000);
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'EVIDENCE_STALE' });
  });

  it('accepts: a wrong clock is named', async () => {
    const { network, options, events } = await openClient();
    const cocoon = createCocoon({ ...options, now: () => new Date(network.now().getTime() - 3_600_000) });
    await expect(cocoon.verify()).rejects.toMatchObject({ kind: 'attestation' });
    expect(events.find(({ type }) => type === 'clock-skew')).toMatchObject({ seconds: -3600 });
  });

  it('accepts: code the registry no longer allows is dropped', async () => {
    const { network, options, events } = await openClient();
    const { registry, beacons } = network;
    let current = registry;
    const cocoon = createCocoon({ ...options, network: { registry: async () => current, beacons } });
    await cocoon.chat(QUESTION);
    current = { ...registry, measurements: { ...registry.measurements, worker: [{ mrtd: '0'.repeat(96) }] } };
    network.advance(301_000);
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'NO_VERIFIED_WORKER' });
    expect(events.filter(({ type }) => type === 'revoked')).toHaveLength(3);
    expect(network.charges).toHaveLength(1);
  });

  it('rejects: a registry that was rolled back', async () => {
    const { network, options } = await openClient();
    const { registry, beacons } = network;
    let current = registry;
    const cocoon = createCocoon({ ...options, network: { registry: async () => current, beacons } });
    await cocoon.chat(QUESTION);
    current = { ...registry, issuedAt: registry.issuedAt - 1 };
    network.advance(301_000);
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'REGISTRY_ROLLED_BACK' });
  });
});

describe('pool', () => {
  it('accepts: the first request waits for as many machines as it needs, the rest come later', async () => {
    const { network, cocoon, events } = await openClient({ workers: Array.from({ length: 10 }, () => ({})) });
    await cocoon.chat(QUESTION);
    await expect.poll(() => cocoon.status().pools[0]?.verified).toBe(10);
    expect(events.filter((event) => event.type === 'verified' && event.role === 'worker')).toHaveLength(10);
    expect(network.requests.filter(({ path }) => path.startsWith('/v1/ctl/'))).toHaveLength(3);
  });

  it('accepts: no worker gets everything', async () => {
    const { network, cocoon } = await openClient({ workers: Array.from({ length: 6 }, () => ({})) });
    await cocoon.chat(QUESTION);
    await expect.poll(() => cocoon.status().pools[0]?.verified).toBe(6);
    for (let i = 0; i < 40; i++) await cocoon.chat(QUESTION);
    const served = network.workers.map((worker) => worker.served);
    expect(served.filter((count) => count > 0).length).toBeGreaterThanOrEqual(4);
  });

  it('accepts: key exchanges wait before they are needed, and closing forgets them', async () => {
    const { cocoon } = await openClient();
    await cocoon.chat(QUESTION);
    await expect.poll(() => cocoon.status().warmContexts).toBe(8);
    await cocoon.chat(QUESTION);
    cocoon.close();
    expect(cocoon.status()).toMatchObject({ warmContexts: 0, pools: [] });
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
  });
});
