// The page in a real browser, against a network of real processes.
import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPage } from '../06-whole-network/open-page.mjs';
import { noBrowser, openBrowser } from './support/chromium.js';
import { startWholeNetwork, type WholeNetwork } from './support/whole-network.js';

if (noBrowser !== undefined) process.stderr.write(`browser tests ${noBrowser}\n`);

describe.skipIf(noBrowser !== undefined)('the browser page', () => {
  let network: WholeNetwork;
  let served: Awaited<ReturnType<typeof openPage>>;
  let browser: Awaited<ReturnType<typeof openBrowser>>;

  beforeAll(async () => {
    network = await startWholeNetwork();
    const cocoon = network.client();
    await cocoon.verify();
    const audience = cocoon.status().proxies[0]?.audience;
    cocoon.close();
    served = await openPage(network.parts, { account: network.account, audience });
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    await network?.stop();
  });

  /** Opens the page; whatever it says on the console, and wherever it connects, is kept. */
  async function visit(prepare: (page: Page) => Promise<unknown> = async () => undefined) {
    const page = await browser.context.newPage();
    const complaints: string[] = [];
    const requests: { url: string; method: string }[] = [];
    page.on('console', (message) => {
      if (message.type() !== 'log') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push({ url: request.url(), method: request.method() }));
    await prepare(page);
    await page.goto(served.url);
    await page.waitForSelector('html[data-ready=yes]');
    return { page, complaints, requests };
  }

  /** Whether this browser computes ML-KEM itself. */
  const hasMlKem = (page: Page) => page.evaluate(() => 'encapsulateBits' in crypto.subtle);
  const loaded = (requests: readonly { url: string }[], part: string) =>
    requests.some(({ url }) => new URL(url).pathname.startsWith(`/${part}-`));

  async function summarize(page: Page, text: string): Promise<string> {
    await page.fill('#text', text);
    await page.click('#send');
    await page.waitForSelector('#receipt:not([hidden])');
    return (await page.textContent('#answer')) ?? '';
  }

  const TEXT =
    'The bridge over the river was closed on Monday. Engineers found a crack in the northern pillar of the bridge. ' +
    'The bridge will be repaired before winter, and buses cross the river at the old mill until then. ' +
    'A bakery near the mill sells plum cake. The repair of the bridge pillar costs two million.';

  it('verifies, seals, shows the answer, the bill and the proof, and says SIMULATED TDX', async () => {
    const { page, complaints, requests } = await visit();
    expect(await page.isVisible('#simulated')).toBe(true);
    expect(await page.textContent('#simulated')).toContain('SIMULATED TDX');
    const answer = await summarize(page, TEXT);
    expect(answer.length).toBeGreaterThan(0);
    for (const sentence of answer.split('\n').filter(Boolean)) expect(TEXT).toContain(sentence.trim());
    expect(await page.textContent('#receipt')).toContain('nanoTON');
    expect(await page.textContent('#summary')).toContain('all passed');
    expect(await page.locator('#checks tr').count()).toBeGreaterThan(10);
    expect(complaints).toEqual([]);

    const pageOrigin = new URL(served.url).origin;
    const proxyOrigin = new URL(network.proxy).origin;
    expect([...new Set(requests.map(({ url }) => new URL(url).origin))].sort()).toEqual(
      [pageOrigin, proxyOrigin].sort(),
    );
    // What the browser cannot do is loaded from the page's own origin, and nothing else is.
    const own = await hasMlKem(page);
    expect(loaded(requests, 'ml-kem')).toBe(!own);
    expect(loaded(requests, 'web-ml-kem')).toBe(own);
    // No preflight: the first call from a page costs no extra round trip.
    expect(requests.filter(({ method }) => method === 'OPTIONS')).toEqual([]);
    mkdirSync('.cocoonkit', { recursive: true });
    await page.screenshot({ path: '.cocoonkit/browser-page.png', fullPage: true });
    await page.close();
  });

  it('works the same where the browser lacks X25519, Ed25519, AES-GCM and ML-KEM in WebCrypto', async () => {
    const { page, complaints, requests } = await visit((fresh) =>
      fresh.addInitScript(() => {
        Reflect.deleteProperty(SubtleCrypto.prototype, 'encapsulateBits');
        const missing = /^(x25519|ed25519|aes-gcm)$/i;
        const named = (algorithm: unknown): string =>
          typeof algorithm === 'string' ? algorithm : String((algorithm as { name?: unknown } | null)?.name);
        for (const name of [
          'importKey',
          'generateKey',
          'deriveBits',
          'encrypt',
          'decrypt',
          'sign',
          'verify',
        ] as const) {
          const original = SubtleCrypto.prototype[name] as (...args: unknown[]) => Promise<unknown>;
          Reflect.set(SubtleCrypto.prototype, name, function (this: SubtleCrypto, ...args: unknown[]) {
            if (args.some((argument) => missing.test(named(argument)))) {
              return Promise.reject(new DOMException('not supported', 'NotSupportedError'));
            }
            return original.apply(this, args);
          });
        }
      }),
    );
    expect((await summarize(page, TEXT)).length).toBeGreaterThan(0);
    expect(loaded(requests, 'noble')).toBe(true);
    expect(loaded(requests, 'ml-kem')).toBe(true);
    expect(loaded(requests, 'web-ml-kem')).toBe(false);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('asks for ML-KEM before the evidence is there, not after it', async () => {
    let asked: Promise<unknown> | undefined;
    const { page } = await visit(async (fresh) => {
      asked = fresh.waitForRequest(/\/(web-)?ml-kem-/, { timeout: 120_000 });
      // Held back until then: a page that loads one after the other never gets it.
      await fresh.route('**/v1/evidence*', async (route) => {
        await asked;
        await route.continue();
      });
    });
    expect(await page.isDisabled('#send')).toBe(false);
    await page.close();
  });

  it('rejects: with a code and a remedy where ML-KEM does not load, and works once it does', async () => {
    let cut = true;
    const { page } = await visit((fresh) =>
      fresh.route(/\/(web-)?ml-kem-/, (route) => (cut ? route.abort() : route.continue())),
    );
    const said = await page.textContent('#state');
    expect(said).toContain('PART_NOT_LOADED');
    expect(said).toContain('reload the page');
    expect(await page.isDisabled('#send')).toBe(true);
    cut = false;
    await page.reload();
    await page.waitForSelector('html[data-ready=yes]');
    expect((await summarize(page, TEXT)).length).toBeGreaterThan(0);
    await page.close();
  });

  it('rejects: a page cannot fetch from anywhere but the proxy', async () => {
    const { page } = await visit();
    const outcome = await page.evaluate(
      (url) =>
        fetch(url).then(
          () => 'fetched',
          (error: Error) => error.name,
        ),
      network.parts.registry,
    );
    expect(outcome).toBe('TypeError');
    await page.close();
  });

  it('rejects: machines under a simulated root when the page does not name one', async () => {
    const { page } = await visit((fresh) =>
      fresh.route('**/network.js', async (route) => {
        const response = await route.fetch();
        const body = (await response.text()).replace(/"simulatedRoot":"[0-9a-f]+",?/, '');
        await route.fulfill({ response, body });
      }),
    );
    expect(await page.textContent('#state')).toContain('ATTESTATION_UNTRUSTED_ROOT');
    expect(await page.isDisabled('#send')).toBe(true);
    await page.close();
  });
});
