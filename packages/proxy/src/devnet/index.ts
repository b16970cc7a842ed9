// A local TON chain: a real TVM behind toncenter's HTTP API, for development and tests. No real TON.
export { LOCAL_CHAIN } from './create-api.js';
export type { LocalChain } from './local-chain.js';
export { type DevnetOptions, type RunningDevnet, startDevnet } from './start-devnet.js';
