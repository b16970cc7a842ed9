// What did the operator ask for? Every setting checked, all problems told at once.

import { z } from 'zod';
import { findModel } from './engines/model-catalog.js';
import { parseUpstream } from './engines/openai/parse-upstream.js';
import { privateModelMismatches } from './private-model/private-model-settings.js';
import { fromHexSetting, listSetting } from './read-setting.js';
import { codeOf, workerError } from './worker-error.js';

const MAX_SLOTS = 1_024;
const MAX_PROXIES = 16;
const MAX_MODEL_BYTES = 2 ** 42;
const DEFAULT_BODY_BYTES = 16 * 1024 * 1024;
const FEATURES = [
  'summarize',
  'quote',
  'search',
  'chat',
  'tools',
  'json',
  'vision',
  'embeddings',
  'reasoning',
] as const;

const address = z.url({
  protocol: /^(?:https?|wss?)$/,
  error: 'must be an address like http://127.0.0.1:8080',
});
const service = z.url({ protocol: /^https?$/, error: 'must be an address like https://pccs.example:8081' });
const whole = (least: number, most: number) =>
  z.coerce
    .number({ error: `must be a whole number from ${least} to ${most}` })
    .int(`must be a whole number from ${least} to ${most}`)
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`);
const name = (most: number) =>
  z.string().min(1, 'must not be empty').max(most, `must have at most ${most} characters`);

const settings = z.object({
  proxy: z
    .string({ error: 'is needed: the address of a proxy' })
    .transform(listSetting)
    .pipe(
      z.array(address).min(1, 'names no proxy').max(MAX_PROXIES, `names more than ${MAX_PROXIES} proxies`),
    ),
  registry: name(2_048),
  registryKey: z
    .string({ error: 'is needed: the 64 hex digits of the registry’s public key' })
    .regex(/^[0-9a-fA-F]{64}$/, 'must be the 64 hex digits of the registry’s public key')
    .transform(fromHexSetting),
  quote: z.enum(['simulated', 'configfs'], { error: 'must be simulated or configfs' }),
  collateral: name(4_096).optional(),
  /** Boot log to hand over; by default the kernel’s, where there is one. */
  eventLog: name(4_096).optional(),
  /** Address of a PCCS or of Intel’s service, asked for collateral. */
  pccs: service.optional(),
  engine: z.enum(['extractive', 'openai', 'gguf'], { error: 'must be extractive, openai or gguf' }),
  /** Path of a GGUF model. */
  modelFile: name(4_096).optional(),
  /** Where a GGUF model is fetched from, when its hash and size are pinned. */
  modelUrl: z
    .url({ protocol: /^https?$/, error: 'must be an address like https://models.example/m.gguf' })
    .max(2_048, 'must have at most 2048 characters')
    .refine((url) => new URL(url).username === '' && new URL(url).password === '', 'must not hold a password')
    .optional(),
  modelSha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'must be the 64 hex digits of the model file’s SHA-256')
    .optional(),
  modelSize: whole(1, MAX_MODEL_BYTES).optional(),
  /** Folder of fetched models, this worker's own. */
  modelCache: name(4_096).optional(),
  /** A model that `cocoonkit model seal` encrypted; its key is released to this worker once it runs. */
  modelSealedFile: name(4_096).optional(),
  /** Digest of the sealed model: 64 hex digits, quoted for clients. */
  modelDigest: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'must be the 64 hex digits that `cocoonkit model seal` printed')
    .optional(),
  /** Where the evidence for the model's owner is written, and where the release is looked for. */
  modelRequestFile: name(4_096).optional(),
  modelReleaseFile: name(4_096).optional(),
  /** Where the owner can reach the waiting worker instead. */
  modelReleaseListen: name(256).optional(),
  /** Folder of a tmpfs for the decrypted weights. */
  modelMemory: name(4_096).default('/dev/shm'),
  /** Simulated machines alone: the folder may be on a disk. */
  modelOnDisk: z.boolean().default(false),
  gpu: z.enum(['auto', 'off'], { error: 'must be auto or off' }).default('auto'),
  /** Threads of the gguf engine; 0 is as many as the machine has cores. */
  threads: whole(0, 256).default(0),
  upstream: name(2_048).optional(),
  upstreamModel: name(256).optional(),
  upstreamKey: name(4_096).optional(),
  unattestedUpstream: z.boolean().default(false),
  cacheSalt: z.boolean().default(false),
  /** Loopback address or unix socket of the program that asks the GPUs for evidence. */
  gpuEvidence: name(2_048).optional(),
  /** Quotes the promise that this guest checked its GPUs before it started the worker. */
  gpuAttested: z.boolean().default(false),
  /** Also offers suite 3, which has no post-quantum protection. */
  classical: z.boolean().default(false),
  features: z
    .string()
    .transform(listSetting)
    .pipe(z.array(z.enum(FEATURES, { error: `knows only ${FEATURES.join(', ')}` })).max(FEATURES.length))
    .optional(),
  model: name(256),
  modelProof: z.enum(['declared', 'measured'], { error: 'must be declared or measured' }).default('declared'),
  coefficient: whole(1, 1_000_000).default(1_000),
  maxContext: whole(1, 0xffffffff).default(32_768),
  maxBody: whole(1, DEFAULT_BODY_BYTES).default(DEFAULT_BODY_BYTES),
  slots: whole(1, MAX_SLOTS).default(4),
  owner: name(128).default('none'),
  outbox: name(4_096).optional(),
  machine: name(128).optional(),
  json: z.boolean().default(false),
});

/** Checked settings of one worker. */
export type WorkerConfig = z.output<typeof settings>;
/** The same as they come from a command line or a program. */
export type WorkerSettings = z.input<typeof settings>;

/** @throws CocoonError `CONFIG_INVALID`; its message names every problem. */
export function parseConfig(value: Readonly<Record<string, unknown>>): WorkerConfig {
  const result = settings.safeParse(withKnownModel(value));
  const issues = result.error?.issues ?? [];
  const problems = [
    ...issues.map((issue) => `${flagOf(issue.path[0])} ${sayIssue(issue)}`),
    ...mismatches(value),
  ];
  if (result.success && problems.length === 0) return result.data;
  throw workerError({
    code: 'CONFIG_INVALID',
    message: `The settings cannot be used: ${[...new Set(problems)].join('; ')}.`,
    remedy: 'Run cocoonkit-worker serve --help for what each setting means.',
  });
}

const FLAGS_OF_ENGINES = {
  openai: ['upstream', 'upstreamModel', 'unattestedUpstream', 'cacheSalt', 'features'],
  gguf: [
    'modelFile',
    'modelUrl',
    'modelSha256',
    'modelSize',
    'modelCache',
    'modelSealedFile',
    'gpu',
    'threads',
  ],
} as const;

/** A model of the catalog brings its full name and what is known about it; what the operator says counts more. */
function withKnownModel(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { engine, model } = value;
  const known = engine !== 'extractive' && typeof model === 'string' ? findModel(model) : undefined;
  if (known === undefined) return value;
  const { id, context, coefficient, features } = known;
  return {
    maxContext: context,
    coefficient,
    ...(engine === 'openai' ? { features: features.join(',') } : {}),
    ...Object.fromEntries(Object.entries(value).filter(([, setting]) => setting !== undefined)),
    model: id,
  };
}

/** Settings that do not go together. Looks at them as they came, so that it speaks up besides other problems. */
function* mismatches(value: Readonly<Record<string, unknown>>): Generator<string> {
  const { quote, collateral, pccs, eventLog, engine, upstream, unattestedUpstream } = value;
  if (quote === 'configfs' && collateral === undefined && pccs === undefined)
    yield '--pccs or --collateral is needed with --quote configfs: the service, or the file, with Intel’s collateral for this machine';
  if (collateral !== undefined && pccs !== undefined) yield '--pccs and --collateral exclude each other';
  if (quote === 'simulated' && pccs !== undefined) yield '--pccs belongs to --quote configfs';
  if (quote === 'simulated' && eventLog !== undefined) yield '--event-log belongs to --quote configfs';
  if (engine === 'openai' && upstream === undefined) yield '--upstream is needed with --engine openai';
  if (engine === 'openai' && typeof upstream === 'string') {
    const problem = upstreamProblem(upstream, unattestedUpstream === true);
    if (problem !== undefined) yield `--upstream ${problem}`;
  }
  const { gpuEvidence } = value;
  if (typeof gpuEvidence === 'string' && !isLocal(gpuEvidence))
    yield '--gpu-evidence must be a program in this machine, like http://127.0.0.1:9000/gpu or unix:/run/gpu.sock';
  if (engine === 'gguf') yield* modelMismatches(value);
  yield* privateModelMismatches(value);
  for (const [owner, names] of Object.entries(FLAGS_OF_ENGINES))
    for (const name of names)
      if (engine !== owner && value[name] !== undefined && value[name] !== false)
        yield `${flagOf(name)} belongs to --engine ${owner}`;
}

function* modelMismatches(value: Readonly<Record<string, unknown>>): Generator<string> {
  const { modelFile, modelUrl, modelSha256, modelSize, modelCache, modelSealedFile } = value;
  if (modelFile === undefined && modelUrl === undefined && modelSealedFile === undefined)
    yield '--model-file is needed with --engine gguf: the path of a GGUF model, --model-url with its hash and size, or --model-sealed-file';
  if (modelFile !== undefined && modelUrl !== undefined)
    yield '--model-file and --model-url exclude each other';
  if (modelUrl !== undefined && (modelSha256 === undefined || modelSize === undefined))
    yield '--model-sha256 and --model-size are needed with --model-url: nothing unchecked is loaded';
  if (modelUrl === undefined && modelCache !== undefined) yield '--model-cache belongs to --model-url';
  if (modelSize !== undefined && modelSha256 === undefined)
    yield '--model-size is of use only with --model-sha256';
}

function sayIssue(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')
    ? 'is needed'
    : issue.message;
}

function flagOf(path: PropertyKey | undefined): string {
  return `--${String(path ?? '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function isLocal(address: string): boolean {
  try {
    return !parseUpstream(address, { allowUnattested: false }).external;
  } catch {
    return false;
  }
}

function upstreamProblem(upstream: string, allowUnattested: boolean): string | undefined {
  try {
    parseUpstream(upstream, { allowUnattested });
    return undefined;
  } catch (error) {
    return codeOf(error) === 'UPSTREAM_NOT_LOCAL'
      ? 'leaves this machine: prompts would travel in clear; use a loopback address or a unix socket, or add --unattested-upstream, which every client is told'
      : 'must be like http://127.0.0.1:8000/v1 or unix:/run/model.sock';
  }
}
