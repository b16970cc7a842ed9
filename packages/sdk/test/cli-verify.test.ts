// Does the built `cocoonkit verify` judge every real quote, however it was saved, as Intel's library does?
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimsFromJson } from '../src/attestation/claims-json.js';
import { caseArguments, QUOTE_VECTORS, REAL_CASES } from './support/real-cases.js';
import { expectReadableVerdict, makeFolder, runCli } from './support/run-cli.js';

let files: Awaited<ReturnType<typeof makeFolder>>;

beforeAll(async () => {
  files = await makeFolder();
});
afterAll(() => files.remove());

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

describe('every real quote, in every encoding', () => {
  REAL_CASES.forEach((entry, index) => {
    const [encoding, encode] = ENCODINGS[index % ENCODINGS.length] ?? ['binary', (quote: Buffer) => quote];
    const expected = entry.outcome === 'accept' ? entry.status : entry.code;
    it(`${entry.outcome}s: ${entry.quote} with ${entry.collateral}, ${encoding}: ${expected}`, async () => {
      const content = encode(readFileSync(join(QUOTE_VECTORS, entry.quote)));
      const stdin = index % 2 === 0;
      const quote = stdin ? '-' : await files.save(`quote-${index}`, content);
      const args = caseArguments(entry, quote);
      const asJson = index % 3 === 0;
      const { code, out, notes } = await runCli(
        asJson ? [...args, '--json'] : args,
        stdin ? content : undefined,
      );
      expect(notes).toBe('');
      // Without a policy only the best status is accepted.
      const accepted = entry.outcome === 'accept' && entry.status === 'UpToDate';
      const reason = `ATTESTATION_${entry.code ?? 'TCB_STATUS'}`;
      expect(code).toBe(accepted ? 0 : 1);
      if (!asJson) {
        expectReadableVerdict(out);
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
      const entry = REAL_CASES.find(({ quote }) => quote.endsWith('phala-v4-b0c0.dat'));
      const content = encode(readFileSync(join(QUOTE_VECTORS, entry?.quote ?? '')));
      const args = caseArguments(entry, '-');
      expect((await runCli(args, content)).code).toBe(0);
    });
  }

  it('accepts: files as dstack publishes them', async () => {
    const entry = REAL_CASES.find(({ quote }) => quote.endsWith('dstack-quote-report.dat'));
    const rest = caseArguments(entry).slice(2);
    expect(
      await runCli(['verify', join(QUOTE_VECTORS, 'encodings/dstack-quote-report.json'), ...rest]),
    ).toMatchObject({
      code: 0,
      out: expect.stringContaining('UpToDate'),
    });
    // Of another platform: read, and refused for what it is.
    const lite = await runCli([
      'verify',
      join(QUOTE_VECTORS, 'encodings/dstack-tdx-lite-attestation.json'),
      ...rest,
    ]);
    expect(lite.code).toBe(1);
    expect(lite.out).not.toMatch(/ATTESTATION_QUOTE\b/);
  });

  it('accepts: the boot log of the machine; rejects: a log of another one', async () => {
    const LOGS = join(QUOTE_VECTORS, '../eventlog');
    const entry = REAL_CASES.find(
      ({ quote, outcome }) => quote.endsWith('gcp-cos113-quote.dat') && outcome === 'accept',
    );
    const args = [...caseArguments(entry), '--event-log'];
    const own = await runCli([...args, join(LOGS, 'gcp-cos113-ccel_data.dat')]);
    expect(own.code).toBe(0);
    expect(own.out.replace(/\s+/g, ' ')).toContain('The boot log’s 43 events give the quoted registers.');
    expectReadableVerdict(own.out);
    const json = await runCli([...args, join(LOGS, 'gcp-cos113-ccel_data.dat'), '--json']);
    expect(JSON.parse(json.out).eventLog).toEqual({ events: 43, foreign: 0 });
    const other = await runCli([...args, join(LOGS, 'trustee-grub.dat'), '--json']);
    expect(other.code).toBe(1);
    expect(JSON.parse(other.out)).toMatchObject({
      outcome: 'reject',
      code: 'ATTESTATION_EVENT_LOG_MISMATCH',
    });
  });

  it('rejects: an SGX quote, a TD report and a quote without collateral, each by its own code', async () => {
    const collateral = join(QUOTE_VECTORS, REAL_CASES[0]?.collateral ?? '');
    const verdict = async (name: string) => {
      const { code, out } = await runCli([
        'verify',
        join(QUOTE_VECTORS, 'quotes', name),
        '--collateral',
        collateral,
      ]);
      expectReadableVerdict(out);
      return [code, / (ATTESTATION_\w+)\n/.exec(out)?.[1]];
    };
    expect(readdirSync(join(QUOTE_VECTORS, 'quotes'))).toContain('gotdx-report.dat');
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
    const collateral = join(QUOTE_VECTORS, REAL_CASES[0]?.collateral ?? '');
    const { code, out, notes } = await runCli(['verify', '-', '--collateral', collateral], content);
    expect([code, notes]).toEqual([1, '']);
    expect(out).toMatch(/^Rejected: .*\.\n\n(.*\n)* {4}ATTESTATION_QUOTE(_VERSION)?\n/);
    expect(out).not.toContain(secret);
    expectReadableVerdict(out);
  });
});
