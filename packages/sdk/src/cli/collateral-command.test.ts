// Does `cocoonkit collateral fetch` write a file that verifies the quote, in both formats, and fail in plain words?
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type PcsServer, startPcs } from '../../test/support/pcs-server.js';
import { PCS_NOW, PCS_QUOTE, realAnswers } from '../../test/support/pcs-vectors.js';
import { createProgram } from './program.js';

let pcs: PcsServer;
let dir: string;
let quote: string;
beforeEach(async () => {
  pcs = await startPcs(realAnswers(), 'pccs');
  dir = mkdtempSync(join(tmpdir(), 'cocoonkit-cli-collateral-'));
  quote = join(dir, 'quote.bin');
  writeFileSync(quote, PCS_QUOTE);
});
afterEach(async () => {
  rmSync(dir, { recursive: true, force: true });
  await pcs.stop();
});

async function run(...args: string[]): Promise<{ code: number; out: string; notes: string }> {
  let [out, notes, code] = ['', '', -1];
  const program = createProgram({
    output: {
      out: (text) => {
        out += text;
      },
      note: (text) => {
        notes += text;
      },
    },
    now: () => PCS_NOW,
    signal: new AbortController().signal,
    exit: (value) => {
      code = value;
    },
  });
  await program.parseAsync(args, { from: 'user' });
  return { code, out, notes };
}

for (const format of ['staple', 'json']) {
  it(`accepts: a quote’s collateral from a PCCS as ${format}, which then verifies it`, async () => {
    const out = join(dir, format);
    const fetched = await run(
      ...['collateral', 'fetch', quote, '--pccs', pcs.url, '--out', out, '--format', format, '--json'],
    );
    expect(fetched.code).toBe(0);
    const bytes = readFileSync(out);
    const platform = { fmspc: '00806f050000', ca: 'platform' };
    expect(JSON.parse(fetched.out)).toEqual({ file: out, format, bytes: bytes.length, ...platform });
    expect(fetched.notes).toContain('not verified');
    expect(bytes[0]).toBe(format === 'json' ? '{'.charCodeAt(0) : 0);
    const verified = await run('verify', quote, '--collateral', out, '--json');
    expect(verified).toMatchObject({ code: 0 });
  });
}

it('rejects: an unknown platform, a number that is none and a file that is no quote, and writes nothing', async () => {
  const out = join(dir, 'out');
  const fetch = ['collateral', 'fetch', quote, '--pccs', pcs.url, '--out', out];
  pcs.fault = (request, response) => {
    if (request.url?.startsWith('/tdx/certification/v4/tcb') !== true) return false;
    response.writeHead(404).end();
    return true;
  };
  const failed = await run(...fetch);
  expect(failed.code).toBe(1);
  expect(failed.notes).toMatch(/^COLLATERAL_UNKNOWN_PLATFORM: /);
  expect((await run(...fetch, '--number', 'many')).notes).toMatch(/^NUMBER_INVALID: /);
  writeFileSync(quote, 'hello world');
  expect((await run(...fetch)).notes).toMatch(/^ATTESTATION_QUOTE: /);
  expect(existsSync(out)).toBe(false);
});
