// A simulated NVIDIA: GPU reports and service tokens in NVIDIA's shape, under keys that say they are simulated.
export {
  createSimulatedGpu,
  type SimulatedGpu,
  type SimulatedGpuFaults,
  type SimulatedGpuOptions,
  simulatedGpuTrust,
} from './create-simulated-gpu.js';
export { type EatFaults, GOOD_GPU_CERT_CHAIN, SIMULATED_GPU_ISSUER, simulatedGpuJwks } from './make-eat.js';
export type { GpuCertificateFault, GpuChainFaults } from './make-gpu-chain.js';
export { type GpuReportFaults, SIMULATED_GPU } from './make-gpu-report.js';
