// Which network is measured? The proxy as an operator starts it, a process of its own, beside a registry in this one.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { simulatedRules, startRegistry } from '@cocoonkit/proxy';

/** All that a generator needs to join. */
export interface Joining {
  readonly proxyUrl: string;
  readonly registryUrl: string;
  readonly registryKey: string;
  readonly adminUrl: string;
  readonly adminToken: string;
}

export interface BenchProxy {
  readonly joining: Joining;
  readonly pid: number;
  stop(): Promise<void>;
}

/** `limits`: `name=value`. Everything it writes is in a temporary folder. */
export async function startBenchProxy(limits: readonly string[]): Promise<BenchProxy> {
  const dir = mkdtempSync(join(tmpdir(), 'cocoonkit-bench-'));
  const registry = await startRegistry({
    dir: join(dir, 'registry'),
    measurements: await simulatedRules(),
    now: () => new Date(),
    random: (length) => new Uint8Array(randomBytes(length)),
  });
  const { url: registryUrl, publicKey: registryKey } = registry;
  // Seen from the compiled benchmark, one folder above this file.
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const proxyDir = join(dir, 'proxy');
  const trust = ['--registry', registryUrl, '--registry-key', registryKey, '--quote', 'simulated'];
  const all = limits.flatMap((limit) => ['--limit', limit]);
  const child = spawn(process.execPath, [main, 'serve', ...trust, '--dir', proxyDir, ...all, '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  const said: unknown = JSON.parse(String(line));
  const { url, adminUrl } = Object(said);
  return {
    joining: {
      proxyUrl: String(url),
      adminUrl: String(adminUrl),
      adminToken: readFileSync(join(proxyDir, 'admin.token'), 'utf8').trim(),
      registryUrl,
      registryKey,
    },
    pid: child.pid ?? 0,
    async stop() {
      await ended(child);
      await registry.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** What was measured is over: nothing needs to be drained. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
