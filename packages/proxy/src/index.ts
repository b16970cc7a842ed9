// The proxy as a library: start it, start a local registry, read a configuration.
export { type ProxyDeps, type RunningProxy, startProxy } from './app.js';
export { type ProxyConfig, type ProxyConfigInput, type ProxyLimits, parseProxyConfig } from './config.js';
export { createLog, type Log, type LogRecord } from './log.js';
export { simulatedRules } from './quote/simulated.js';
export { type RegistryOptions, type RunningRegistry, startRegistry } from './registry/start-registry.js';
