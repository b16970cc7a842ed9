// Do requests and answers survive proxies that shut down, restart or change keys?
import { describe, expect, it } from 'vitest';
import type { MeasurementRule } from '../src/attestation/policy.js';
import { createCocoon } from '../src/client.js';
import type { CocoonEvent } from '../src/events.js';
import { simulatedMeasurementRule, simulatedMeasurements, textChunks } from '../src/testing/index.js';
import { openClient, QUESTION, sentRequests } from './support/open-client.js';
import { withSecondProxy } from './support/two-proxies.js';

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
    const { other, both } = await withSecondProxy(network, options);
    other.credit(account.id, 1_000_000_000n);
    const events: CocoonEvent[] = [];
    const cocoon = createCocoon({ ...both, onEvent: (event) => events.push(event) });
    await cocoon.chat(QUESTION);
    network.faults.refusals = Array.from({ length: 20 }, () => ({ code: 'DRAINING' }));
    const replies = await Promise.all(Array.from({ length: 10 }, () => cocoon.chat(QUESTION)));
    expect(replies.map(({ text }) => text)).toEqual(Array.from({ length: 10 }, () => 'Hello there'));
    expect([network.charges.length, other.charges.length]).toEqual([1, 10]);
    expect(events.filter(({ type }) => type === 'failover')).toHaveLength(1);
  });

  it('rejects: with DRAINING, when it stays the only one', async () => {
    const { cocoon, network, waits } = await openClient();
    network.faults.refusals = Array.from({ length: 50 }, () => ({ code: 'DRAINING' }));
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'DRAINING', source: 'proxy' });
    expect(network.charges).toHaveLength(0);
    // Bounded, and never quite the same: about twenty seconds in eight waits.
    expect(waits).toHaveLength(8);
    const total = waits.reduce((sum, ms) => sum + ms, 0);
    expect(total).toBeGreaterThan(14_000);
    expect(total).toBeLessThan(25_000);
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

describe('code that is revoked', () => {
  async function openChanging(proxies: readonly string[] = []) {
    const opened = await openClient();
    const { network, options, events } = opened;
    const rules = { current: network.registry };
    const cocoon = createCocoon({
      ...options,
      proxy: [network.url, ...proxies],
      network: { registry: async () => rules.current, beacons: network.beacons },
    });
    const revoke = (role: 'worker' | 'proxy') => {
      const measurements = { ...rules.current.measurements, [role]: [{ mrtd: '0'.repeat(96) }] };
      rules.current = { ...rules.current, measurements };
      network.advance(301_000);
    };
    return { cocoon, network, events, revoke };
  }

  it('accepts: a worker’s running answer ends, and its report says that it was revoked meanwhile', async () => {
    const { cocoon, network, events, revoke } = await openChanging();
    const stream = cocoon.stream(QUESTION);
    const chunks: unknown[] = [];
    for await (const chunk of stream) {
      if (chunks.length === 0) revoke('worker');
      chunks.push(chunk);
    }
    expect(chunks).toEqual(textChunks(['Hello', ' there']));
    const report = await stream.report;
    expect(report.passed).toBe(false);
    const failed = report.lines.filter(({ passed }) => !passed);
    expect(failed).toMatchObject([{ check: 'still allowed', machine: expect.stringMatching(/^worker /) }]);
    expect(failed[0]?.actual).toContain('REVOKED while it answered (ATTESTATION_MEASUREMENT)');
    expect(events.filter(({ type }) => type === 'revoked')).toHaveLength(3);
    expect(network.charges).toHaveLength(1);
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'NO_VERIFIED_WORKER' });
    expect(sentRequests(network)).toBe(1);
  });

  it('accepts: nothing is said of revocation when the registry changes in something else', async () => {
    const { cocoon, revoke } = await openChanging();
    const stream = cocoon.stream(QUESTION);
    let first = true;
    for await (const _ of stream) {
      if (first) revoke('proxy');
      first = false;
    }
    expect((await stream.report).lines.map(({ check }) => check)).not.toContain('still allowed');
  });

  it('rejects: a proxy gets no new request once its code is revoked; its running answer ends', async () => {
    const { cocoon, network, events, revoke } = await openChanging();
    const stream = cocoon.stream(QUESTION);
    let text = 0;
    for await (const _ of stream) {
      if (text++ === 0) revoke('proxy');
    }
    expect((await stream.receipt).receipt.finish).toBe('stop');
    const before = network.requests.length;
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'ATTESTATION_MEASUREMENT' });
    // Its evidence was read again and refused; nothing was sealed to it.
    expect(network.requests.slice(before).map(({ path }) => path)).toEqual(['/v1/evidence']);
    expect(events).toContainEqual(expect.objectContaining({ type: 'revoked', role: 'proxy' }));
    expect(sentRequests(network)).toBe(1);
  });

  it('accepts: a request goes to the next proxy of the list when the first one’s code is revoked', async () => {
    const { network, options, account } = await openClient();
    const proxy = { measurements: simulatedMeasurements('proxy', 'v2') };
    const { other, both, beacons } = await withSecondProxy(network, options, { proxy });
    other.credit(account.id, 1_000_000_000n);
    const [v1, v2] = [simulatedMeasurementRule('proxy'), simulatedMeasurementRule('proxy', 'v2')];
    const { worker } = network.registry.measurements;
    const allow = (rules: readonly MeasurementRule[]) => ({
      ...network.registry,
      measurements: { worker, proxy: rules },
    });
    let current = allow([v1, v2]);
    const cocoon = createCocoon({ ...both, network: { registry: async () => current, beacons } });
    await cocoon.chat(QUESTION);
    current = allow([v2]);
    for (const { advance } of [network, other]) advance(301_000);
    await cocoon.chat(QUESTION);
    expect([network.charges.length, other.charges.length]).toEqual([1, 1]);
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
