// Where a network's rules come from: registry snapshots and beacons.
export { type BeaconSource, httpBeaconSource } from './beacon-source.js';
export { type BocCell, parseBoc } from './chain/parse-boc.js';
export { parseRegistry, type RegistryConfig, type RegistryParams } from './chain/parse-registry.js';
export { fetchLocalRegistry } from './fetch-local-registry.js';
export { parseLocalRegistry, signLocalRegistry } from './local-registry.js';
export type { Registry } from './registry.js';
export { rememberBeacons } from './remember-beacons.js';
