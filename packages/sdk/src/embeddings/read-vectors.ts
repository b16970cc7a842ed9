// Is every item of this answer the vector of one of the texts, and is none missing? Authenticated is not the same as well-formed.

import { CocoonError } from '../errors.js';
import type { Embedding } from './embedding.js';

const FLOAT_BYTES = 4;

export interface VectorReader {
  /** @throws CocoonError `EMBEDDING_INVALID` */
  add(item: Uint8Array): void;
  /** In the order of the texts. @throws CocoonError `EMBEDDING_INVALID` when one is missing */
  finish(): { data: Embedding[]; vectors: Float32Array[] };
}

export function createVectorReader(wanted: {
  inputs: number;
  format: 'float' | 'base64';
  dimensions: number | undefined;
}): VectorReader {
  const { inputs, format } = wanted;
  const found = new Map<number, { row: Embedding; vector: Float32Array }>();
  let length = wanted.dimensions;

  return {
    add(item) {
      const value = parseItem(item);
      const { index, embedding } = value;
      if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= inputs)
        throw invalid('an index that belongs to no text');
      if (found.has(index)) throw invalid('two vectors for one text');
      const read = format === 'float' ? readFloats(embedding) : readBase64(embedding);
      length ??= read.vector.length;
      if (read.vector.length !== length) throw invalid('vectors of different lengths');
      if (read.vector.some((number) => !Number.isFinite(number)))
        throw invalid('a number that is not finite');
      const row: Embedding = { object: 'embedding', index, embedding: read.embedding };
      found.set(index, { row, vector: read.vector });
    },
    finish() {
      if (found.size !== inputs) throw invalid('no vector for one of the texts');
      const all = [...found.values()].sort((a, b) => a.row.index - b.row.index);
      return { data: all.map(({ row }) => row), vectors: all.map(({ vector }) => vector) };
    },
  };
}

function parseItem(item: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(item));
  } catch {
    throw invalid('not UTF-8 JSON');
  }
  if (typeof value !== 'object' || value === null) throw invalid('not an object');
  return { ...value };
}

function readFloats(value: unknown): { embedding: number[]; vector: Float32Array } {
  if (!Array.isArray(value) || value.length === 0) throw invalid('no list of numbers');
  const embedding = value.map((number: unknown) => {
    if (typeof number !== 'number') throw invalid('no list of numbers');
    return number;
  });
  return { embedding, vector: Float32Array.from(embedding) };
}

function readBase64(value: unknown): { embedding: string; vector: Float32Array } {
  if (typeof value !== 'string' || value === '') throw invalid('no base64 text');
  let binary: string;
  try {
    binary = atob(value);
  } catch {
    throw invalid('no base64 text');
  }
  if (binary.length % FLOAT_BYTES !== 0) throw invalid('bytes that are no 32-bit floats');
  const bytes = new DataView(new ArrayBuffer(binary.length));
  for (let at = 0; at < binary.length; at++) bytes.setUint8(at, binary.charCodeAt(at));
  // Little-endian whatever this machine is.
  const vector = Float32Array.from({ length: binary.length / FLOAT_BYTES }, (_, at) =>
    bytes.getFloat32(at * FLOAT_BYTES, true),
  );
  return { embedding: value, vector };
}

function invalid(reason: string): CocoonError {
  return new CocoonError({
    kind: 'protocol',
    code: 'EMBEDDING_INVALID',
    message: `The worker’s answer is not one vector for each text: ${reason}.`,
    remedy: 'Use another model; its engine does not follow the OpenAI format.',
  });
}
