// Can claims be kept as JSON, judged again later, and never be read as something else than was written?
import { beforeAll, describe, expect, it } from 'vitest';
import { simulatedMeasurementRule, verifySimulated } from '../testing/tdx/index.js';
import { claimsFromJson, claimsToJson, evaluatePolicy, type VerifiedQuote } from './index.js';

describe('claims as JSON', () => {
  let verified: VerifiedQuote;
  let text: string;
  beforeAll(async () => {
    const request = { version: 5, bodyType: 4, extended: Uint8Array.of(9, ...new Uint8Array(236)) } as const;
    verified = await verifySimulated({ request });
    text = claimsToJson(verified);
  });

  it('accepts: what was written, for every kind of body', async () => {
    const bodies = [{}, { version: 5, bodyType: 3 }, { version: 5, bodyType: 4 }] as const;
    for (const request of bodies) {
      const { rule, checks, ...claims } = await verifySimulated({ request });
      expect(rule).toBeDefined();
      expect(checks.length).toBeGreaterThan(20);
      expect(claimsFromJson(claimsToJson(claims))).toEqual(claims);
      expect(claimsToJson(claimsFromJson(claimsToJson(claims)))).toBe(claimsToJson(claims));
    }
    expect(claimsFromJson(text).extended?.vmId).toBe(9);
  });

  it('accepts: another policy years later, judged as of the verification', () => {
    const claims = claimsFromJson(text);
    const policy = { measurements: [simulatedMeasurementRule('worker')], reportData: claims.reportData };
    expect(evaluatePolicy(claims, policy)).toEqual({ rule: { index: 0, name: verified.rule?.name } });
    const strict = { ...policy, advisories: { accept: [] }, minTcbEvaluationDataNumber: 19 };
    expect(() => evaluatePolicy(claims, strict)).toThrow(
      expect.objectContaining({ code: 'ATTESTATION_TCB_EVAL_NUMBER' }),
    );
  });

  const edit = (path: readonly string[], value: unknown) => {
    const json: Record<string, unknown> = JSON.parse(text);
    let object = json;
    for (const name of path.slice(0, -1)) object = object[name] as Record<string, unknown>;
    object[path.at(-1) ?? ''] = value;
    return JSON.stringify(json);
  };
  const REJECTED: readonly [name: string, path: readonly string[], value: unknown][] = [
    ['another version', ['version'], 2],
    ['an unknown field', ['surprise'], true],
    ['an unknown status', ['tcb', 'status'], 'Fine'],
    ['a revoked part', ['tcb', 'qe', 'status'], 'Revoked'],
    ['no platform', ['tcb', 'platform'], undefined],
    ['a verdict within the verdict on now', ['tcb', 'current', 'current'], { current: {} }],
    ['a time that does not exist', ['verifiedAt'], '2026-02-30T00:00:00.000Z'],
    ['a time in numbers', ['validUntil'], 1],
    ['a short register', ['measurements', 'mrtd'], '11'],
    ['upper-case hex, which no comparison would match', ['ppid'], 'AA'.repeat(16)],
    ['a debug bit that is no boolean', ['attributes', 'debug'], 'false'],
    ['a simulated flag that is missing', ['simulated'], undefined],
    ['fifteen components', ['componentSvns'], Array.from({ length: 15 }, () => 1)],
    ['a component out of range', ['componentSvns'], Array.from({ length: 16 }, () => 256)],
    ['report data of 32 bytes', ['reportData'], '00'.repeat(32)],
    ['an extended body without TD id', ['extended', 'tdId'], undefined],
  ];
  for (const [name, path, value] of REJECTED) {
    it(`rejects: ${name}`, () => {
      expect(() => claimsFromJson(edit(path, value))).toThrow(
        expect.objectContaining({ code: 'ATTESTATION_CLAIMS' }),
      );
    });
  }

  it('rejects: a whole verdict within the verdict on now', () => {
    const { tcb } = JSON.parse(text);
    const { current, ...verdict } = tcb;
    const nested = (inner: object) => edit(['tcb', 'current'], { ...verdict, ...inner });
    expect(claimsFromJson(nested({})).tcb.current?.status).toBe(verdict.status);
    expect(() => claimsFromJson(nested({ current: verdict }))).toThrow(
      expect.objectContaining({ code: 'ATTESTATION_CLAIMS' }),
    );
  });

  it('rejects: what is no text but would read as one', () => {
    const disguised: unknown = { length: 10, toString: () => text };
    expect(() => claimsFromJson(disguised as string)).toThrow(
      expect.objectContaining({ code: 'ATTESTATION_CLAIMS' }),
    );
  });

  it('rejects: no JSON, a key twice, and more than the limit', () => {
    for (const bad of ['{', text.replace('{', '{"simulated":false,'), text + ' '.repeat(262_144)]) {
      expect(() => claimsFromJson(bad)).toThrow(expect.objectContaining({ code: 'ATTESTATION_CLAIMS' }));
    }
  });
});
