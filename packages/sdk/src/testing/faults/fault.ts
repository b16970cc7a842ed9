// What is an attack that an application can be tested against? A name, who does it, and what must come of it.
import type { MemoryNetwork } from '../memory-network.js';
import type { SimulatedMachineOptions } from '../simulated-machine.js';

/** Who misbehaves: everything below has to hold against each of them. */
export type FaultParty = 'path' | 'proxy' | 'worker';

export interface Fault<Name extends string = string> {
  readonly name: Name;
  readonly who: FaultParty;
  /** One sentence. */
  readonly what: string;
  /** Code of the error the application gets; undefined when it gets the right answer all the same. */
  readonly code: string | undefined;
  /** Code of the first refusal that led to `code`, or of the warning beside a right answer. */
  readonly cause?: string | undefined;
  /** A line of the report that fails beside a right answer. */
  readonly failedCheck?: string | undefined;
  /**
   * Whether the bill stands in the ledger afterwards: the worker finished, and signed what a proxy can check.
   * The worker here works only as fast as its answer is taken: who hangs up early has interrupted it.
   */
  readonly charged: boolean;
  /** The attack needs an honest request before it. */
  readonly rehearsed?: true | undefined;
  /** Nothing ends the wait but the caller’s own limit (`timeoutMs`, `signal`). */
  readonly waits?: true | undefined;
  /** What is wrong with the machines from the start. */
  readonly machines?:
    | {
        readonly proxy?: Partial<SimulatedMachineOptions> | undefined;
        readonly worker?: Partial<SimulatedMachineOptions> | undefined;
      }
    | undefined;
  /** What goes wrong while the network runs. */
  readonly turnOn?: ((network: MemoryNetwork) => void) | undefined;
}

/** Keeps the names of a list in its type. */
export function faultsOf<const Name extends string>(
  who: FaultParty,
  faults: readonly Omit<Fault<Name>, 'who'>[],
): readonly Fault<Name>[] {
  return faults.map((fault) => Object.freeze({ ...fault, who }));
}
