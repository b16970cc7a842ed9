// Which attacks can an application be tested against? Every one by name, with what must come of it.
import type { SimulatedMachineOptions } from '../simulated-machine.js';
import type { Fault } from './fault.js';
import { PATH_FAULTS } from './path-faults.js';
import { PROXY_FAULTS } from './proxy-faults.js';
import { WORKER_FAULTS } from './worker-faults.js';

export type { Fault, FaultParty } from './fault.js';

/** All attacks: `createMemoryNetwork({ faults: ['answer-cut-before-final'] })`. */
export const FAULTS = Object.freeze([...PATH_FAULTS, ...PROXY_FAULTS, ...WORKER_FAULTS]);

export type FaultName = (typeof FAULTS)[number]['name'];

/** @throws TypeError for a name that is not in `FAULTS`. */
export function findFault(name: FaultName): Fault {
  const fault = FAULTS.find((one) => one.name === name);
  if (fault === undefined) throw new TypeError(`No fault is called ${name}.`);
  return fault;
}

/** What the chosen attacks change about one kind of machine; of two that set the same option the later one counts. */
export function mergeMachines(
  faults: readonly Fault[],
  role: 'proxy' | 'worker',
): Partial<SimulatedMachineOptions> {
  return Object.assign({}, ...faults.map(({ machines }) => machines?.[role] ?? {}));
}
