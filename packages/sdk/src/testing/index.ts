// What do applications and services test against? Simulated machines and a whole network in memory. Never for real data.
export { FAULTS, type Fault, type FaultName, type FaultParty } from './faults/index.js';
export * from './gpu/index.js';
export {
  type ForwardedRequest,
  flipRecord,
  type MemoryFaults,
  renameHead,
  splitRecords,
  swapEvidence,
} from './memory-faults.js';
export {
  createMemoryNetwork,
  helloModel,
  type MemoryNetwork,
  type MemoryNetworkOptions,
  type MemoryWorkerOptions,
  textChunks,
} from './memory-network.js';
export type { SeenRequest } from './memory-path.js';
export type { MemoryWorker } from './memory-proxy.js';
export type { ScriptedAnswer, ScriptedModel } from './memory-worker.js';
export {
  type SimulatedMachine,
  type SimulatedMachineOptions,
  simulatedMachine,
} from './simulated-machine.js';
export * from './tdx/index.js';
