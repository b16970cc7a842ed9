// `npm run demo` as a newcomer runs it: a process, its output, its report, and what it leaves behind.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { startUpstream } from '../../packages/worker/test-support/upstream/start-upstream.js';

const run = promisify(execFile);
const ROOT = new URL('../../', import.meta.url).pathname;
const dir = mkdtempSync(join(tmpdir(), 'cocoonkit-demo-test-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface DemoReport {
  simulated: boolean;
  verification: { passed: boolean; check: string; machine: string }[];
  candidates: number;
  answer: string;
  usage: { prompt: number; completion: number };
  receipt: { tokens: string; finish: string };
  charge: { client: string; worker: string; proxy: string };
  pids: Record<string, number>;
  timingsMs: Record<string, number>;
}

async function demo(...args: string[]): Promise<{ output: string; report: DemoReport }> {
  const file = join(dir, `report-${args.length}.json`);
  const { stdout } = await run(
    process.execPath,
    [join(ROOT, 'scripts/demo.mjs'), '--once', '--report', file, ...args],
    {
      cwd: ROOT,
      maxBuffer: 16 * 1024 * 1024,
    },
  );
  return { output: stdout, report: JSON.parse(readFileSync(file, 'utf8')) as DemoReport };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('npm run demo', () => {
  it('verifies, summarizes, bills and ends by itself, leaving nothing behind', async () => {
    const before = execFileSync('git', ['status', '--porcelain'], { cwd: ROOT, encoding: 'utf8' });
    const { output, report } = await demo();

    expect(output).toContain('SIMULATED TDX');
    expect(output).toContain('ledger only, no chain yet');
    expect(output).toContain('cocoonkit/extractive, not a language model');
    expect(report.simulated).toBe(true);
    expect(report.candidates).toBe(2);
    expect(report.verification.length).toBeGreaterThan(20);
    expect(report.verification.every(({ passed }) => passed)).toBe(true);

    const document = readFileSync(join(ROOT, 'examples/06-whole-network/document.txt'), 'utf8');
    const sentences = report.answer.split('\n').filter((line) => line.trim() !== '');
    expect(sentences.length).toBeGreaterThan(0);
    for (const sentence of sentences) expect(document).toContain(sentence.trim());

    const tokens = BigInt(report.receipt.tokens);
    expect(tokens > 0n).toBe(true);
    expect(report.charge).toEqual({
      client: String(tokens * 20n),
      worker: String(tokens * 19n),
      proxy: String(tokens),
    });

    expect(Object.keys(report.pids)).toEqual(
      expect.arrayContaining(['registry', 'proxy', 'worker 1', 'worker 2']),
    );
    expect(Object.values(report.pids).filter(isAlive)).toEqual([]);
    expect(execFileSync('git', ['status', '--porcelain'], { cwd: ROOT, encoding: 'utf8' })).toBe(before);
  });

  it('shows the bytes of a real OpenAI-compatible server', async () => {
    const upstream = await startUpstream([]);
    try {
      const { report } = await demo(
        '--upstream',
        upstream.url,
        '--model',
        'fake',
        '--prompt',
        'Why is the sky blue?',
      );
      const sent = (await upstream.sent('last')) as unknown as { payloads: string[] };
      const text = sent.payloads
        .filter((payload) => payload !== '[DONE]')
        .map((payload) => JSON.parse(payload) as { choices: { delta?: { content?: string } }[] })
        .map(({ choices }) => choices[0]?.delta?.content ?? '')
        .join('');
      expect(text.length).toBeGreaterThan(0);
      expect(report.answer).toBe(text);
    } finally {
      await upstream.stop();
    }
  });

  it('rejects: options that contradict each other, in one sentence', async () => {
    const failed = await run(process.execPath, [join(ROOT, 'scripts/demo.mjs'), '--once', '--hold'], {
      cwd: ROOT,
    }).catch((error: { code: number; stderr: string }) => error);
    expect(failed).toMatchObject({ code: 2 });
  });
});
