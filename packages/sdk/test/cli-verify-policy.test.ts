// Does the built `cocoonkit verify` judge by the anchor and the policy it is given, and explain what it cannot use?
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSimulatedTdx } from '../src/testing/index.js';
import { caseArguments, REAL_CASES } from './support/real-cases.js';
import { expectReadableVerdict, makeFolder, runCli } from './support/run-cli.js';

const NOW = new Date('2026-03-01T12:00:00Z');
const AT = String(NOW.getTime() / 1000);
let files: Awaited<ReturnType<typeof makeFolder>>;

beforeAll(async () => {
  files = await makeFolder();
});
afterAll(() => files.remove());

describe('simulated quotes and policies', () => {
  const tdx = createSimulatedTdx({ now: NOW });
  let base: string[];
  beforeAll(async () => {
    const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(tdx.rootDer).toString('base64')}\n-----END CERTIFICATE-----\n`;
    await files.save('root.pem', pem);
    base = [
      'verify',
      await files.save('simulated.bin', tdx.quote()),
      '--collateral',
      await files.save('simulated.json', tdx.collateralBytes()),
      '--at',
      AT,
      '--anchor',
      await files.save('root.der', tdx.rootDer),
    ];
  });
  const policy = (value: unknown) =>
    files.save('policy.json', typeof value === 'string' ? value : JSON.stringify(value));

  it('accepts: with the anchor as DER or PEM, and the first line says that it is simulated', async () => {
    for (const anchor of ['root.der', 'root.pem']) {
      const { code, out } = await runCli([...base.slice(0, -1), join(files.path, anchor)]);
      expect(code).toBe(0);
      expect(out.split('\n')[0]).toMatch(/^SIMULATED TDX/);
      expectReadableVerdict(out);
    }
    const { out } = await runCli([...base, '--json']);
    expect(JSON.parse(out)).toMatchObject({
      label: 'SIMULATED TDX',
      outcome: 'accept',
      simulated: true,
      claims: { reportData: '00'.repeat(64), simulated: true },
      checks: expect.arrayContaining([expect.objectContaining({ name: 'Signatures' })]),
    });
  });

  it('rejects: a simulated quote without the anchor, and a real one with it', async () => {
    const without = await runCli(base.slice(0, -2));
    expect([without.code, without.out]).toEqual([1, expect.stringContaining('ATTESTATION_UNTRUSTED_ROOT')]);
    const [real] = REAL_CASES;
    const under = await runCli([
      ...caseArguments(real).slice(0, 4),
      '--anchor',
      join(files.path, 'root.der'),
      '--json',
    ]);
    expect(under.code).toBe(1);
    expect(JSON.parse(under.out)).toMatchObject({
      label: 'SIMULATED TDX',
      outcome: 'reject',
      code: 'ATTESTATION_UNTRUSTED_ROOT',
      simulated: true,
    });
  });

  it('accepts: a policy that the quote meets; only then nothing is said to be unchecked', async () => {
    const { claims } = JSON.parse((await runCli([...base, '--json'])).out);
    const full = {
      measurements: [{ name: 'build 7', mrtd: claims.measurements.mrtd }],
      reportData: claims.reportData,
    };
    const met = await runCli([...base, '--policy', await policy(full)]);
    expect(met.code).toBe(0);
    expect(met.out).toContain('build 7');
    expect(met.out).not.toContain('not checked');
    const half = await runCli([...base, '--policy', await policy({ measurements: full.measurements })]);
    expect(half.out).toContain('report data was not checked');
    expect(half.out).not.toContain('measurements were not checked');
    expect((await runCli(base)).out).toContain('measurements were not checked');
  });

  it('accepts: a lesser status only where the policy allows it', async () => {
    const entry = REAL_CASES.find(({ status }) => status === 'OutOfDate');
    const args = caseArguments(entry);
    expect((await runCli(args)).out).toContain('ATTESTATION_TCB_STATUS');
    const allowed = await runCli([
      ...args,
      '--policy',
      await policy({ tcbStatuses: ['UpToDate', 'OutOfDate'] }),
    ]);
    expect(allowed.code).toBe(0);
    expect(allowed.out).toMatch(/^Accepted: .*OutOfDate/);
    expectReadableVerdict(allowed.out);
  });

  it('rejects: what the policy does not allow', async () => {
    const refused = async (value: unknown) =>
      JSON.parse((await runCli([...base, '--json', '--policy', await policy(value)])).out).code;
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
    ['a files.path as quote', async ([verb = '', , ...rest]) => [verb, files.path, ...rest], 'EISDIR'],
    [
      'an empty quote',
      async ([verb = '', , ...rest]) => [verb, await files.save('empty', ''), ...rest],
      'FILE_EMPTY',
    ],
    ['an endless quote', async ([verb = '', , ...rest]) => [verb, '/dev/zero', ...rest], 'FILE_TOO_LARGE'],
    ['an unusable time', async (ok) => [...ok, '--at', 'yesterday'], 'TIME_INVALID'],
    ['a time without zone', async (ok) => [...ok, '--at', '2026-03-01T12:00:00'], 'TIME_INVALID'],
    [
      'an anchor that is no certificate',
      async (ok) => [...ok, '--anchor', await files.save('x', 'x')],
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
    const { code, out, notes } = await runCli([...(await change(base)), '--json']);
    expect([code, JSON.parse(out).error.code]).toEqual([2, expected]);
    expect(notes).toMatch(new RegExp(`^${expected}: `));
    expect(notes.trim().split('\n')).toHaveLength(1);
  });

  it('misuse: unknown and missing options end with code 2 and one sentence', async () => {
    for (const args of [[...base, '--trust-me'], base.slice(0, 2), ['verify'], ['verfy']]) {
      const { code, out, notes } = await runCli(args);
      expect([code, out]).toEqual([2, '']);
      expect(notes).toMatch(/^error: /);
    }
    expect((await runCli(['verify', '--help'])).code).toBe(0);
  });
});
