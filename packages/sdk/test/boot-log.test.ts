// Does a boot log that comes with evidence count, from the proxy's bytes to the line in the report?
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readMeasurements } from '../src/attestation/claims.js';
import { parseQuote, verifyEventLog, verifyMachine } from '../src/attestation/index.js';
import { createCocoon } from '../src/index.js';
import { decodeEvidenceBundle, encodeEvidenceBundle } from '../src/protocol/evidence.js';
import type { Registry } from '../src/registry/registry.js';
import { machineLines } from '../src/report/machine-lines.js';
import { createMemoryNetwork, simulatedMachine, simulatedMeasurementRule } from '../src/testing/index.js';

const read = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../spec/vectors/${path}`, import.meta.url)));
const log = read('eventlog/gcp-cos113-ccel_data.dat');
const { rtmr0, rtmr1, rtmr2, rtmr3 } = readMeasurements(
  parseQuote(read('quotes/quotes/gcp-cos113-quote.dat')).report,
);
const booted = { rtmr0, rtmr1, rtmr2, rtmr3 };

/** A simulated worker whose registers are those of a machine that really booted. */
async function verify(eventLog: Uint8Array | undefined, measurements = booted) {
  const network = await createMemoryNetwork();
  const rule = { ...simulatedMeasurementRule('worker'), ...measurements };
  const registry: Registry = { ...network.registry, measurements: { worker: [rule], proxy: [] } };
  const [now, beacon] = [network.now(), await network.beacons.latest()];
  const { evidence, collateral } = await simulatedMachine({
    role: 'worker',
    registry,
    now,
    beacon,
    measurements,
    eventLog,
  });
  // Through the bytes that travel.
  const bundle = decodeEvidenceBundle(
    encodeEvidenceBundle({ machines: [evidence], collaterals: [collateral] }),
  );
  const [machine] = bundle.machines;
  if (machine === undefined) throw new TypeError('no machine');
  const { manifest, quote } = machine;
  const verified = await verifyMachine(
    { manifest, quote, collateral, eventLog: machine.eventLog },
    { role: 'worker', registry, now, anchor: network.anchor },
  );
  return { verified, registry };
}

describe('a machine that hands over its boot log', () => {
  it('accepts: a log that replays, tells so in the report and keeps it for rules', async () => {
    const { verified, registry } = await verify(log);
    expect(verified.eventLog).toMatchObject(booted);
    const line = machineLines(verified, registry).find(({ check }) => check === 'boot log');
    // Simulated here; `proven` with Intel’s root.
    expect(line).toMatchObject({ basis: 'assumed', actual: '43 events replay to the quoted registers' });
    const kept = verified.evidence.eventLog ?? new Uint8Array(0);
    await expect(verifyEventLog(kept, verified.quote, [{ kernel: 'ab'.repeat(48) }])).rejects.toMatchObject({
      code: 'ATTESTATION_EVENT_RULE',
    });
  });

  it('accepts: no log, and says nothing about it', async () => {
    const { verified, registry } = await verify(undefined);
    expect(verified.eventLog).toBeUndefined();
    expect(machineLines(verified, registry).some(({ check }) => check === 'boot log')).toBe(false);
  });

  it('rejects: the log of another boot, and bytes that are no log', async () => {
    const other = { ...booted, rtmr2: 'ab'.repeat(48) };
    await expect(verify(log, other)).rejects.toMatchObject({ code: 'ATTESTATION_EVENT_LOG_MISMATCH' });
    await expect(verify(log.subarray(1))).rejects.toMatchObject({ code: 'ATTESTATION_EVENT_LOG_FORMAT' });
    await expect(verify(new Uint8Array(0))).rejects.toMatchObject({ code: 'ATTESTATION_EVENT_LOG_FORMAT' });
  });

  it('rejects: a log longer than evidence may carry', async () => {
    await expect(verify(new Uint8Array(49_153))).rejects.toMatchObject({ code: 'MALFORMED' });
  });

  for (const where of ['proxy', 'worker'] as const) {
    it(`rejects: a ${where} with the log of another machine, before anything is sealed`, async () => {
      const network = await createMemoryNetwork(
        where === 'proxy' ? { proxy: { eventLog: log } } : { workers: [{ machine: { eventLog: log } }] },
      );
      const { url, registry, anchor, fetch, now } = network;
      const cocoon = createCocoon({
        proxy: url,
        network: { registry: async () => registry },
        anchor,
        fetch,
        now,
      });
      const asked = cocoon.verify({ model: 'simulated-model' });
      await expect(asked).rejects.toMatchObject(
        where === 'proxy'
          ? { code: 'ATTESTATION_EVENT_LOG_MISMATCH' }
          : { details: { firstCode: 'ATTESTATION_EVENT_LOG_MISMATCH' } },
      );
      cocoon.close();
    });
  }
});
