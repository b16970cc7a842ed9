// Does the client do what its README says: requests, retries, money, limits, concurrency, privacy?
import { describe, expect, it } from 'vitest';
import { Account, accountFromSeed, createAccount } from '../src/account/account.js';
import { createGrantKey, parseGrant } from '../src/account/grant.js';
import { issueGrant } from '../src/account/issue-grant.js';
import type { ChatRequest } from '../src/chat-types.js';
import { createCocoon } from '../src/client.js';
import { CocoonError } from '../src/errors.js';
import { toHex } from '../src/internal/bytes.js';
import { createMemoryNetwork, textChunks } from '../src/testing/index.js';
import { openClient, QUESTION, sentRequests } from './support/open-client.js';

describe('chat', () => {
  it('accepts: three round trips before the first request, then one each', async () => {
    const { network, cocoon } = await openClient();
    await cocoon.chat(QUESTION);
    expect(network.requests.map(({ path }) => path.split('/')[2])).toEqual([
      'evidence',
      'ctl',
      'ctl',
      'infer',
    ]);
    const received = network.requests.slice(0, 3).reduce((sum, request) => sum + request.received, 0);
    expect(received).toBeLessThanOrEqual(80_000);
    await cocoon.chat(QUESTION);
    expect(network.requests).toHaveLength(5);
  });

  it('privacy: requests carry no content type and no header of ours, so browsers send no preflight', async () => {
    const { network, cocoon } = await openClient();
    await cocoon.chat(QUESTION);
    for (const { headers } of network.requests) expect(headers).toEqual({});
  });

  it('accepts: the OpenAI shape with usage, charge and receipt', async () => {
    const { cocoon } = await openClient();
    const reply = await cocoon.chat(QUESTION);
    expect(reply).toMatchObject({
      id: 'chatcmpl-memory',
      object: 'chat.completion',
      model: 'simulated-model',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hello there' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 },
      charge: { tokens: 29n, client: 580n, worker: 551n, proxy: 29n },
    });
    expect(JSON.parse(JSON.stringify(reply))).toMatchObject({
      charge: { client: '580' },
      report: { simulated: true },
    });
  });

  it('accepts: tool calls by index, reasoning apart, logprobs and several choices', async () => {
    const base = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'simulated-model' };
    const chunk = (index: number, delta: unknown, more = {}) => ({
      ...base,
      choices: [{ index, delta, ...more }],
    });
    const call = (index: number, id: string | undefined, name: string | undefined, text: string) => ({
      tool_calls: [
        { index, ...(id && { id, type: 'function' }), function: { ...(name && { name }), arguments: text } },
      ],
    });
    const chunks = [
      chunk(0, { role: 'assistant', content: null }),
      chunk(0, { reasoning_content: 'let me ' }),
      chunk(0, call(1, 'b', 'second', '{"b":')),
      chunk(0, call(0, 'a', 'first', '{')),
      chunk(0, { reasoning_content: 'think' }),
      chunk(0, call(0, undefined, undefined, '"a":1}')),
      chunk(0, call(1, undefined, undefined, '2}')),
      chunk(
        1,
        { content: 'other' },
        { logprobs: { content: [{ token: 'other', logprob: -1 }] }, finish_reason: 'stop' },
      ),
      chunk(0, {}, { finish_reason: 'tool_calls' }),
    ];
    const { cocoon } = await openClient({ workers: [{ model: () => ({ chunks, finish: 'tool_calls' }) }] });
    const { choices } = await cocoon.chat({ ...QUESTION, n: 2, tools: [{ type: 'function' }] });
    expect(choices).toEqual([
      {
        index: 0,
        finish_reason: 'tool_calls',
        logprobs: null,
        message: {
          role: 'assistant',
          content: null,
          refusal: null,
          reasoning_content: 'let me think',
          tool_calls: [
            { id: 'a', type: 'function', function: { name: 'first', arguments: '{"a":1}' } },
            { id: 'b', type: 'function', function: { name: 'second', arguments: '{"b":2}' } },
          ],
        },
      },
      {
        index: 1,
        finish_reason: 'stop',
        logprobs: { content: [{ token: 'other', logprob: -1 }] },
        message: { role: 'assistant', content: 'other', refusal: null },
      },
    ]);
  });

  it('rejects: a chunk that is not one', async () => {
    const { cocoon } = await openClient({
      workers: [{ model: () => ({ chunks: [{ choices: [{ index: -1, delta: {} }] }] }) }],
    });
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'CHUNK_INVALID' });
  });

  it('accepts: fifty chats at once share one verification', async () => {
    const { network, cocoon, events } = await openClient();
    const replies = await Promise.all(Array.from({ length: 50 }, () => cocoon.chat(QUESTION)));
    expect(replies.every(({ text }) => text === 'Hello there')).toBe(true);
    expect(network.requests.filter(({ path }) => path === '/v1/evidence')).toHaveLength(1);
    expect(network.requests.filter(({ path }) => path.startsWith('/v1/ctl/'))).toHaveLength(2);
    expect(events.filter(({ type }) => type === 'verified')).toHaveLength(4);
    expect(new Set(network.charges.map(({ operation }) => operation)).size).toBe(50);
  });
});

describe('stream', () => {
  it('accepts: chunks, then receipt and report', async () => {
    const { cocoon } = await openClient();
    const stream = cocoon.stream(QUESTION);
    const texts: string[] = [];
    for await (const { choices } of stream) texts.push(choices[0]?.delta.content ?? '');
    expect(texts).toEqual(['Hello', ' there', '']);
    expect((await stream.receipt).receipt.tokens).toBe(29n);
    expect((await stream.report).passed).toBe(true);
    expect(await stream.resumeToken()).toMatch(/^ckresume1\.[\w-]+$/);
  });

  it('accepts: raw items are the engine’s bytes', async () => {
    const { cocoon } = await openClient();
    const raw: string[] = [];
    for await (const item of cocoon.stream(QUESTION).raw) raw.push(new TextDecoder().decode(item));
    expect(raw).toEqual(textChunks(['Hello', ' there']).map((chunk) => JSON.stringify(chunk)));
  });

  it('rejects: iterating twice', async () => {
    const { cocoon } = await openClient();
    const stream = cocoon.stream(QUESTION);
    for await (const _ of stream);
    expect(() => stream[Symbol.asyncIterator]()).toThrow(
      expect.objectContaining({ code: 'STREAM_CONSUMED' }),
    );
  });

  it('accepts: a slow reader slows the worker', async () => {
    let made = 0;
    async function* endless() {
      for (;;) {
        made++;
        yield* textChunks(['x']).slice(0, 1);
      }
    }
    const { cocoon } = await openClient({ workers: [{ model: () => ({ chunks: endless() }) }] });
    const stream = cocoon.stream(QUESTION);
    const reader = stream[Symbol.asyncIterator]();
    await reader.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(made).toBeLessThan(6);
    await reader.return?.();
    expect((await stream.receipt).receipt.finish).toBe('cancelled');
  });

  it('accepts: cancelling ends with a signed receipt for what was made', async () => {
    async function* endless() {
      for (;;) yield* textChunks(['x']).slice(0, 1);
    }
    const { cocoon } = await openClient({ workers: [{ model: () => ({ chunks: endless() }) }] });
    const stream = cocoon.stream(QUESTION);
    let count = 0;
    for await (const _ of stream) if (++count === 3) await stream.cancel();
    expect(count).toBeGreaterThanOrEqual(3);
    const { receipt } = await stream.receipt;
    expect(receipt.finish).toBe('cancelled');
    expect(receipt.tokens).toBeGreaterThan(0n);
  });

  it('rejects: an aborted call with ABORTED, and tells the worker', async () => {
    async function* endless() {
      for (;;) yield* textChunks(['x']).slice(0, 1);
    }
    const { network, cocoon } = await openClient({ workers: [{ model: () => ({ chunks: endless() }) }] });
    const controller = new AbortController();
    const stream = cocoon.stream(QUESTION, { signal: controller.signal });
    const read = async () => {
      let count = 0;
      for await (const _ of stream) if (++count === 2) controller.abort();
    };
    await expect(read()).rejects.toMatchObject({ code: 'ABORTED', kind: 'aborted' });
    await expect(stream.receipt).rejects.toMatchObject({ code: 'ABORTED' });
    await expect
      .poll(() => network.requests.filter(({ path }) => path.startsWith('/v1/ctl/')).length)
      .toBe(3);
  });

  it('rejects: a call that was aborted before it began sends nothing', async () => {
    const { network, cocoon } = await openClient();
    await expect(cocoon.chat(QUESTION, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expect(sentRequests(network)).toBe(0);
  });

  it('rejects: an answer that takes too long', async () => {
    async function* silent() {
      yield* textChunks(['x']).slice(0, 1);
      await new Promise(() => undefined);
    }
    const { cocoon } = await openClient({ workers: [{ model: () => ({ chunks: silent() }) }] });
    await expect(cocoon.chat(QUESTION, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'TIMEOUT' });
  });
});

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
    network.faults.refusals = [{ code: 'WORKER_BUSY' }];
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'WORKER_BUSY' });
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

describe('before anything is sealed', () => {
  const part = (url: string): ChatRequest => ({
    model: 'simulated-model',
    messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
  });
  const cases: Record<string, [code: string, request: ChatRequest]> = {
    'an image on the net': ['UNSUPPORTED_URL', part('https://example.org/x.png')],
    'a file on this machine': ['UNSUPPORTED_URL', part('file:///etc/passwd')],
    'an image for a model without eyes': ['MODEL_LACKS_FEATURE', part('data:image/png;base64,AA==')],
    'a task the model does not know': ['MODEL_LACKS_FEATURE', { ...QUESTION, cocoonkit: { task: 'search' } }],
    'no messages': ['REQUEST_INVALID', { model: 'simulated-model', messages: [] }],
    'max_tokens of zero': ['REQUEST_INVALID', { ...QUESTION, max_tokens: 0 }],
    'too many choices': ['REQUEST_INVALID', { ...QUESTION, n: 129 }],
    'an unknown model': ['MODEL_UNKNOWN', { ...QUESTION, model: 'nobody-runs-this' }],
  };
  for (const [name, [code, request]] of Object.entries(cases)) {
    it(`rejects: ${name}`, async () => {
      const { network, cocoon } = await openClient();
      await expect(cocoon.chat(request)).rejects.toMatchObject({ code });
      expect(sentRequests(network)).toBe(0);
    });
  }

  it('accepts: plain text for a model that only summarizes', async () => {
    const { cocoon } = await openClient({ workers: [{ claims: { features: ['summarize'] } }] });
    expect((await cocoon.chat({ ...QUESTION, cocoonkit: { task: 'summarize' } })).text).toBe('Hello there');
    expect((await cocoon.chat(QUESTION)).text).toBe('Hello there');
  });

  it('rejects: tools for a model that only summarizes', async () => {
    const { cocoon } = await openClient({ workers: [{ claims: { features: ['summarize'] } }] });
    await expect(cocoon.chat({ ...QUESTION, tools: [{}] })).rejects.toMatchObject({
      code: 'MODEL_LACKS_FEATURE',
      details: { feature: 'tools' },
    });
  });

  it('rejects: an engine outside the attested machine, unless allowed', async () => {
    const workers = [{ claims: { features: ['chat', 'external-engine'] } }];
    const strict = await openClient({ workers }, { policy: { allowExternalEngine: false } });
    await expect(strict.cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'EXTERNAL_ENGINE_REFUSED' });
    const open = await openClient({ workers }, { policy: { allowExternalEngine: true } });
    const { report } = await open.cocoon.chat(QUESTION);
    expect(report.lines.find(({ check }) => check === 'engine')).toMatchObject({ basis: 'assumed' });
  });

  it('rejects: prices above the policy, and another price table', async () => {
    const dear = await openClient(
      { workers: [{ claims: { coefficient: 5000 } }] },
      { policy: { maxCoefficient: 1000 } },
    );
    await expect(dear.cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'PRICE_ABOVE_CAP' });
    const other = await openClient({ workers: [{ claims: { priceDigest: new Uint8Array(32) } }] });
    await expect(other.cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'PRICE_MISMATCH' });
  });

  it('rejects: a request without an account, before any request', async () => {
    const { network, cocoon } = await openClient({}, { account: undefined });
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'ACCOUNT_REQUIRED' });
    expect(network.requests).toHaveLength(0);
    expect((await cocoon.models()).map(({ id }) => id)).toEqual(['simulated-model']);
    const before = network.requests.length;
    expect((await cocoon.verify({ model: 'simulated-model' })).lines.length).toBeGreaterThan(20);
    expect(network.requests.length).toBe(before + 3);
    await cocoon.verify({ model: 'simulated-model' });
    expect(network.requests.length).toBe(before + 6);
    expect(sentRequests(network)).toBe(0);
    await expect(cocoon.account()).rejects.toMatchObject({ code: 'ACCOUNT_REQUIRED' });
  });

  it('rejects: strict without a beacon source', async () => {
    const { network, options } = await openClient();
    const cocoon = createCocoon({ ...options, network: network.registry, policy: 'strict' });
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'BEACON_REQUIRED' });
  });

  it('accepts: strict seals to one machine; balanced without beacons says what nobody confirmed', async () => {
    const { network, options, cocoon } = await openClient({}, { policy: 'strict' });
    expect((await cocoon.chat(QUESTION)).report.candidates).toBe(1);
    const balanced = createCocoon({ ...options, network: network.registry, policy: 'balanced' });
    const { report } = await balanced.chat(QUESTION);
    expect(report.lines.find(({ check }) => check === 'freshness')?.actual).toContain('not confirmed');
    expect(report.notCovered.join()).toContain('old quote');
  });

  it('rejects: networks that are not shipped yet and options that make no sense', async () => {
    const { options } = await openClient();
    const code = (more: object) => {
      try {
        createCocoon({ ...options, ...more });
        return 'none';
      } catch (error) {
        return error instanceof CocoonError ? error.code : 'other';
      }
    };
    expect(code({ network: 'mainnet' })).toBe('NETWORK_NOT_AVAILABLE');
    expect(code({ proxy: 'ftp://x' })).toBe('OPTIONS_INVALID');
    expect(code({ proxy: 'http://user:pw@x' })).toBe('OPTIONS_INVALID');
    expect(code({ candidates: 9 })).toBe('OPTIONS_INVALID');
    expect(code({ policy: 'lax' })).toBe('OPTIONS_INVALID');
    expect(code({ policy: { suite: 3 } })).toBe('CLASSICAL_NOT_ALLOWED');
  });
});

describe('suites', () => {
  for (const suite of [2, 3] as const) {
    it(`accepts: suite ${suite} where machines offer it and the policy allows it`, async () => {
      const suites = [1, 2, 3] as const;
      const { cocoon } = await openClient(
        { workers: [{ suites }], proxy: { suites } },
        { policy: { suite, allowClassical: true } },
      );
      const { report } = await cocoon.chat(QUESTION);
      expect(report.notCovered.join().includes('quantum')).toBe(suite === 3);
    });
  }
  it('rejects: a suite no worker offers', async () => {
    const { cocoon } = await openClient({}, { policy: { suite: 3, allowClassical: true } });
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'UNSUPPORTED_SUITE' });
  });
});

describe('money', () => {
  it('rejects: an account that cannot pay, by the proxy’s word', async () => {
    const poor = await accountFromSeed(new Uint8Array(32).fill(9));
    const { network, cocoon } = await openClient({}, { account: poor });
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'ACCOUNT_UNKNOWN', kind: 'payment' });
    network.credit(poor.id, 10n);
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({
      code: 'INSUFFICIENT_FUNDS',
      source: 'proxy',
    });
  });

  it('accepts: the answer is shortened to what the account can pay, and the report says so', async () => {
    const poor = await accountFromSeed(new Uint8Array(32).fill(9));
    const { network, cocoon } = await openClient({}, { account: poor });
    network.credit(poor.id, 3_000n);
    await cocoon.account();
    const { report } = await cocoon.chat(QUESTION);
    expect(report.lines.find(({ check }) => check === 'answer length')?.actual).toContain('money');
  });

  it('accepts: money that came in meanwhile', async () => {
    const poor = await accountFromSeed(new Uint8Array(32).fill(9));
    const { network, cocoon } = await openClient({}, { account: poor });
    network.credit(poor.id, 500n);
    await cocoon.account();
    network.credit(poor.id, 1_000_000n);
    expect((await cocoon.chat(QUESTION)).text).toBe('Hello there');
  });

  it('rejects: less than 64 tokens of answer', async () => {
    const poor = await accountFromSeed(new Uint8Array(32).fill(9));
    const { network, cocoon } = await openClient({}, { account: poor });
    network.credit(poor.id, 500n);
    await cocoon.account();
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({
      code: 'INSUFFICIENT_FUNDS',
      source: 'local',
    });
    expect(sentRequests(network)).toBe(0);
  });

  it('rejects: a maxCost below any answer; accepts: one that shortens it', async () => {
    const { network, cocoon } = await openClient();
    await expect(cocoon.chat(QUESTION, { maxCost: 1000n })).rejects.toMatchObject({ code: 'COST_ABOVE_MAX' });
    expect(sentRequests(network)).toBe(0);
    const estimate = await cocoon.estimate(QUESTION, { maxCost: 40_000n });
    expect(estimate.nanoTonAtMost).toBeLessThanOrEqual(40_000n);
    expect(estimate.maxOutput).toBeGreaterThanOrEqual(64);
    expect((await cocoon.chat(QUESTION, { maxCost: 40_000n })).charge.client).toBe(580n);
  });

  it('accepts: grants, bearer and bound, and renewal when the proxy says one has expired', async () => {
    const { network, account, options } = await openClient();
    const { audience = '' } = network.proxy.manifest.proxy ?? {};
    const key = await createGrantKey();
    const bound = await issueGrant(account, {
      capTokens: 1_000_000n,
      audience,
      now: network.now(),
      subkey: key.publicKey,
    });
    await expect(parseGrant(bound)).rejects.toMatchObject({ code: 'GRANT_TEXT_INVALID' });
    const grant = await parseGrant(bound, { signer: key });
    expect((await createCocoon({ ...options, account: grant }).chat(QUESTION)).text).toBe('Hello there');

    let asked = 0;
    const renewing = createCocoon({
      ...options,
      account: async () => {
        asked++;
        return parseGrant(await issueGrant(account, { capTokens: 1_000_000n, audience, now: network.now() }));
      },
    });
    await Promise.all([renewing.chat(QUESTION), renewing.chat(QUESTION)]);
    expect(asked).toBe(1);
    network.faults.refusals = [{ code: 'GRANT_EXPIRED' }];
    await renewing.chat(QUESTION);
    expect(asked).toBe(2);
  });

  it('accepts: a chain of two grants; rejects: a third, and one that may not issue', async () => {
    const { network, account, options } = await openClient();
    const { audience = '' } = network.proxy.manifest.proxy ?? {};
    const terms = { capTokens: 1_000_000n, audience, now: network.now() };
    const issuer = await parseGrant(
      await issueGrant(account, { ...terms, mayIssue: true, lifeSeconds: 86_400 * 30 }),
    );
    const leaf = await parseGrant(await issueGrant(issuer, terms));
    expect((await createCocoon({ ...options, account: leaf }).chat(QUESTION)).text).toBe('Hello there');
    await expect(issueGrant(leaf, terms)).rejects.toMatchObject({ code: 'GRANT_CHAIN' });
    await expect(issueGrant(account, { ...terms, lifeSeconds: 86_401 })).rejects.toMatchObject({
      code: 'GRANT_LIFE',
    });
  });

  it('rejects: a grant for another ledger', async () => {
    const { network, account, options } = await openClient();
    const grant = await parseGrant(
      await issueGrant(account, { capTokens: 1_000_000n, audience: 'local:other', now: network.now() }),
    );
    await expect(createCocoon({ ...options, account: grant }).chat(QUESTION)).rejects.toMatchObject({
      code: 'GRANT_AUDIENCE',
    });
  });

  it('rejects: a function that returns no grant', async () => {
    const { options } = await openClient();
    const cocoon = createCocoon({ ...options, account: () => Promise.reject(new Error('offline')) });
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'GRANT_UNAVAILABLE' });
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

describe('privacy', () => {
  it('privacy: a prompt, an answer and keys are in no event, error, report, status or JSON of either', async () => {
    const prompt = 'zebra-prompt-4711';
    const answer = 'giraffe-answer-4712';
    const { account, seed } = await createAccount();
    const secrets = [prompt, answer, toHex(seed)];
    const { network, cocoon, events } = await openClient(
      { workers: [{ model: () => ({ chunks: textChunks([answer]) }) }] },
      { account },
    );
    network.credit(account.id, 1_000_000n);
    const request = { model: 'simulated-model', messages: [{ role: 'user' as const, content: prompt }] };
    const reply = await cocoon.chat(request);
    const errors: unknown[] = [];
    const broken = [
      { records: (r: Uint8Array[]) => r.slice(0, 3) },
      { records: (r: Uint8Array[]) => [...r.slice(0, 2), Uint8Array.of(9, 9, 9, 9, 9)] },
      { workerError: { code: 'REQUEST_INVALID', message: prompt } },
      { inferStatus: 500 },
    ];
    for (const faults of broken) {
      Object.assign(
        network.faults,
        { records: undefined, workerError: undefined, inferStatus: undefined },
        faults,
      );
      await cocoon.chat(request).catch((error: unknown) => errors.push(error));
    }
    expect(errors).toHaveLength(4);
    const { inspect } = await import('node:util');
    const shown = [
      ...events.map((event) => inspect(event, { depth: 9 })),
      ...errors.map((error) => `${inspect(error, { depth: 9 })}${JSON.stringify(error)}${String(error)}`),
      reply.report.export(),
      reply.report.toString(),
      inspect(cocoon.status(), { depth: 9 }),
      inspect(account, { depth: 9, showHidden: true }),
      JSON.stringify(account),
    ].join('\n');
    for (const secret of secrets) expect(shown).not.toContain(secret);
    const sent = network.requests.map(({ path }) => path).join();
    expect(sent).not.toContain('simulated-model');
    expect(account).toBeInstanceOf(Account);
  });

  it('privacy: the network sees neither model nor account nor text', async () => {
    const bodies: string[] = [];
    const { network, options, account } = await openClient();
    const spy: typeof globalThis.fetch = async (input, init) => {
      if (init?.body instanceof ArrayBuffer) bodies.push(Buffer.from(init.body).toString('latin1'));
      return network.fetch(input, init);
    };
    await createCocoon({ ...options, fetch: spy }).chat(QUESTION);
    const all = bodies.join('');
    expect(bodies.length).toBe(3);
    for (const text of [
      'simulated-model',
      'messages',
      Buffer.from(account.key.walletPublicKey).toString('latin1'),
    ]) {
      expect(all).not.toContain(text);
    }
  });
});

describe('report', () => {
  it('accepts: an export that holds the evidence, and says what is simulated and not covered', async () => {
    const network = await createMemoryNetwork();
    const { url, fetch, registry, beacons, anchor, now } = network;
    const cocoon = createCocoon({ proxy: url, network: { registry, beacons }, anchor, fetch, now });
    const report = await cocoon.verify({ model: 'simulated-model' });
    const exported = JSON.parse(report.export());
    expect(exported).toMatchObject({
      label: 'SIMULATED TDX',
      simulated: true,
      route: 'sealed',
      candidates: 3,
    });
    expect(exported.evidence).toHaveLength(4);
    expect(report.toString()).toMatch(/^SIMULATED TDX/);
    expect(report.weakest).toBe('assumed');
    // Under a published key nothing about the machines may be called proven.
    const machine = report.lines.filter(({ machine }) => /^(proxy|worker) /.test(machine));
    expect(machine.filter(({ basis }) => basis === 'proven')).toEqual([]);
    expect(report.notCovered.join()).toMatch(/physical attacks.*side channels/s);
  });
});
