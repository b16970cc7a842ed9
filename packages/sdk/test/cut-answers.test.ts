// What becomes of an answer whose connection breaks in the middle? Its worker keeps it: the client waits for a proxy that brings the rest.
import { describe, expect, it } from 'vitest';
import { createCocoon } from '../src/client.js';
import type { CocoonEvent } from '../src/events.js';
import { TruncatedError } from '../src/reply-truncated.js';
import { textChunks } from '../src/testing/index.js';
import { broken, type Fetch, openBreakable } from './support/breakable.js';
import { openClient, QUESTION, sentRequests } from './support/open-client.js';
import { OTHER_URL, withSecondProxy } from './support/two-proxies.js';

const LONG = { model: () => ({ chunks: textChunks(['one', ' two', ' three', ' four']) }) };
/** The head and one frame. */
const CUT_AFTER = 2;

/** The first answer breaks off, and from then on nothing reaches the proxy. */
async function openCut() {
  const opened = await openBreakable({}, { workers: [LONG] });
  const { network, path } = opened;
  network.faults.breakAfterRecords = CUT_AFTER;
  const ask = async () => {
    const stream = opened.cocoon.stream(QUESTION);
    let text = '';
    for await (const { choices } of stream) {
      if (text === '') path.failure = 'refused';
      text += choices[0]?.delta.content ?? '';
    }
    return { text, receipt: (await stream.receipt).receipt };
  };
  return { ...opened, ask };
}

describe('a proxy that is killed in mid-answer', () => {
  it('accepts: the rest, when it is back with new keys, charged once', async () => {
    const { ask, network, path, waits, onWait, events } = await openCut();
    onWait.run = async () => {
      if (waits.length < 5) return;
      await network.restartProxy();
      path.failure = undefined;
    };
    const { text, receipt } = await ask();
    expect([text, receipt.finish]).toEqual(['one two three four', 'stop']);
    expect(waits).toHaveLength(5);
    expect(events.filter(({ type }) => type === 'resumed')).toHaveLength(1);
    expect([network.charges.length, sentRequests(network)]).toEqual([1, 1]);
  });

  it('accepts: a worker that comes back a while after its proxy', async () => {
    const { ask, network, path, waits, onWait } = await openCut();
    onWait.run = async () => {
      path.failure = undefined;
      network.faults.controlCodes = waits.length < 3 ? { resume: 'WORKER_LOST' } : {};
    };
    expect((await ask()).text).toBe('one two three four');
    expect(waits).toHaveLength(3);
  });

  it('rejects: with the verified part, after about twenty seconds', async () => {
    const { cocoon, network, waits } = await openBreakable({}, { workers: [LONG] });
    await cocoon.chat(QUESTION);
    // From now on somebody in front answers in the proxy's place.
    Object.assign(network.faults, { breakAfterRecords: CUT_AFTER, controlStatus: 502 });
    const error: unknown = await cocoon.chat(QUESTION).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(TruncatedError);
    expect(error).toMatchObject({ code: 'STREAM_TRUNCATED', details: { items: 1 } });
    if (error instanceof TruncatedError) expect(error.prefix[0]?.message.content).toBe('one');
    expect(waits).toHaveLength(8);
    const total = waits.reduce((sum, ms) => sum + ms, 0);
    expect(total).toBeGreaterThan(14_000);
    expect(total).toBeLessThan(25_000);
  });

  it('rejects: at once, when its ledger does not know the request any more', async () => {
    const { ask, network, path, waits, onWait } = await openCut();
    network.faults.noResume = true;
    onWait.run = () => {
      path.failure = undefined;
    };
    await expect(ask()).rejects.toMatchObject({ code: 'STREAM_TRUNCATED', details: { items: 1 } });
    // It had to be reached for that.
    expect(waits).toHaveLength(1);
  });

  it('rejects: a caller that stops while the client waits', async () => {
    const { cocoon, path, onWait } = await openCut();
    const abort = new AbortController();
    onWait.run = () => {
      abort.abort();
      return new Promise<void>(() => undefined);
    };
    const read = async () => {
      for await (const _ of cocoon.stream(QUESTION, { signal: abort.signal })) path.failure = 'refused';
    };
    await expect(read()).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('another proxy of the list', () => {
  it('accepts: the rest through one that keeps the same ledger, at once; it is told to stop there', async () => {
    const { network, options, waits } = await openClient({ workers: [LONG] });
    network.faults.breakAfterRecords = CUT_AFTER;
    let down = false;
    const others: string[] = [];
    // Two addresses of one proxy.
    const fetch: Fetch = async (input, init) => {
      const url = String(input);
      if (!url.startsWith(OTHER_URL) && down) throw broken('ECONNREFUSED');
      if (url.startsWith(OTHER_URL)) others.push(url.slice(OTHER_URL.length).split('/')[2] ?? '');
      return network.fetch(url.replace(OTHER_URL, network.url), init);
    };
    const cocoon = createCocoon({ ...options, proxy: [network.url, OTHER_URL], fetch });
    const stream = cocoon.stream(QUESTION);
    let text = '';
    for await (const { choices } of stream) {
      down = true;
      text += choices[0]?.delta.content ?? '';
      if (text === 'one two') await stream.cancel();
    }
    expect(text).toMatch(/^one two/);
    expect(waits).toEqual([]);
    // Evidence, the rest, the end.
    expect(others).toEqual(['evidence', 'ctl', 'ctl']);
    expect((await stream.receipt).receipt.finish).toBe('cancelled');
  });

  it('rejects: one with another ledger is not asked', async () => {
    const { network, options } = await openClient({ workers: [LONG] });
    const { other, both } = await withSecondProxy(network, options);
    network.faults.breakAfterRecords = CUT_AFTER;
    let down = false;
    const events: CocoonEvent[] = [];
    const fetch: Fetch = async (input, init) => {
      if (down && !String(input).startsWith(OTHER_URL)) throw broken('ECONNREFUSED');
      return (both.fetch ?? network.fetch)(input, init);
    };
    const cocoon = createCocoon({ ...both, fetch, onEvent: (event) => events.push(event) });
    const read = async () => {
      for await (const _ of cocoon.stream(QUESTION)) down = true;
    };
    await expect(read()).rejects.toMatchObject({ code: 'STREAM_TRUNCATED' });
    expect(new Set(other.requests.map(({ path }) => path))).toEqual(new Set(['/v1/evidence']));
    expect(events.filter(({ type }) => type === 'resumed')).toEqual([]);
  });
});
