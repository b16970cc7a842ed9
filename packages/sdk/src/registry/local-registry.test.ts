// Is a registry snapshot trusted only under the pinned key, and read strictly?
import { describe, expect, it } from 'vitest';
import { platform } from '#platform';
import { toHex, utf8 } from '../internal/bytes.js';
import { labelledHash } from '../internal/labelled-hash.js';
import { LABELS } from '../protocol/labels.js';
import { DEFAULT_PRICES } from '../protocol/price.js';
import { fetchLocalRegistry } from './fetch-local-registry.js';
import { parseLocalRegistry, signLocalRegistry } from './local-registry.js';
import type { Registry } from './registry.js';

const REGISTRY: Registry = {
  network: `local:${'1f'.repeat(16)}`,
  source: 'local',
  prices: { ...DEFAULT_PRICES, pricePerToken: 10n ** 15n, workerPerToken: 19n },
  measurements: {
    worker: [{ name: 'w', mrtd: 'aa'.repeat(48), rtmr0: ['bb'.repeat(48), 'cc'.repeat(48)] }],
    proxy: [],
  },
  beaconUrl: 'http://127.0.0.1:1/',
  issuedAt: 1_772_366_400,
};
const signer = await platform.ed25519Signer(new Uint8Array(32).fill(3));

/** A snapshot with any content, correctly signed. */
async function signed(change: (snapshot: Record<string, unknown>) => unknown): Promise<Uint8Array> {
  const honest = JSON.parse(await signLocalRegistry(REGISTRY, signer));
  const snapshot = JSON.stringify(change(JSON.parse(honest.snapshot)));
  const signature = await signer.sign(labelledHash(LABELS.registry, utf8(snapshot)));
  return utf8(JSON.stringify({ snapshot, publicKey: toHex(signer.publicKey), signature: toHex(signature) }));
}

describe('parseLocalRegistry', () => {
  it('accepts: what signLocalRegistry wrote', async () => {
    const text = await signLocalRegistry(REGISTRY, signer);
    expect(await parseLocalRegistry(utf8(text), signer.publicKey)).toEqual(REGISTRY);
  });

  it('rejects: another key, an altered text, an altered signature', async () => {
    const text = await signLocalRegistry(REGISTRY, signer);
    const other = await platform.ed25519Signer(new Uint8Array(32).fill(4));
    const code = { code: 'REGISTRY_SIGNATURE' };
    await expect(parseLocalRegistry(utf8(text), other.publicKey)).rejects.toMatchObject(code);
    await expect(
      parseLocalRegistry(utf8(await signLocalRegistry(REGISTRY, other)), signer.publicKey),
    ).rejects.toMatchObject(code);
    await expect(
      parseLocalRegistry(utf8(text.replace('1772366400', '1772366401')), signer.publicKey),
    ).rejects.toMatchObject(code);
    const wrapper = JSON.parse(text);
    const flipped = {
      ...wrapper,
      signature: wrapper.signature.replace(/^./, (c: string) => (c === '0' ? '1' : '0')),
    };
    await expect(parseLocalRegistry(utf8(JSON.stringify(flipped)), signer.publicKey)).rejects.toMatchObject(
      code,
    );
  });

  const prices = (change: object) => (snapshot: Record<string, unknown>) => ({
    ...snapshot,
    prices: { ...Object(snapshot['prices']), ...change },
  });
  const cases: Record<string, (snapshot: Record<string, unknown>) => unknown> = {
    'another version': (s) => ({ ...s, version: 2 }),
    'a network that is not local': (s) => ({ ...s, network: 'ton' }),
    'no prices': (s) => ({ ...s, prices: undefined }),
    'a price as a number': prices({ pricePerToken: 20 }),
    'a negative price': prices({ pricePerToken: '-1' }),
    'workers that get more than clients pay': prices({ workerPerToken: '1000000000000001' }),
    'a fractional multiplier': prices({ promptMultiplier: 0.5 }),
    'measurements that are no list': (s) => ({ ...s, measurements: { worker: {}, proxy: [] } }),
    'no rules for proxies': (s) => ({ ...s, measurements: { worker: [] } }),
    'a rule with an unknown register': (s) => ({
      ...s,
      measurements: { worker: [{ mrdt: 'aa' }], proxy: [] },
    }),
    'a rule with a number': (s) => ({ ...s, measurements: { worker: [{ mrtd: 1 }], proxy: [] } }),
    'no time of issue': (s) => ({ ...s, issuedAt: undefined }),
  };
  for (const [name, change] of Object.entries(cases)) {
    it(`rejects: ${name}`, async () => {
      await expect(parseLocalRegistry(await signed(change), signer.publicKey)).rejects.toMatchObject({
        code: 'REGISTRY_INVALID',
      });
    });
  }

  it('rejects: duplicate keys, text that is no JSON, and more than the limit', async () => {
    await expect(
      parseLocalRegistry(utf8('{"snapshot":"a","snapshot":"b"}'), signer.publicKey),
    ).rejects.toMatchObject({ code: 'MALFORMED' });
    await expect(parseLocalRegistry(utf8('<html>'), signer.publicKey)).rejects.toMatchObject({
      code: 'MALFORMED',
    });
    await expect(parseLocalRegistry(new Uint8Array(262_145), signer.publicKey)).rejects.toMatchObject({
      code: 'REGISTRY_INVALID',
    });
  });
});

describe('fetchLocalRegistry', () => {
  const serve =
    (body: string | Uint8Array<ArrayBuffer>, status = 200): typeof globalThis.fetch =>
    async () =>
      new Response(body, { status });

  it('accepts: a snapshot from anybody, because the key is pinned', async () => {
    const fetch = serve(await signLocalRegistry(REGISTRY, signer));
    expect(
      (await fetchLocalRegistry('http://x.invalid/registry.json', signer.publicKey, fetch)).network,
    ).toBe(REGISTRY.network);
  });

  it('rejects: a status, a failure, and an endless answer', async () => {
    const code = { code: 'REGISTRY_UNAVAILABLE' };
    await expect(
      fetchLocalRegistry('http://x.invalid', signer.publicKey, serve('no', 500)),
    ).rejects.toMatchObject(code);
    await expect(
      fetchLocalRegistry('http://x.invalid', signer.publicKey, () => Promise.reject(new TypeError('down'))),
    ).rejects.toMatchObject(code);
    await expect(
      fetchLocalRegistry('http://x.invalid', signer.publicKey, serve(new Uint8Array(262_145))),
    ).rejects.toMatchObject(code);
  });
});
