// What is known about models that operators often serve? Defaults for settings, from the models' own cards; nothing here is trusted.
import type { Feature } from './engine.js';
import type { ReasoningTags } from './split-reasoning.js';

export interface CatalogModel {
  /** Name in the network: the model's own id. */
  readonly id: string;
  /** Short names for `--model`. */
  readonly aliases: readonly string[];
  /** Tokens of prompt and answer together. */
  readonly context: number;
  /** What an OpenAI-compatible server that runs it can offer. */
  readonly features: readonly Feature[];
  readonly reasoning?: ReasoningTags | undefined;
  readonly template: string;
  readonly tokenizer: string;
  /** Suggested price factor, 1000 is ×1. */
  readonly coefficient: number;
  readonly licence: string;
}

/** No hashes of weights: who serves a file pins the hash of that file (`--model-sha256`). */
export const MODEL_CATALOG: readonly CatalogModel[] = [
  {
    id: 'Qwen/Qwen3-0.6B',
    aliases: ['qwen3-0.6b'],
    context: 32_768,
    features: ['chat', 'tools', 'json', 'reasoning'],
    reasoning: { open: '<think>', close: '</think>' },
    template: 'ChatML; thinks aloud first unless the request says /no_think',
    tokenizer: 'Qwen2 byte-level BPE',
    coefficient: 150,
    licence: 'Apache-2.0',
  },
  {
    id: 'Qwen/Qwen2.5-Coder-7B-Instruct',
    aliases: ['qwen2.5-coder-7b', 'Qwen/Qwen2.5-Coder-7B'],
    context: 32_768,
    features: ['chat', 'tools', 'json'],
    template: 'ChatML',
    tokenizer: 'Qwen2 byte-level BPE',
    coefficient: 1_000,
    licence: 'Apache-2.0',
  },
  {
    id: 'meta-llama/Meta-Llama-3-8B-Instruct',
    aliases: ['llama3-8b', 'llama-3-8b', 'meta-llama/Meta-Llama-3-8B'],
    context: 8_192,
    features: ['chat', 'json'],
    template: 'Llama 3 headers (<|start_header_id|>)',
    tokenizer: 'Llama 3 byte-level BPE, 128,256 entries',
    coefficient: 1_100,
    licence: 'Meta Llama 3 Community Licence',
  },
];

/** By id or alias, letters of either case. */
export function findModel(name: string): CatalogModel | undefined {
  const wanted = name.toLowerCase();
  return MODEL_CATALOG.find(({ id, aliases }) =>
    [id, ...aliases].some((known) => known.toLowerCase() === wanted),
  );
}
