// How does a development network get quotes? From a simulated TDX under a root that says so; it protects nothing.
import { packStaple, parseCollateral } from '@cocoonkit/sdk/attestation';
import type { LocalMeasurements, QuoteSource } from './quote-source.js';

const DAY_MS = 86_400_000;

/** Loaded only when a simulated machine is asked for, so that production never has the code in memory. */
export async function createSimulatedQuotes(): Promise<QuoteSource> {
  const { createSimulatedTdx, simulatedMeasurements, simulatedRootDer } = await import(
    '@cocoonkit/sdk/testing'
  );
  const { simulatedAnchor } = await import('@cocoonkit/sdk/unsafe');
  // Issued anew each day, as Intel's is, and the same for all machines of a day: evidence carries it once.
  const issue = (day: number) => {
    const machine = createSimulatedTdx({ now: new Date(day * DAY_MS), seed: 'proxy' });
    return { day, machine, collateral: packStaple(parseCollateral(machine.collateral())) };
  };
  let issued: ReturnType<typeof issue> | undefined;
  return {
    kind: 'simulated',
    anchor: simulatedAnchor(simulatedRootDer()),
    async quote(reportData, now) {
      const day = Math.floor(now.getTime() / DAY_MS);
      if (issued?.day !== day) issued = issue(day);
      const quote = issued.machine.quote({ reportData, measurements: simulatedMeasurements('proxy') });
      return { quote, collateral: issued.collateral };
    },
  };
}

/** The simulated images of both roles. */
export async function simulatedRules(): Promise<LocalMeasurements> {
  const { simulatedMeasurementRule } = await import('@cocoonkit/sdk/testing');
  return { worker: [simulatedMeasurementRule('worker')], proxy: [simulatedMeasurementRule('proxy')] };
}
