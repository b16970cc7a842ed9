// Which engine do the settings name?

import { homedir } from 'node:os';
import { join } from 'node:path';
import type { WorkerConfig } from './config.js';
import type { Engine } from './engines/engine.js';
import { checkModelFile } from './engines/gguf/check-model-file.js';
import { fetchModel } from './engines/gguf/fetch-model.js';
import { createExtractiveEngine, createGgufEngine, createOpenAiEngine } from './engines/index.js';
import { findModel } from './engines/model-catalog.js';
import type { PrivateModel } from './private-model/open-private-model.js';
import { workerError } from './worker-error.js';

export interface RunningEngine {
  engine: Engine;
  /** Digest of the sealed model whose weights it runs. */
  sealedModel?: Uint8Array | undefined;
  close(): Promise<void>;
}

export interface CreateEngineDeps {
  fetch: typeof globalThis.fetch;
  /** Weights of the sealed model that the settings name, once its key has come. */
  openSealed: (settings: { modelSealedFile: string; modelDigest: string }) => Promise<PrivateModel>;
}

/** @throws CocoonError kind `config` for an upstream or a model file that cannot be used; codes of `fetchModel` and `openPrivateModel` */
export async function createEngine(
  config: WorkerConfig,
  { fetch, openSealed }: CreateEngineDeps,
): Promise<RunningEngine> {
  switch (config.engine) {
    case 'extractive':
      return { engine: createExtractiveEngine({ model: config.model }), close: async () => undefined };
    case 'openai': {
      if (config.upstream === undefined) throw noUpstream();
      const engine = createOpenAiEngine({
        upstream: config.upstream,
        model: config.model,
        upstreamModel: config.upstreamModel,
        features: config.features,
        maxContext: config.maxContext,
        allowUnattestedUpstream: config.unattestedUpstream,
        apiKey: config.upstreamKey,
        maxConcurrent: config.slots,
        reasoning: findModel(config.model)?.reasoning,
      });
      return { engine, close: () => engine.close() };
    }
    case 'gguf': {
      const { modelSealedFile, modelDigest } = config;
      if (modelSealedFile === undefined || modelDigest === undefined)
        return runGguf(config, await locateModel(config, fetch));
      const { path, digest, close } = await openSealed({ modelSealedFile, modelDigest });
      // The loaded model maps the memory; nobody else needs a way to it any more.
      const running = await runGguf(config, path).finally(close);
      return { ...running, sealedModel: digest };
    }
    default:
      return config.engine satisfies never;
  }
}

async function runGguf(config: WorkerConfig, file: string): Promise<RunningEngine> {
  const engine = await createGgufEngine({
    file,
    model: config.model,
    maxContext: config.maxContext,
    slots: config.slots,
    gpu: config.gpu === 'off' ? false : 'auto',
    threads: config.threads,
    reasoning: findModel(config.model)?.reasoning,
  });
  return { engine, close: () => engine.close() };
}

/** The file the settings name; one whose hash is pinned is checked first, wherever it comes from. */
async function locateModel(config: WorkerConfig, fetch: typeof globalThis.fetch): Promise<string> {
  const { modelFile, modelUrl: url, modelSha256: sha256, modelSize: size } = config;
  if (url !== undefined && sha256 !== undefined && size !== undefined) {
    const folder = config.modelCache ?? join(homedir(), '.cache', 'cocoonkit', 'models');
    return fetchModel({ url, sha256, size, folder, fetch });
  }
  if (modelFile === undefined) throw noModelFile();
  if (sha256 !== undefined) await checkModelFile(modelFile, { sha256, size });
  return modelFile;
}

function noModelFile(): Error {
  return workerError({
    code: 'CONFIG_INVALID',
    message: '--model-file is needed with --engine gguf.',
    remedy: 'Name the model’s GGUF file.',
  });
}

function noUpstream(): Error {
  return workerError({
    code: 'CONFIG_INVALID',
    message: '--upstream is needed with --engine openai.',
    remedy: 'Name the address of the model server.',
  });
}
