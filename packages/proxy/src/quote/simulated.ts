// How does a development network get quotes? From a simulated TDX under a root that says so; it protects nothing.
import type { LocalMeasurements, QuoteSource } from './quote-source.js';

/** Loaded only when a simulated machine is asked for, so that production never has the code in memory. */
export async function createSimulatedQuotes(): Promise<QuoteSource> {
  const { createSimulatedTdx, simulatedMeasurements, simulatedRootDer } = await import(
    '@cocoonkit/sdk/testing'
  );
  const { simulatedAnchor } = await import('@cocoonkit/sdk/unsafe');
  return {
    kind: 'simulated',
    anchor: simulatedAnchor(simulatedRootDer()),
    async quote(reportData, now) {
      const machine = createSimulatedTdx({ now, seed: 'proxy' });
      const quote = machine.quote({ reportData, measurements: simulatedMeasurements('proxy') });
      return { quote, collateral: machine.collateralBytes() };
    },
  };
}

/** The simulated images of both roles. */
export async function simulatedRules(): Promise<LocalMeasurements> {
  const { simulatedMeasurementRule } = await import('@cocoonkit/sdk/testing');
  return { worker: [simulatedMeasurementRule('worker')], proxy: [simulatedMeasurementRule('proxy')] };
}
