// What stands in for a TDX machine where there is none? A simulator, loaded only when somebody asks for it.
import type { SimulatedAnchor } from '@cocoonkit/sdk/attestation';
import type { QuoteProvider } from './quote-provider.js';

export interface SimulatedMachine {
  quotes: QuoteProvider;
  /** Makes this worker believe other simulated machines. */
  anchor: SimulatedAnchor;
}

/** SIMULATED TDX: proves nothing. `variant` names another build of the worker, with other measurements. */
export async function simulatedQuotes(options: {
  now: () => Date;
  seed: string;
  variant?: string | undefined;
}): Promise<SimulatedMachine> {
  const testing = await import('@cocoonkit/sdk/testing');
  const { simulatedAnchor } = await import('@cocoonkit/sdk/unsafe');
  return {
    anchor: simulatedAnchor(testing.simulatedRootDer()),
    quotes: {
      name: 'simulated',
      async quote(reportData) {
        const machine = testing.createSimulatedTdx({ now: options.now(), seed: options.seed });
        return {
          quote: machine.quote({
            reportData,
            measurements: testing.simulatedMeasurements('worker', options.variant),
          }),
          collateral: machine.collateralBytes(),
        };
      },
    },
  };
}
