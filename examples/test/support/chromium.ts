// A headless Chromium, where the machine has one.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

const FOUND = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));

/** Why browser tests cannot run here, or undefined. */
export const noBrowser: string | undefined =
  FOUND === undefined ? 'skipped: no Chromium found; install Debian’s chromium or set CHROMIUM' : undefined;

/** A browser of its own with nothing kept from earlier runs, and no connections of its own. */
export async function openBrowser(): Promise<{ context: BrowserContext; close(): Promise<void> }> {
  const profile = mkdtempSync(join(tmpdir(), 'cocoonkit-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: FOUND ?? '',
    headless: true,
    viewport: { width: 900, height: 1200 },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return {
    context,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
