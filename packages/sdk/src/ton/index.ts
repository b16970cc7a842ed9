// The network's contracts on TON: wrappers in the style of @ton/core, messages, addresses, and the registry.

export { CONTRACT_CODES } from './contract-codes.js';
export {
  CLIENT_OPERATION_VALUE,
  ClientContract,
  type ClientData,
  type ClientState,
  readClientData,
} from './contracts/client-contract.js';
export {
  GovernanceContract,
  type GovernanceData,
  governanceStorage,
  type Proposal,
  readGovernanceData,
} from './contracts/governance-contract.js';
export { ProxyContract, type ProxyData, type ProxyState, readProxyData } from './contracts/proxy-contract.js';
export { ROOT_OPERATION_VALUE, RootContract, rootStorage } from './contracts/root-contract.js';
export {
  readWalletData,
  signedWalletOrder,
  WALLET_FLOOR,
  WalletContract,
  type WalletData,
  type WalletOrder,
  walletOrder,
} from './contracts/wallet-contract.js';
export {
  readWorkerData,
  WORKER_OPERATION_VALUE,
  WorkerContract,
  type WorkerData,
} from './contracts/worker-contract.js';
export {
  type Derived,
  deriveClient,
  deriveGovernance,
  deriveProxy,
  deriveRoot,
  deriveWallet,
  deriveWorker,
  type ParamsOnChain,
} from './derive.js';
export { EXIT_CODES, type ExitCode, explainExitCode } from './exit-codes.js';
export type { Addressed } from './messages/addressed.js';
export * from './messages/client-messages.js';
export {
  type ClassRules,
  executeBody,
  type GovernanceRules,
  type Member,
  proposeBody,
  setRulesBody,
  sweepBody,
  voteBody,
} from './messages/governance-messages.js';
export {
  CLIENT_OPS,
  COMMON_OPS,
  GOVERNANCE_OPS,
  PROXY_OPS,
  ROOT_OPS,
  WALLET_OPS,
  WORKER_OPS,
} from './messages/operations.js';
export * from './messages/proxy-messages.js';
export * from './messages/root-messages.js';
export * from './messages/signed-message.js';
export * from './messages/worker-messages.js';
export {
  BARE_COPY,
  copyParams,
  type KeptCodes,
  type NetworkParams,
  PROXY_COPY,
  parseNetworkParams,
  storeNetworkParams,
} from './network-params.js';
export { type KeyManager, type RegisteredProxy, type RegistryConfig, readRoot } from './read-root.js';
export {
  clientStorage,
  type MemberIdentity,
  type ProxyIdentity,
  proxyStorage,
  walletStorage,
  workerStorage,
} from './storage.js';
