// The registry of a local network: rules, prices and beacons of a network without a chain.
export { type RegistryOptions, type RunningRegistry, startRegistry } from './start-registry.js';
