// What is refused before a byte is encrypted?
import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../src/chat-types.js';
import { createCocoon } from '../src/client.js';
import { CocoonError } from '../src/errors.js';
import { openClient, QUESTION, sentRequests } from './support/open-client.js';

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
