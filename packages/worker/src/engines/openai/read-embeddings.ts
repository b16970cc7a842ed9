// Did the model server send one vector for each text? Each becomes one small JSON object of its own.
import { LIMITS } from '@cocoonkit/sdk/protocol';
import { isRecord } from './is-record.js';
import type { PreparedEmbeddings } from './prepare-embeddings.js';
import { upstreamError } from './upstream-error.js';

const FLOAT_BYTES = 4;

/** In the order of the texts. @throws CocoonError `UPSTREAM_MALFORMED`, `UPSTREAM_EVENT_TOO_LARGE` */
export function readEmbeddings(
  value: unknown,
  { texts, format, dimensions }: Pick<PreparedEmbeddings, 'texts' | 'format' | 'dimensions'>,
): string[] {
  const data = isRecord(value) ? value['data'] : undefined;
  if (!Array.isArray(data)) throw malformed('no data');
  const rows = new Map<number, string>();
  let length = dimensions;
  for (const row of data) {
    if (!isRecord(row)) throw malformed('a row is not an object');
    const { index, embedding } = row;
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= texts.length)
      throw malformed('a row without its index');
    if (rows.has(index)) throw malformed('two rows for one text');
    const here = format === 'float' ? lengthOfList(embedding) : lengthOfBase64(embedding);
    length ??= here;
    if (here !== length) throw malformed('vectors of another length');
    const json = JSON.stringify({ object: 'embedding', index, embedding });
    if (Buffer.byteLength(json) > LIMITS.itemBytes) throw upstreamError('UPSTREAM_EVENT_TOO_LARGE');
    rows.set(index, json);
  }
  return texts.map((_, index) => {
    const row = rows.get(index);
    if (row === undefined) throw malformed('no row for a text');
    return row;
  });
}

function lengthOfList(value: unknown): number {
  // JSON knows neither NaN nor infinity, but a number too large for a double is read as one.
  if (!Array.isArray(value) || value.length === 0 || !value.every((item) => Number.isFinite(item)))
    throw malformed('a vector is not a list of numbers');
  return value.length;
}

function lengthOfBase64(value: unknown): number {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/]+={0,2}$/.test(value))
    throw malformed('a vector is not base64');
  const bytes = Buffer.from(value, 'base64').length;
  if (bytes === 0 || bytes % FLOAT_BYTES !== 0) throw malformed('a vector is not 32-bit floats');
  return bytes / FLOAT_BYTES;
}

function malformed(reason: string) {
  return upstreamError('UPSTREAM_MALFORMED', { reason });
}
