// What does an application see of a worker's GPU, from the evidence to the report?
import { describe, expect, it } from 'vitest';
import { verifyReportExport } from '../src/report/verify-report-export.js';
import { createSimulatedGpu } from '../src/testing/index.js';
import { openClient, QUESTION, sentRequests } from './support/open-client.js';

const NOW = new Date('2026-03-01T12:00:00Z');
const gpu = createSimulatedGpu({ now: NOW });

describe('GPU evidence on the way to the report', () => {
  it('accepts: a worker whose GPU answered, and shows it with its basis', async () => {
    const { network, cocoon } = await openClient({ workers: [{ machine: { gpu: { gpu } } }] });
    const { report } = await cocoon.chat(QUESTION);
    expect(report.lines.filter(({ check }) => check === 'GPU')).toMatchObject([
      {
        actual: expect.stringMatching(
          /^1 × GH100 A01 GSP BROM, answered for these keys; measurements compared/,
        ),
        // Simulated keys prove nothing.
        basis: 'assumed',
      },
    ]);
    const exported = report.export();
    const again = await verifyReportExport(exported, { anchor: network.anchor });
    expect(again.machines.map(({ role, gpu: state }) => [role, state])).toEqual([
      ['proxy', 'none'],
      ['worker', 'evidence-verified'],
    ]);
  });

  it('shows a promise of the guest as declared, and no claim as no claim', async () => {
    for (const [features, words] of [
      [['chat', 'gpu-attested'], 'checked by the measured guest, as it says; not checked here'],
      [['chat'], 'no GPU claimed'],
    ] as const) {
      const { cocoon } = await openClient({ workers: [{ claims: { features } }] });
      const { report } = await cocoon.chat(QUESTION);
      expect(report.lines.filter(({ check }) => check === 'GPU')).toMatchObject([
        { actual: words, basis: 'declared' },
      ]);
    }
  });

  it('rejects: a worker whose evidence the path took away; nothing is sent', async () => {
    const { network, cocoon } = await openClient({ workers: [{ machine: { gpu: { gpu } } }] });
    network.faults.evidence = (bundle) => ({
      ...bundle,
      machines: bundle.machines.map((machine) => ({ ...machine, gpuEvidence: undefined })),
    });
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ kind: 'attestation' });
    expect(sentRequests(network)).toBe(0);
  });

  it('rejects: a GPU the policy does not name', async () => {
    const workers = [{ machine: { gpu: { gpu } } }];
    const policy = { gpu: { policy: { models: ['GB100'] } } };
    const { network, cocoon } = await openClient({ workers }, { policy });
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ kind: 'attestation' });
    expect(sentRequests(network)).toBe(0);
  });
});
