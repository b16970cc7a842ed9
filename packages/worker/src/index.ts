// A worker as a library: start it with settings and what it needs from outside.
export { startWorker, type Worker, type WorkerDeps } from './app.js';
export { parseConfig, type WorkerConfig, type WorkerSettings } from './config.js';
export type { RunningEngine } from './create-engine.js';
export type { QuoteSource } from './create-quotes.js';
export type * from './engines/engine.js';
export { createLog, type LogRecord, type WorkerLog } from './log.js';
export type { MemoryView } from './private-model/memory-view.js';
export type { AwaitingModel } from './private-model/open-private-model.js';
export { configfsQuotes } from './quote/configfs-tsm.js';
export type { QuoteProvider } from './quote/quote-provider.js';
export { DEFAULT_TIMING, type Timing } from './timing.js';
