// What came in over HTTP? Query, JSON, form or multipart, as one map of parameters and one of files.
import type { IncomingMessage } from 'node:http';
import { ApiFailure } from '../api/api-failure.js';
import { isRecord, type UploadedFile } from '../api/params.js';
import { readMultipart } from './read-multipart.js';

/** A cloud Bot API server takes files of up to 50 MB; a little more for the rest of the body. */
export const MAX_BODY_BYTES = 51 * 1024 * 1024;

export interface ReadRequest {
  readonly values: ReadonlyMap<string, unknown>;
  readonly files: ReadonlyMap<string, UploadedFile>;
}

/**
 * @throws ApiFailure 413 above {@link MAX_BODY_BYTES}, 400 for a body that cannot be read
 */
export async function readRequest(request: IncomingMessage, query: URLSearchParams): Promise<ReadRequest> {
  const values = new Map<string, unknown>(query);
  const files = new Map<string, UploadedFile>();
  const body = await readBody(request);
  const type = request.headers['content-type'] ?? '';
  if (body.length === 0) return { values, files };
  if (type.startsWith('application/json')) {
    for (const [name, value] of Object.entries(parseJson(body))) values.set(name, value);
  } else if (type.startsWith('multipart/form-data')) {
    const form = readMultipart(body, type);
    return { values: new Map([...values, ...form.values]), files: form.files };
  } else if (type.startsWith('application/x-www-form-urlencoded')) {
    for (const [name, value] of new URLSearchParams(new TextDecoder().decode(body))) values.set(name, value);
  } else throw new ApiFailure(400, `Bad Request: unsupported content type "${type}"`);
  return { values, files };
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request) {
    if (!(part instanceof Uint8Array)) continue;
    length += part.length;
    // The rest is read and dropped, so that the refusal reaches the sender.
    if (length <= MAX_BODY_BYTES) parts.push(part);
  }
  if (length > MAX_BODY_BYTES) throw new ApiFailure(413, 'Request Entity Too Large');
  return Buffer.concat(parts);
}

function parseJson(body: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    if (isRecord(value)) return value;
  } catch {
    // Falls through: one answer for both.
  }
  throw new ApiFailure(400, "Bad Request: can't parse request body as a JSON object");
}
