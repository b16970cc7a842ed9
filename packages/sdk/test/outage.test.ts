// What does a client do when a proxy, its connection, its workers or its money are away for a while?
import { describe, expect, it } from 'vitest';
import { createCocoon } from '../src/client.js';
import type { CocoonEvent } from '../src/events.js';
import { textChunks } from '../src/testing/index.js';
import { broken, type Fetch, openBreakable } from './support/breakable.js';
import { openClient, QUESTION, sentRequests } from './support/open-client.js';
import { OTHER_URL, withSecondProxy } from './support/two-proxies.js';

describe('a proxy whose port does not answer', () => {
  it('accepts: a request waits for it to come back, and is charged once', async () => {
    const { cocoon, network, path, waits, onWait, events } = await openBreakable();
    await cocoon.chat(QUESTION);
    path.failure = 'refused';
    onWait.run = async () => {
      if (waits.length < 4) return;
      // It is back, with new keys and the same ledger.
      await network.restartProxy();
      path.failure = undefined;
    };
    expect((await cocoon.chat(QUESTION)).text).toBe('Hello there');
    expect(waits).toHaveLength(4);
    expect(network.charges).toHaveLength(2);
    expect(events).toContainEqual(expect.objectContaining({ type: 'retry', code: 'PROXY_UNREACHABLE' }));
  });

  it('accepts: a call that begins while it is away waits as well', async () => {
    const { cocoon, network, path, onWait } = await openBreakable();
    await cocoon.chat(QUESTION);
    path.failure = 'refused';
    onWait.run = () => {
      path.failure = undefined;
    };
    const answers = await Promise.all([1, 2, 3].map(() => cocoon.chat(QUESTION)));
    expect(answers.map(({ text }) => text)).toEqual(['Hello there', 'Hello there', 'Hello there']);
    expect(network.charges).toHaveLength(4);
  });

  it('rejects: after about twenty seconds', async () => {
    const { cocoon, path, waits } = await openBreakable();
    await cocoon.chat(QUESTION);
    path.failure = 'refused';
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'PROXY_UNREACHABLE' });
    expect(waits).toHaveLength(8);
  });

  it('rejects: at once where nothing ever worked: the address may be wrong', async () => {
    const { cocoon, path, waits } = await openBreakable();
    path.failure = 'refused';
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'PROXY_UNREACHABLE' });
    expect(waits).toEqual([]);
  });

  it('rejects: a caller that stops while the client waits', async () => {
    const { cocoon, path, onWait } = await openBreakable();
    await cocoon.chat(QUESTION);
    path.failure = 'refused';
    const abort = new AbortController();
    onWait.run = () => {
      abort.abort();
      return new Promise<void>(() => undefined);
    };
    await expect(cocoon.chat(QUESTION, { signal: abort.signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('accepts: the next proxy of the list at once, where no connection was made', async () => {
    const { network, options, account, waits } = await openClient();
    const { other, both } = await withSecondProxy(network, options);
    other.credit(account.id, 1_000_000_000n);
    const events: CocoonEvent[] = [];
    let down = false;
    const fetch: Fetch = async (input, init) => {
      if (down && !String(input).startsWith(OTHER_URL)) throw broken('ECONNREFUSED');
      return (both.fetch ?? network.fetch)(input, init);
    };
    const cocoon = createCocoon({ ...both, fetch, onEvent: (event) => events.push(event) });
    await cocoon.chat(QUESTION);
    down = true;
    const replies = await Promise.all([1, 2, 3].map(() => cocoon.chat(QUESTION)));
    expect(replies).toHaveLength(3);
    expect([network.charges.length, other.charges.length]).toEqual([1, 3]);
    expect(waits).toEqual([]);
    expect(events.filter(({ type }) => type === 'failover')).toHaveLength(1);
  });
});

describe('a connection that breaks before a byte came back', () => {
  it('accepts: the answer of a request that had arrived is asked for, not made again', async () => {
    const { cocoon, network, path, onWait, events } = await openBreakable();
    await cocoon.chat(QUESTION);
    Object.assign(path, { failure: 'reset-after', onlyInfer: true });
    onWait.run = () => {
      path.failure = undefined;
    };
    const stream = cocoon.stream(QUESTION);
    const chunks: unknown[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks).toEqual(textChunks(['Hello', ' there']));
    expect((await stream.receipt).receipt.finish).toBe('stop');
    expect(events).toContainEqual(expect.objectContaining({ type: 'resumed' }));
    expect(sentRequests(network)).toBe(2);
    expect(network.charges).toHaveLength(2);
  });

  it('accepts: one that had not arrived is sent again under the same operation', async () => {
    const { cocoon, network, path, onWait } = await openBreakable();
    await cocoon.chat(QUESTION);
    Object.assign(path, { failure: 'reset-before', onlyInfer: true });
    onWait.run = () => {
      path.failure = undefined;
    };
    expect((await cocoon.chat(QUESTION)).text).toBe('Hello there');
    expect(sentRequests(network)).toBe(2);
    expect(network.charges).toHaveLength(2);
  });

  it('accepts: a proxy that restarted on its ledger in between: one charge', async () => {
    const { cocoon, network, path, onWait } = await openBreakable();
    await cocoon.chat(QUESTION);
    path.failure = 'reset-after';
    path.onlyInfer = true;
    onWait.run = async () => {
      path.failure = undefined;
      await network.restartProxy();
    };
    expect((await cocoon.chat(QUESTION)).text).toBe('Hello there');
    expect(network.charges).toHaveLength(2);
  });

  it('rejects: no more than three copies, whoever breaks the connection, and one charge', async () => {
    const { cocoon, network, path } = await openBreakable();
    await cocoon.chat(QUESTION);
    network.faults.noResume = true;
    Object.assign(path, { failure: 'reset-after', onlyInfer: true });
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'PROXY_UNREACHABLE' });
    expect(sentRequests(network)).toBe(4);
    expect(network.charges).toHaveLength(2);
  });

  it('rejects: another ledger, where both might charge; the next call goes there', async () => {
    const { network, options, account, waits } = await openClient();
    const { other, both } = await withSecondProxy(network, options);
    other.credit(account.id, 1_000_000_000n);
    let down = false;
    const fetch: Fetch = async (input, init) => {
      if (down && !String(input).startsWith(OTHER_URL)) throw broken('ECONNRESET');
      return (both.fetch ?? network.fetch)(input, init);
    };
    const cocoon = createCocoon({ ...both, fetch });
    await cocoon.chat(QUESTION);
    down = true;
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'PROXY_UNREACHABLE' });
    expect(waits).toHaveLength(8);
    expect(other.charges).toHaveLength(0);
    expect((await cocoon.chat(QUESTION)).text).toBe('Hello there');
    expect([network.charges.length, other.charges.length]).toEqual([1, 1]);
  });
});

describe('workers that are all replaced at once', () => {
  it('accepts: the client waits a moment and asks for the list again', async () => {
    const { cocoon, network, waits, onWait } = await openBreakable();
    await cocoon.chat(QUESTION);
    // Still listed, for the list may be a second old.
    for (const worker of network.workers) worker.connected = false;
    onWait.run = async () => {
      network.workers.length = 0;
      await network.addWorker();
      await network.addWorker();
    };
    expect((await cocoon.chat(QUESTION)).text).toBe('Hello there');
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThan(1_000);
    expect(waits[0]).toBeLessThan(1_800);
    expect(network.charges).toHaveLength(2);
  });

  it('accepts: a moment without any worker', async () => {
    const { cocoon, network, waits, onWait } = await openBreakable();
    await cocoon.chat(QUESTION);
    for (const worker of network.workers) worker.connected = false;
    network.faults.refusals = [{ code: 'MODEL_UNKNOWN' }];
    network.workers.length = 0;
    onWait.run = async () => {
      if (waits.length === 2) await network.addWorker();
    };
    expect((await cocoon.chat(QUESTION)).text).toBe('Hello there');
    expect(waits).toHaveLength(2);
  });

  it('rejects: with the proxy’s word when nobody comes', async () => {
    const { cocoon, network, waits } = await openBreakable();
    await cocoon.chat(QUESTION);
    network.workers.length = 0;
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({
      code: expect.stringMatching(/MODEL_UNKNOWN|RESELECT/),
    });
    expect(waits.length).toBeLessThanOrEqual(3);
  });

  it('rejects: a model nobody ever offered, at once', async () => {
    const { cocoon, waits } = await openBreakable();
    await expect(cocoon.chat({ ...QUESTION, model: 'no-such' })).rejects.toMatchObject({
      code: 'MODEL_UNKNOWN',
    });
    expect(waits).toEqual([]);
  });
});

describe('a ledger with nothing to spend', () => {
  it.each([
    ['that does not know the account', 'ACCOUNT_UNKNOWN'],
    ['whose balance is too low', 'INSUFFICIENT_FUNDS'],
    ['whose proxy cannot pay its workers', 'NO_FUNDS_AT_PROXY'],
  ])('accepts: the next proxy of the list instead of one %s', async (_, code) => {
    const { network, options, account } = await openClient();
    const { other, both } = await withSecondProxy(network, options);
    other.credit(account.id, 1_000_000_000n);
    network.faults.refusals = [{ code }];
    const cocoon = createCocoon(both);
    expect((await cocoon.chat(QUESTION)).text).toBe('Hello there');
    expect([network.charges.length, other.charges.length]).toEqual([0, 1]);
  });

  it('rejects: with the address, when the proxy with the funds is away', async () => {
    const { network, options } = await openClient();
    const { other, both } = await withSecondProxy(network, options);
    const fetch: Fetch = async (input, init) => {
      if (!String(input).startsWith(OTHER_URL)) throw broken('ECONNREFUSED');
      return other.fetch(input, init);
    };
    const cocoon = createCocoon({ ...both, fetch });
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({
      kind: 'payment',
      code: 'NO_FUNDS_AT_PROXY',
      message: expect.stringContaining(OTHER_URL),
      details: { proxy: OTHER_URL, reason: 'ACCOUNT_UNKNOWN' },
    });
    expect(other.charges).toHaveLength(0);
  });

  it('rejects: with the ledger’s own word, where there is one proxy', async () => {
    const { network, options } = await openClient();
    for (const code of ['ACCOUNT_UNKNOWN', 'NO_FUNDS_AT_PROXY']) {
      network.faults.refusals = [{ code }];
      await expect(createCocoon(options).chat(QUESTION)).rejects.toMatchObject({ code, source: 'proxy' });
    }
  });
});
