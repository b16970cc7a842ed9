// What is the smallest model the real engine loads? Seeded random weights, llama architecture, a vocabulary of bytes and some letters.
// Its answers end at their limit only: which random weights end one first would depend on how the processor rounds.
// Format: GGUF version 3, little-endian (ggml documentation: docs/gguf.md). Its text is noise; only its mechanics are of use.
import { writeFile } from 'node:fs/promises';

const WIDTH = 32;
const HEADS = 2;
const LAYERS = 1;
const HIDDEN = 64;
const ALIGNMENT = 32;
const CONTEXT = 512;
/** `</s>`. */
const END = 2;
const TYPES = { u32: 4, f32: 6, bool: 7, string: 8, array: 9, i32: 5 } as const;
/** Token types of the SentencePiece vocabulary. */
const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const BYTE = 6;

interface Tensor {
  name: string;
  /** Innermost first. */
  shape: readonly number[];
  data: Float32Array;
}

export interface TinyGgufOptions {
  seed?: number | undefined;
  template?: string | undefined;
}

/** `<s>` is 1, `</s>` 2, bytes are 3 to 258. */
function vocabulary() {
  const tokens = ['<unk>', '<s>', '</s>'];
  const types = [UNKNOWN, CONTROL, CONTROL];
  for (let byte = 0; byte < 256; byte++) {
    tokens.push(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
    types.push(BYTE);
  }
  for (const letter of '▁etaoinshrdlucmfwygpbvkxqjzETAOINSHRDLU.,?!') {
    tokens.push(letter);
    types.push(NORMAL);
  }
  return { tokens, types, scores: tokens.map((_, i) => -i) };
}

/** mulberry32, so that the same seed makes the same file. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32 - 0.5;
  };
}

function tensors(words: number, random: () => number): Tensor[] {
  const made = (name: string, ...shape: number[]): Tensor => ({
    name,
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, random),
  });
  const ones = (name: string): Tensor => ({ name, shape: [WIDTH], data: new Float32Array(WIDTH).fill(1) });
  /** The same in the first place of each row of `width`. */
  const first = (tensor: Tensor, width: number, value: number): Tensor => {
    for (let at = 0; at < tensor.data.length; at += width) tensor.data[at] = value;
    return tensor;
  };
  /** What a layer adds to the first place: nothing. */
  const silent = (tensor: Tensor, inputs: number): Tensor => {
    tensor.data.fill(0, 0, inputs);
    return tensor;
  };
  // The first place of every state is positive, and the control tokens are the less likely the larger it is.
  const output = first(made('output.weight', WIDTH, words), WIDTH, 0);
  for (const token of [0, 1, END]) {
    output.data.fill(0, token * WIDTH, (token + 1) * WIDTH);
    output.data[token * WIDTH] = -1_000;
  }
  const layers = Array.from({ length: LAYERS }, (_, i) => [
    ones(`blk.${i}.attn_norm.weight`),
    ...['attn_q', 'attn_k', 'attn_v'].map((name) => made(`blk.${i}.${name}.weight`, WIDTH, WIDTH)),
    silent(made(`blk.${i}.attn_output.weight`, WIDTH, WIDTH), WIDTH),
    ones(`blk.${i}.ffn_norm.weight`),
    made(`blk.${i}.ffn_gate.weight`, WIDTH, HIDDEN),
    made(`blk.${i}.ffn_up.weight`, WIDTH, HIDDEN),
    silent(made(`blk.${i}.ffn_down.weight`, HIDDEN, WIDTH), HIDDEN),
  ]);
  return [
    first(made('token_embd.weight', WIDTH, words), WIDTH, 1),
    ...layers.flat(),
    ones('output_norm.weight'),
    output,
  ];
}

/** Collects little-endian values. */
class Writer {
  readonly #parts: Buffer[] = [];
  length = 0;

  bytes(part: Buffer): void {
    this.#parts.push(part);
    this.length += part.length;
  }
  u32(value: number): void {
    const part = Buffer.alloc(4);
    part.writeUInt32LE(value);
    this.bytes(part);
  }
  u64(value: number): void {
    const part = Buffer.alloc(8);
    part.writeBigUInt64LE(BigInt(value));
    this.bytes(part);
  }
  f32(value: number): void {
    const part = Buffer.alloc(4);
    part.writeFloatLE(value);
    this.bytes(part);
  }
  text(value: string): void {
    const bytes = Buffer.from(value, 'utf8');
    this.u64(bytes.length);
    this.bytes(bytes);
  }
  key(name: string, type: keyof typeof TYPES): void {
    this.text(name);
    this.u32(TYPES[type]);
  }
  list<T>(name: string, type: keyof typeof TYPES, values: readonly T[], write: (value: T) => void): void {
    this.key(name, 'array');
    this.u32(TYPES[type]);
    this.u64(values.length);
    for (const value of values) write(value);
  }
  align(): void {
    this.bytes(Buffer.alloc((ALIGNMENT - (this.length % ALIGNMENT)) % ALIGNMENT));
  }
  end(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

/** Writes the model to `file`. Its context holds 512 tokens. */
export async function writeTinyGguf(file: string, options: TinyGgufOptions = {}): Promise<void> {
  const { tokens, types, scores } = vocabulary();
  const weights = tensors(tokens.length, seeded(options.seed ?? 1));
  const numbers: [string, 'u32' | 'f32', number][] = [
    ['general.alignment', 'u32', ALIGNMENT],
    ['llama.context_length', 'u32', CONTEXT],
    ['llama.embedding_length', 'u32', WIDTH],
    ['llama.block_count', 'u32', LAYERS],
    ['llama.feed_forward_length', 'u32', HIDDEN],
    ['llama.rope.dimension_count', 'u32', WIDTH / HEADS],
    ['llama.attention.head_count', 'u32', HEADS],
    ['llama.attention.head_count_kv', 'u32', HEADS],
    ['llama.attention.layer_norm_rms_epsilon', 'f32', 1e-5],
    ['llama.vocab_size', 'u32', tokens.length],
    ['tokenizer.ggml.unknown_token_id', 'u32', 0],
    ['tokenizer.ggml.bos_token_id', 'u32', 1],
    ['tokenizer.ggml.eos_token_id', 'u32', END],
  ];
  const texts: [string, string][] = [
    ['general.architecture', 'llama'],
    ['general.name', 'cocoonkit tiny random'],
    ['tokenizer.ggml.model', 'llama'],
    ...(options.template === undefined
      ? []
      : [['tokenizer.chat_template', options.template] as [string, string]]),
  ];
  const out = new Writer();
  out.bytes(Buffer.from('GGUF'));
  out.u32(3);
  out.u64(weights.length);
  out.u64(numbers.length + texts.length + 3);
  for (const [name, value] of texts) {
    out.key(name, 'string');
    out.text(value);
  }
  for (const [name, type, value] of numbers) {
    out.key(name, type);
    out[type](value);
  }
  out.list('tokenizer.ggml.tokens', 'string', tokens, (token) => out.text(token));
  out.list('tokenizer.ggml.scores', 'f32', scores, (score) => out.f32(score));
  out.list('tokenizer.ggml.token_type', 'i32', types, (type) => out.u32(type));
  let offset = 0;
  for (const { name, shape, data } of weights) {
    out.text(name);
    out.u32(shape.length);
    for (const size of shape) out.u64(size);
    out.u32(0);
    out.u64(offset);
    offset += Math.ceil(data.byteLength / ALIGNMENT) * ALIGNMENT;
  }
  out.align();
  for (const { data } of weights) {
    out.bytes(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    out.align();
  }
  await writeFile(file, out.end());
}
