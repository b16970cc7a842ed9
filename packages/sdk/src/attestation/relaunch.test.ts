// Is the TDX module that runs now judged as well as the one that launched the TD (step 18), and is the extended body read?
import { describe, expect, it } from 'vitest';
import type { SimulatedTcbInfo } from '../testing/tdx/documents.js';
import { type SimulatedScenario, verifySimulated } from '../testing/tdx/index.js';
import type { TcbStatus } from './index.js';
import { TCB_STATUSES } from './tcb-status.js';

const zeros = Array.from({ length: 13 }, () => 0);
const svn = (module: number, major = 1): readonly number[] => [module, major, 3, ...zeros];
const all = { tcbStatuses: TCB_STATUSES as readonly TcbStatus[] };
const td15 = (launch: readonly number[], now: readonly number[], bodyType: 3 | 4 = 3): SimulatedScenario => ({
  request: { version: 5, bodyType, teeTcbSvn: launch, teeTcbSvn2: now },
  policy: all,
});
const platform = (status: string): SimulatedScenario['faults'] => ({
  tcbInfo: {
    edit: (info: SimulatedTcbInfo) => {
      const [first] = info.tcbLevels;
      if (first !== undefined) first.tcbStatus = status;
    },
  },
});

describe('the TDX module running now', () => {
  it('accepts: a TD launched on an outdated module, with the advice to relaunch it', async () => {
    for (const bodyType of [3, 4] as const) {
      const { tcb } = await verifySimulated(td15(svn(5), svn(7), bodyType));
      expect(tcb).toMatchObject({
        status: 'TDRelaunchAdvised',
        module: { status: 'OutOfDate' },
        current: { status: 'UpToDate', module: { status: 'UpToDate' } },
      });
    }
  });

  it('accepts: the advice with the configuration that is needed beside it', async () => {
    for (const status of ['ConfigurationNeeded', 'ConfigurationAndSWHardeningNeeded']) {
      const { tcb } = await verifySimulated({ ...td15(svn(5), svn(7)), faults: platform(status) });
      expect(tcb.status).toBe('TDRelaunchAdvisedConfigurationNeeded');
    }
    const hardening = await verifySimulated({
      ...td15(svn(5), svn(7)),
      faults: platform('SWHardeningNeeded'),
    });
    expect(hardening.tcb.status).toBe('TDRelaunchAdvised');
  });

  it('accepts: no advice where both are current, both are outdated, or the body is of TD 1.0', async () => {
    expect((await verifySimulated(td15(svn(7), svn(7)))).tcb.status).toBe('UpToDate');
    expect((await verifySimulated(td15(svn(5), svn(6)))).tcb.status).toBe('OutOfDate');
    const { tcb } = await verifySimulated({ request: { teeTcbSvn: svn(5) }, policy: all });
    expect(tcb.status).toBe('OutOfDate');
    expect(tcb.current).toBeUndefined();
  });

  it('accepts: a module that is outdated now as outdated, whatever launched the TD', async () => {
    expect((await verifySimulated(td15(svn(7), svn(5)))).tcb.status).toBe('OutOfDate');
  });

  const REJECTED: readonly [name: string, code: string, scenario: SimulatedScenario][] = [
    ['a revoked module running now', 'TCB_REVOKED', td15(svn(7), svn(3))],
    ['a module running now that no level covers', 'TCB_NOT_SUPPORTED', td15(svn(7), svn(1))],
    ['a module running now that Intel does not know', 'TDX_MODULE', td15(svn(7), svn(7, 9))],
    ['revoked microcode now', 'TCB_REVOKED', td15(svn(7), [7, 1, 1, ...zeros])],
    ['a TD to be relaunched, unless allowed', 'TCB_STATUS', { ...td15(svn(5), svn(7)), policy: {} }],
    [
      'a TD to be relaunched after the grace period',
      'TCB_STATUS',
      { ...td15(svn(5), svn(7)), policy: { ...all, graceDays: 30 } },
    ],
  ];
  for (const [name, code, scenario] of REJECTED) {
    it(`rejects: ${name}`, async () => {
      await expect(verifySimulated(scenario)).rejects.toMatchObject({ code: `ATTESTATION_${code}` });
    });
  }
});

describe('the extended body', () => {
  it('accepts: every field at its place', async () => {
    const bytes = Uint8Array.from({ length: 237 }, (_, i) => i + 1);
    bytes.fill(0, 81, 129);
    bytes.fill(0, 181, 229);
    const { extended } = await verifySimulated({ request: { version: 5, bodyType: 4, extended: bytes } });
    const hex = (from: number, length: number): string =>
      Array.from(bytes.subarray(from, from + length), (byte) => byte.toString(16).padStart(2, '0')).join('');
    expect(extended).toEqual({
      vmId: bytes[0],
      tdId: hex(1, 32),
      deviceInfo: hex(33, 48),
      initialServiceTd: hex(81, 48),
      initialServiceTdAttributes: hex(129, 8),
      initialCpuSvn: hex(137, 16),
      initialTeeTcbSvn: hex(153, 16),
      initialFmspc: hex(169, 12),
      currentServiceTd: hex(181, 48),
      currentServiceTdAttributes: hex(229, 8),
    });
  });

  it.each([81, 181])('rejects: a service TD bound at launch or now, byte %i', async (offset) => {
    const extended = new Uint8Array(237);
    extended[offset] = 1;
    await expect(verifySimulated({ request: { version: 5, bodyType: 4, extended } })).rejects.toMatchObject({
      code: 'ATTESTATION_SERVICE_TD',
    });
  });
});
