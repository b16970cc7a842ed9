// Which model runtimes can a worker serve?
export type * from './engine.js';
export {
  createExtractiveEngine,
  type ExtractiveEngineOptions,
} from './extractive/create-extractive-engine.js';
export { createGgufEngine, type GgufEngine, type GgufEngineOptions } from './gguf/create-gguf-engine.js';
export {
  createOpenAiEngine,
  type OpenAiEngine,
  type OpenAiEngineOptions,
} from './openai/create-openai-engine.js';
