// What stands in for a TDX machine where there is none? A simulator, loaded only when somebody asks for it.
import { packStaple, parseCollateral, type SimulatedAnchor } from '@cocoonkit/sdk/attestation';
import type { QuoteProvider } from './quote-provider.js';

const DAY_MS = 86_400_000;

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
  const { createSimulatedTdx, simulatedMeasurements, simulatedRootDer } = await import(
    '@cocoonkit/sdk/testing'
  );
  const { simulatedAnchor } = await import('@cocoonkit/sdk/unsafe');
  // Issued anew each day, as Intel's is, and the same for all machines of a day: a pool's evidence carries it once.
  const issue = (day: number) => {
    const machine = createSimulatedTdx({ now: new Date(day * DAY_MS), seed: options.seed });
    return { day, machine, collateral: packStaple(parseCollateral(machine.collateral())) };
  };
  let issued: ReturnType<typeof issue> | undefined;
  return {
    anchor: simulatedAnchor(simulatedRootDer()),
    quotes: {
      name: 'simulated',
      async quote(reportData) {
        const day = Math.floor(options.now().getTime() / DAY_MS);
        if (issued?.day !== day) issued = issue(day);
        const measurements = simulatedMeasurements('worker', options.variant);
        return {
          quote: issued.machine.quote({ reportData, measurements }),
          collateral: issued.collateral,
        };
      },
    },
  };
}
