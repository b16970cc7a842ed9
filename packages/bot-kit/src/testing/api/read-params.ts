// Are these the parameters Telegram would take? Unknown ones are an error here, though Telegram ignores them:
// a name nobody knows is a mistake in the bot.
import { badRequest } from './api-failure.js';
import type { MethodName } from './method-table.js';
import { type ParameterSpec, Params, parametersOf, type UploadedFile } from './params.js';

/** Absent texts that Telegram names in its own words. */
const MISSING: Readonly<Record<string, string>> = {
  chat_id: 'chat_id is empty',
  text: 'message text is empty',
  user_id: 'invalid user_id specified',
  message_id: 'message identifier is not specified',
  draft_id: 'DRAFT_ID_INVALID',
  document: 'there is no document in the request',
  photo: 'there is no photo in the request',
  voice: 'there is no voice in the request',
  audio: 'there is no audio in the request',
  video: 'there is no video in the request',
  media: 'there are no media in the request',
  file_id: 'file_id not specified',
};

/**
 * @throws ApiFailure for an unknown, missing or malformed parameter
 */
export function readParams(
  method: MethodName,
  given: ReadonlyMap<string, unknown>,
  files: ReadonlyMap<string, UploadedFile>,
): Params {
  const known = parametersOf(method);
  const values = new Map<string, unknown>();
  for (const [name, value] of given) {
    const spec = known.get(name);
    if (spec === undefined) throw badRequest(`unknown parameter "${name}" of ${method}`);
    if (value === null || value === undefined) continue;
    values.set(name, readValue(spec, value));
  }
  for (const [name, file] of files) if (known.get(name)?.kind === 'F') values.set(name, file);
  for (const spec of known.values()) {
    const value = values.get(spec.name);
    // An empty text is as absent as none.
    if (spec.required && (value === undefined || (value === '' && MISSING[spec.name] !== undefined)))
      throw badRequest(MISSING[spec.name] ?? `parameter "${spec.name}" is required`);
  }
  return new Params(values, files);
}

function readValue({ name, kind }: ParameterSpec, value: unknown): unknown {
  switch (kind) {
    case 'i': {
      const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
      if (!Number.isSafeInteger(number)) throw badRequest(`parameter "${name}" must be a valid integer`);
      return number;
    }
    case 'f': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isFinite(number))
        throw badRequest(`parameter "${name}" must be a valid number`);
      return number;
    }
    case 'b': {
      if (typeof value === 'boolean') return value;
      const text = String(value).toLowerCase();
      if (text === 'true' || text === '1' || text === 'yes') return true;
      if (text === 'false' || text === '0' || text === 'no' || text === '') return false;
      throw badRequest(`parameter "${name}" must be of type Boolean`);
    }
    case 'c': {
      if (typeof value !== 'string' && typeof value !== 'number') throw badRequest('chat_id is empty');
      return /^-?\d+$/.test(String(value)) ? Number(value) : value;
    }
    case 's': {
      if (typeof value === 'string') return value;
      if (typeof value === 'number' || typeof value === 'boolean') return String(value);
      throw badRequest(`parameter "${name}" must be of type String`);
    }
    case 'j': {
      if (typeof value !== 'string') return value;
      if (value === '') return undefined;
      try {
        return JSON.parse(value);
      } catch {
        throw badRequest(`can't parse ${name.replaceAll('_', ' ')} JSON object`);
      }
    }
    case 'F':
      if (typeof value !== 'string') throw badRequest(`parameter "${name}" must be a file or a text`);
      return value;
    default:
      return kind satisfies never;
  }
}
