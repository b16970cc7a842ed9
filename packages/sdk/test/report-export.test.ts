// Does an exported report verify again long afterwards, and is every altered field found out?
import { beforeAll, describe, expect, it } from 'vitest';
import { platform } from '#platform';
import { createAccount, createCocoon } from '../src/index.js';
import { toBase64Url } from '../src/internal/bytes.js';
import { verifyReportExport } from '../src/report/index.js';
import { createMemoryNetwork, type MemoryNetwork } from '../src/testing/index.js';

const SECRET = 'zebra-on-the-island';
let network: MemoryNetwork;
/** Of an answer, and of machines alone. */
let ofAnswer: string;
let ofMachines: string;

beforeAll(async () => {
  network = await createMemoryNetwork();
  const { account } = await createAccount();
  network.credit(account.id, 1_000_000n);
  const { url, fetch, registry, beacons, anchor, now } = network;
  const cocoon = createCocoon({ proxy: url, network: { registry, beacons }, anchor, fetch, now, account });
  const reply = await cocoon.chat({
    model: 'simulated-model',
    messages: [{ role: 'user', content: SECRET }],
  });
  ofAnswer = reply.report.export();
  ofMachines = (await cocoon.verify({ model: 'simulated-model' })).export();
  expect(ofAnswer).not.toContain(account.id);
  cocoon.close();
});

const verify = (text: string) => verifyReportExport(text, { anchor: network.anchor });

/** As somebody would who wants an altered file to look whole. */
function withNewDigest(document: Record<string, unknown>): string {
  const { digest: _old, ...rest } = document;
  const digest = platform.sha256(new TextEncoder().encode(JSON.stringify(rest)));
  return JSON.stringify({ ...rest, digest: toBase64Url(digest) });
}

type Path = (string | number)[];

function leaves(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leaves(item, [...path, index]));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, item]) => leaves(item, [...path, name]));
  }
  return [path];
}

function flip(value: unknown, position: number): unknown {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (typeof value !== 'string') throw new TypeError('unexpected leaf');
  const at = Math.floor((value.length - 1) * position);
  return `${value.slice(0, at)}${value[at] === 'x' ? 'y' : 'x'}${value.slice(at + 1)}`;
}

function flipped(text: string, path: Path, position: number): Record<string, unknown> {
  const document = JSON.parse(text);
  let parent = document;
  for (const step of path.slice(0, -1)) parent = parent[step];
  const last = path.at(-1) ?? '';
  parent[last] = flip(parent[last], position);
  return document;
}

/** What the file only states: nobody signed it, and `notRechecked` says so. */
const STATED =
  /^(registry\.(source|issuedAt|measurements\.\w+\.\d+\.name)|evidence\.\d+\.beacon\.confirmed|answer\.seen\.\w+)$/;
/** Without a request nothing names prices and suite: both are as stated. */
const STATED_OF_MACHINES = /^(registry\.prices\.|policy\.suite$)/;

describe('exported reports', () => {
  it('accepts: an answer’s export, years later, with the receipt and the marks of a simulation', async () => {
    const { report, receipt, simulated, machines, at, notRechecked } = await verify(ofAnswer);
    expect([simulated, report.simulated, machines.length]).toEqual([true, true, 4]);
    expect(at).toEqual(network.now());
    expect(report.passed).toBe(true);
    expect(report.toString()).toMatch(/^SIMULATED TDX/);
    expect(receipt?.cost.client).toBeGreaterThan(0n);
    expect(report.lines.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['receipt', 'price', 'code']),
    );
    // Blocks cannot be asked for offline.
    const freshness = report.lines.filter(({ check }) => check === 'freshness');
    expect(
      freshness.every(({ basis, actual }) => basis === 'assumed' && actual.includes('not confirmed')),
    ).toBe(true);
    expect(notRechecked.join('\n')).toMatch(/clock.*policy.*confirmed 4 of 4.*revoked.*billed/s);
  });

  it('accepts: the export of machines alone, also as bytes and with other white space', async () => {
    const { receipt, machines } = await verify(ofMachines);
    expect([receipt, machines.length]).toEqual([undefined, 4]);
    const spaced = new TextEncoder().encode(JSON.stringify(JSON.parse(ofMachines), undefined, 2));
    await expect(verifyReportExport(spaced, { anchor: network.anchor })).resolves.toBeDefined();
  });

  it('accepts: a verified export exported again says the same, but for what it could not confirm', async () => {
    const { report } = await verify(ofAnswer);
    const again = JSON.parse(report.export());
    for (const machine of again.evidence) machine.beacon.confirmed = true;
    expect({ ...again, digest: '' }).toEqual({ ...JSON.parse(ofAnswer), digest: '' });
  });

  it('privacy: holds neither prompt nor answer nor account', () => {
    for (const text of [SECRET, 'Hello', 'walletPublicKey']) expect(ofAnswer).not.toContain(text);
    expect(JSON.parse(ofAnswer).label).toBe('SIMULATED TDX');
  });

  it('rejects: a simulated export without the anchor', async () => {
    await expect(verifyReportExport(ofAnswer)).rejects.toMatchObject({ code: 'ATTESTATION_UNTRUSTED_ROOT' });
  });

  it('rejects: any altered field, by the checksum', async () => {
    for (const text of [ofAnswer, ofMachines]) {
      const all = leaves(JSON.parse(text));
      expect(all.length).toBeGreaterThan(40);
      for (const path of all) {
        const altered = JSON.stringify(flipped(text, path, 0.5));
        await expect(verify(altered), path.join('.')).rejects.toMatchObject({
          code: expect.stringMatching(/^REPORT_EXPORT_(INVALID|VERSION|DIGEST)$/),
        });
      }
    }
  });

  it('rejects: any altered field under a new checksum, but for what the file only states', async () => {
    for (const [text, stated] of [
      [ofAnswer, STATED],
      [ofMachines, new RegExp(`${STATED.source}|${STATED_OF_MACHINES.source}`)],
    ] as const) {
      const accepted: string[] = [];
      for (const path of leaves(JSON.parse(text))) {
        for (const position of [0, 0.3, 0.6]) {
          const name = path.join('.');
          if (name === 'digest') continue;
          const outcome = await verify(withNewDigest(flipped(text, path, position))).then(
            () => undefined,
            (error: unknown) => error,
          );
          if (outcome === undefined) accepted.push(name);
          else
            expect(outcome, name).toMatchObject({
              name: 'CocoonError',
              code: expect.stringMatching(/^[A-Z_]+$/),
            });
        }
      }
      expect(accepted.filter((name) => !stated.test(name))).toEqual([]);
    }
  });

  const CHANGES: readonly [string, (document: ReturnType<typeof JSON.parse>) => void, string][] = [
    ['another network’s rules', (d) => (d.registry.network = `local:${'ab'.repeat(16)}`), 'MANIFEST_NETWORK'],
    [
      'rules that do not allow the code',
      (d) => (d.registry.measurements.worker = []),
      'ATTESTATION_MEASUREMENT',
    ],
    ['rules that are empty', (d) => (d.registry.measurements.worker = [{}]), 'ATTESTATION_OPTIONS'],
    ['a policy with an unknown field', (d) => (d.policy.quote.proxy.tcb = 1), 'ATTESTATION_OPTIONS'],
    ['a policy of the wrong type', (d) => (d.policy.quote.proxy.tcbStatuses = 7), 'ATTESTATION_OPTIONS'],
    ['other prices', (d) => (d.registry.prices.pricePerToken = '21'), 'RECEIPT_WRONG_PRICE'],
    ['a candidate less', (d) => d.evidence.pop(), 'REPORT_EXPORT_MISMATCH'],
    [
      'a candidate less, counted',
      (d) => d.evidence.splice(-1 - d.candidates--, 0) && d.evidence.pop(),
      'REPORT_EXPORT_MISMATCH',
    ],
    ['a candidate twice', (d) => (d.evidence[2] = d.evidence[1]), 'REPORT_EXPORT_MISMATCH'],
    ['the proxy in second place', (d) => d.evidence.reverse(), 'REPORT_EXPORT_MISMATCH'],
    ['no machine at all', (d) => (d.evidence = []), 'REPORT_EXPORT_MISMATCH'],
    [
      'keys of another machine',
      (d) => (d.evidence[1].manifest = d.evidence[2].manifest),
      'ATTESTATION_REPORT_DATA',
    ],
    ['the report dated later', (d) => (d.at = '2026-03-03T12:00:00.000Z'), 'REPORT_EXPORT_MISMATCH'],
    ['the report dated earlier', (d) => (d.at = '2026-03-01T11:59:00.000Z'), 'REPORT_EXPORT_MISMATCH'],
    [
      'a verification dated later',
      (d) => (d.evidence[0].verifiedAt = '2027-03-01T12:00:00.000Z'),
      'ATTESTATION_',
    ],
    [
      'the mark of the simulation taken off',
      (d) => Object.assign(d, { simulated: false, label: undefined }),
      'REPORT_EXPORT_MISMATCH',
    ],
    ['only the label taken off', (d) => delete d.label, 'REPORT_EXPORT_INVALID'],
    [
      'another transcript',
      (d) => (d.answer.transcript = d.answer.transcript.replace(/^./, 'x')),
      'RECEIPT_TRANSCRIPT',
    ],
    ['another suite', (d) => (d.policy.suite = 2), 'REPORT_EXPORT_MISMATCH'],
    ['a future version', (d) => (d.version = 2), 'REPORT_EXPORT_VERSION'],
    ['another document', (d) => (d.format = 'diary'), 'REPORT_EXPORT_INVALID'],
    ['a missing part', (d) => delete d.registry, 'REPORT_EXPORT_INVALID'],
    ['too many machines', (d) => (d.evidence = Array(10).fill(d.evidence[0])), 'REPORT_EXPORT_INVALID'],
  ];
  it.each(CHANGES)('rejects: %s', async (_name, change, code) => {
    const document = JSON.parse(ofAnswer);
    change(document);
    await expect(verify(withNewDigest(document))).rejects.toMatchObject({
      code: expect.stringContaining(code),
    });
  });

  it('rejects: what is no export', async () => {
    for (const text of [
      '',
      '{',
      '[]',
      'null',
      '{"format":"cocoonkit-report","format":"x"}',
      ' '.repeat(4_194_305),
    ]) {
      await expect(verify(text)).rejects.toMatchObject({ code: 'REPORT_EXPORT_INVALID' });
    }
  });
});
