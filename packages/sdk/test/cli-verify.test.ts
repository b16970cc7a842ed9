// Does the built `cocoonkit verify` judge every real quote, however it was saved, as Intel's library does?
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimsFromJson } from '../src/attestation/claims-json.js';
import { createSimulatedTdx } from '../src/testing/index.js';

const COMMAND = fileURLToPath(new URL('../bin/cocoonkit.js', import.meta.url));
const VECTORS = fileURLToPath(new URL('../spec/vectors/quotes/', import.meta.url));
const NOW = new Date('2026-03-01T12:00:00Z');
const AT = String(NOW.getTime() / 1000);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cocoonkit-verify-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(args: readonly string[], stdin?: Uint8Array | string) {
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let [out, notes] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    notes += text;
  });
  // A command that ends before it read everything closes the pipe.
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, out, notes };
}

const save = async (name: string, content: Uint8Array | string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

const hex = (bytes: Buffer) => bytes.toString('hex');
const base64 = (bytes: Buffer) => bytes.toString('base64');
const base64url = (bytes: Buffer) => bytes.toString('base64url');
const ENCODINGS: readonly [string, (quote: Buffer) => Buffer | string][] = [
  ['binary', (quote) => quote],
  ['binary in a zero-padded buffer', (quote) => Buffer.concat([quote, Buffer.alloc(16_000 - quote.length)])],
  ['hex', hex],
  ['0x hex in upper case with a line end', (quote) => `0x${hex(quote).toUpperCase()}\r\n`],
  ['hex broken into lines', (quote) => hex(quote).replaceAll(/.{64}/g, '$&\n')],
  ['base64', (quote) => `${base64(quote)}\n`],
  ['base64 broken into lines', (quote) => base64(quote).replaceAll(/.{76}/g, '$&\n')],
  ['base64url', base64url],
  ['text in a zero-padded buffer', (quote) => `${hex(quote)}${'\0'.repeat(100)}`],
  ['JSON with hex', (quote) => JSON.stringify({ quote: hex(quote), event_log: '[]' })],
  ['JSON with base64', (quote) => JSON.stringify({ tdx_quote: base64(quote), cc_eventlog: 'AAAA' })],
  ['a JSON text', (quote) => JSON.stringify(`0x${hex(quote)}`)],
  ['nested JSON', (quote) => JSON.stringify({ data: { attestation: { intel_quote: hex(quote) } } })],
  ['JSON in JSON', (quote) => JSON.stringify({ attestation: JSON.stringify({ quote: base64url(quote) }) })],
  ['JSON with a list of bytes', (quote) => JSON.stringify({ quote: [...quote] })],
  ['JSON with the quote twice', (quote) => JSON.stringify({ quote: hex(quote), rawQuote: base64(quote) })],
  [
    'a dstack attestation',
    (quote) => {
      const length = (quote.length << 2) | 1;
      return Buffer.concat([Buffer.of(0, 0, length & 255, length >> 8), quote, Buffer.from('more')]);
    },
  ],
];

interface RealCase {
  quote: string;
  collateral: string;
  now: number;
  outcome: 'accept' | 'reject';
  code?: string;
  status?: string;
}
const cases: RealCase[] = JSON.parse(readFileSync(join(VECTORS, 'cases.json'), 'utf8'));

function expectReadable(out: string): void {
  const lines = out.trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(30);
  // The verdict is one whole sentence.
  expect(lines.slice(0, 3)).toEqual([expect.stringMatching(/\.$/), '', 'Proven']);
  expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(80);
  expect(lines.filter((line) => /^(Proven|Not proven|What to do)$/.test(line))).toHaveLength(3);
}

describe('every real quote, in every encoding', () => {
  cases.forEach((entry, index) => {
    const [encoding, encode] = ENCODINGS[index % ENCODINGS.length] ?? ['binary', (quote: Buffer) => quote];
    const expected = entry.outcome === 'accept' ? entry.status : entry.code;
    it(`${entry.outcome}s: ${entry.quote} with ${entry.collateral}, ${encoding}: ${expected}`, async () => {
      const content = encode(readFileSync(join(VECTORS, entry.quote)));
      const stdin = index % 2 === 0;
      const quote = stdin ? '-' : await save(`quote-${index}`, content);
      const args = ['verify', quote, '--collateral', join(VECTORS, entry.collateral), '--at', `${entry.now}`];
      const asJson = index % 3 === 0;
      const { code, out, notes } = await run(
        asJson ? [...args, '--json'] : args,
        stdin ? content : undefined,
      );
      expect(notes).toBe('');
      // Without a policy only the best status is accepted.
      const accepted = entry.outcome === 'accept' && entry.status === 'UpToDate';
      const reason = `ATTESTATION_${entry.code ?? 'TCB_STATUS'}`;
      expect(code).toBe(accepted ? 0 : 1);
      if (!asJson) {
        expectReadable(out);
        expect(out).toMatch(
          accepted ? /^Accepted: .*UpToDate/ : new RegExp(`^Rejected: (.*\\n)* {4}${reason}\\n`),
        );
        return;
      }
      expect(JSON.parse(out)).toMatchObject(
        accepted
          ? {
              outcome: 'accept',
              status: 'UpToDate',
              simulated: false,
              notJudged: ['measurements', 'reportData'],
            }
          : { outcome: 'reject', code: reason, stage: expect.any(String), simulated: false },
      );
      // What only the policy refuses is genuine: its status and claims are shown all the same.
      const verdict = JSON.parse(out);
      expect(verdict.status !== undefined).toBe(accepted || verdict.stage === 'policy');
      expect(verdict.checks.length > 0).toBe(verdict.status !== undefined);
      if (entry.outcome === 'accept') expect(verdict.status).toBe(entry.status);
      if (verdict.claims !== undefined)
        expect(claimsFromJson(JSON.stringify(verdict.claims)).tcb.status).toBe(verdict.status);
    });
  });

  for (const [encoding, encode] of ENCODINGS) {
    it(`accepts: ${encoding}`, async () => {
      const entry = cases.find(({ quote }) => quote.endsWith('phala-v4-b0c0.dat'));
      const content = encode(readFileSync(join(VECTORS, entry?.quote ?? '')));
      const args = [
        'verify',
        '-',
        '--collateral',
        join(VECTORS, entry?.collateral ?? ''),
        '--at',
        `${entry?.now}`,
      ];
      expect((await run(args, content)).code).toBe(0);
    });
  }

  it('accepts: files as dstack publishes them', async () => {
    const entry = cases.find(({ quote }) => quote.endsWith('dstack-quote-report.dat'));
    const rest = ['--collateral', join(VECTORS, entry?.collateral ?? ''), '--at', `${entry?.now}`];
    expect(await run(['verify', join(VECTORS, 'encodings/dstack-quote-report.json'), ...rest])).toMatchObject(
      {
        code: 0,
        out: expect.stringContaining('UpToDate'),
      },
    );
    // Of another platform: read, and refused for what it is.
    const lite = await run(['verify', join(VECTORS, 'encodings/dstack-tdx-lite-attestation.json'), ...rest]);
    expect(lite.code).toBe(1);
    expect(lite.out).not.toMatch(/ATTESTATION_QUOTE\b/);
  });

  it('accepts: the boot log of the machine; rejects: a log of another one', async () => {
    const LOGS = join(VECTORS, '../eventlog');
    const entry = cases.find(
      ({ quote, outcome }) => quote.endsWith('gcp-cos113-quote.dat') && outcome === 'accept',
    );
    const args = [
      ...[
        'verify',
        join(VECTORS, entry?.quote ?? ''),
        '--collateral',
        join(VECTORS, entry?.collateral ?? ''),
      ],
      ...['--at', `${entry?.now}`, '--event-log'],
    ];
    const own = await run([...args, join(LOGS, 'gcp-cos113-ccel_data.dat')]);
    expect(own.code).toBe(0);
    expect(own.out.replace(/\s+/g, ' ')).toContain('The boot log’s 43 events give the quoted registers.');
    expectReadable(own.out);
    const json = await run([...args, join(LOGS, 'gcp-cos113-ccel_data.dat'), '--json']);
    expect(JSON.parse(json.out).eventLog).toEqual({ events: 43, foreign: 0 });
    const other = await run([...args, join(LOGS, 'trustee-grub.dat'), '--json']);
    expect(other.code).toBe(1);
    expect(JSON.parse(other.out)).toMatchObject({
      outcome: 'reject',
      code: 'ATTESTATION_EVENT_LOG_MISMATCH',
    });
  });

  it('rejects: an SGX quote, a TD report and a quote without collateral, each by its own code', async () => {
    const collateral = join(VECTORS, cases[0]?.collateral ?? '');
    const verdict = async (name: string) => {
      const { code, out } = await run(['verify', join(VECTORS, 'quotes', name), '--collateral', collateral]);
      expectReadable(out);
      return [code, / (ATTESTATION_\w+)\n/.exec(out)?.[1]];
    };
    expect(readdirSync(join(VECTORS, 'quotes'))).toContain('gotdx-report.dat');
    expect(await verdict('sgx-v3-00a0.dat')).toEqual([1, 'ATTESTATION_QUOTE_VERSION']);
    expect(await verdict('gotdx-report.dat')).toEqual([
      1,
      expect.stringMatching(/^ATTESTATION_(QUOTE|QUOTE_VERSION)$/),
    ]);
  });
});

describe('what is not a quote', () => {
  const secret = 'a-private-sentence-that-must-not-be-printed';
  const BAD: readonly [string, string | Uint8Array][] = [
    ['prose', `${secret} and more, with spaces!`],
    ['an odd number of hex digits with a stray letter', `040002008100000g!${secret}`],
    ['broken JSON', `{"quote": "${secret}`],
    ['JSON without a quote', JSON.stringify({ answer: secret })],
    ['JSON with two quotes', JSON.stringify({ quote: '04000200', tdx_quote: '05000200' })],
    ['JSON nested too deeply', `${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['base64 of something else', Buffer.from(secret).toString('base64')],
    ['random bytes', Uint8Array.from({ length: 5000 }, (_, i) => (i * 197 + 91) & 255)],
    ['four bytes', Uint8Array.of(4, 0, 2, 0)],
  ];
  it.each(BAD)('rejects: %s', async (_name, content) => {
    const collateral = join(VECTORS, cases[0]?.collateral ?? '');
    const { code, out, notes } = await run(['verify', '-', '--collateral', collateral], content);
    expect([code, notes]).toEqual([1, '']);
    expect(out).toMatch(/^Rejected: .*\.\n\n(.*\n)* {4}ATTESTATION_QUOTE(_VERSION)?\n/);
    expect(out).not.toContain(secret);
    expectReadable(out);
  });
});

describe('simulated quotes and policies', () => {
  const tdx = createSimulatedTdx({ now: NOW });
  let base: string[];
  beforeAll(async () => {
    const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(tdx.rootDer).toString('base64')}\n-----END CERTIFICATE-----\n`;
    await save('root.pem', pem);
    base = [
      'verify',
      await save('simulated.bin', tdx.quote()),
      '--collateral',
      await save('simulated.json', tdx.collateralBytes()),
      '--at',
      AT,
      '--anchor',
      await save('root.der', tdx.rootDer),
    ];
  });
  const policy = (value: unknown) =>
    save('policy.json', typeof value === 'string' ? value : JSON.stringify(value));

  it('accepts: with the anchor as DER or PEM, and the first line says that it is simulated', async () => {
    for (const anchor of ['root.der', 'root.pem']) {
      const { code, out } = await run([...base.slice(0, -1), join(folder, anchor)]);
      expect(code).toBe(0);
      expect(out.split('\n')[0]).toMatch(/^SIMULATED TDX/);
      expectReadable(out);
    }
    const { out } = await run([...base, '--json']);
    expect(JSON.parse(out)).toMatchObject({
      label: 'SIMULATED TDX',
      outcome: 'accept',
      simulated: true,
      claims: { reportData: '00'.repeat(64), simulated: true },
      checks: expect.arrayContaining([expect.objectContaining({ name: 'Signatures' })]),
    });
  });

  it('rejects: a simulated quote without the anchor, and a real one with it', async () => {
    const without = await run(base.slice(0, -2));
    expect([without.code, without.out]).toEqual([1, expect.stringContaining('ATTESTATION_UNTRUSTED_ROOT')]);
    const [real] = cases;
    const files = [
      'verify',
      join(VECTORS, real?.quote ?? ''),
      '--collateral',
      join(VECTORS, real?.collateral ?? ''),
    ];
    const under = await run([...files, '--anchor', join(folder, 'root.der'), '--json']);
    expect(under.code).toBe(1);
    expect(JSON.parse(under.out)).toMatchObject({
      label: 'SIMULATED TDX',
      outcome: 'reject',
      code: 'ATTESTATION_UNTRUSTED_ROOT',
      simulated: true,
    });
  });

  it('accepts: a policy that the quote meets; only then nothing is said to be unchecked', async () => {
    const { claims } = JSON.parse((await run([...base, '--json'])).out);
    const full = {
      measurements: [{ name: 'build 7', mrtd: claims.measurements.mrtd }],
      reportData: claims.reportData,
    };
    const met = await run([...base, '--policy', await policy(full)]);
    expect(met.code).toBe(0);
    expect(met.out).toContain('build 7');
    expect(met.out).not.toContain('not checked');
    const half = await run([...base, '--policy', await policy({ measurements: full.measurements })]);
    expect(half.out).toContain('report data was not checked');
    expect(half.out).not.toContain('measurements were not checked');
    expect((await run(base)).out).toContain('measurements were not checked');
  });

  it('accepts: a lesser status only where the policy allows it', async () => {
    const entry = cases.find(({ status }) => status === 'OutOfDate');
    const args = [
      'verify',
      join(VECTORS, entry?.quote ?? ''),
      '--collateral',
      join(VECTORS, entry?.collateral ?? ''),
      '--at',
      `${entry?.now}`,
    ];
    expect((await run(args)).out).toContain('ATTESTATION_TCB_STATUS');
    const allowed = await run([
      ...args,
      '--policy',
      await policy({ tcbStatuses: ['UpToDate', 'OutOfDate'] }),
    ]);
    expect(allowed.code).toBe(0);
    expect(allowed.out).toMatch(/^Accepted: .*OutOfDate/);
    expectReadable(allowed.out);
  });

  it('rejects: what the policy does not allow', async () => {
    const refused = async (value: unknown) =>
      JSON.parse((await run([...base, '--json', '--policy', await policy(value)])).out).code;
    expect(await refused({ measurements: [{ mrtd: 'fe'.repeat(48) }] })).toBe('ATTESTATION_MEASUREMENT');
    expect(await refused({ measurements: [] })).toBe('ATTESTATION_MEASUREMENT');
    expect(await refused({ reportData: 'ab'.repeat(64) })).toBe('ATTESTATION_REPORT_DATA');
    expect(await refused({ machines: ['00'.repeat(16)] })).toBe('ATTESTATION_MACHINE');
    expect(await refused({ minTcbEvaluationDataNumber: 9999 })).toBe('ATTESTATION_TCB_EVAL_NUMBER');
  });

  const MISUSE: readonly [string, (ok: string[]) => Promise<string[]>, string][] = [
    [
      'a quote that does not exist',
      async ([verb = '', , ...rest]) => [verb, '/nowhere/quote', ...rest],
      'ENOENT',
    ],
    ['a folder as quote', async ([verb = '', , ...rest]) => [verb, folder, ...rest], 'EISDIR'],
    [
      'an empty quote',
      async ([verb = '', , ...rest]) => [verb, await save('empty', ''), ...rest],
      'FILE_EMPTY',
    ],
    ['an endless quote', async ([verb = '', , ...rest]) => [verb, '/dev/zero', ...rest], 'FILE_TOO_LARGE'],
    ['an unusable time', async (ok) => [...ok, '--at', 'yesterday'], 'TIME_INVALID'],
    ['a time without zone', async (ok) => [...ok, '--at', '2026-03-01T12:00:00'], 'TIME_INVALID'],
    [
      'an anchor that is no certificate',
      async (ok) => [...ok, '--anchor', await save('x', 'x')],
      'ANCHOR_INVALID',
    ],
    ['a policy that is not JSON', async (ok) => [...ok, '--policy', await policy('{')], 'FILE_NOT_JSON'],
    ['a policy that is a list', async (ok) => [...ok, '--policy', await policy([])], 'FILE_NOT_JSON'],
    [
      'a misspelt policy field',
      async (ok) => [...ok, '--policy', await policy({ tcbStatus: [] })],
      'POLICY_INVALID',
    ],
    [
      'a rule that allows anything',
      async (ok) => [...ok, '--policy', await policy({ measurements: [{}] })],
      'POLICY_INVALID',
    ],
    [
      'short report data',
      async (ok) => [...ok, '--policy', await policy({ reportData: 'ab' })],
      'POLICY_INVALID',
    ],
    [
      'a text for a truth value',
      async (ok) => [...ok, '--policy', await policy({ allowDebug: 'no' })],
      'POLICY_INVALID',
    ],
    [
      'a text for a list',
      async (ok) => [...ok, '--policy', await policy({ tcbStatuses: 'UpToDate' })],
      'POLICY_INVALID',
    ],
  ];
  it.each(MISUSE)('misuse: %s ends with code 2 and one sentence', async (_name, change, expected) => {
    const { code, out, notes } = await run([...(await change(base)), '--json']);
    expect([code, JSON.parse(out).error.code]).toEqual([2, expected]);
    expect(notes).toMatch(new RegExp(`^${expected}: `));
    expect(notes.trim().split('\n')).toHaveLength(1);
  });

  it('misuse: unknown and missing options end with code 2 and one sentence', async () => {
    for (const args of [[...base, '--trust-me'], base.slice(0, 2), ['verify'], ['verfy']]) {
      const { code, out, notes } = await run(args);
      expect([code, out]).toEqual([2, '']);
      expect(notes).toMatch(/^error: /);
    }
    expect((await run(['verify', '--help'])).code).toBe(0);
  });
});
