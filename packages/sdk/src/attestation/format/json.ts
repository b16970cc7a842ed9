// How is JSON of a stranger read: no duplicate keys, bounded depth, every field checked for its type?
import { checkKeys } from '../../internal/json-keys.js';
import { exactTime, expectFormat } from './cursor.js';

const MAX_DEPTH = 16;

export type JsonObject = Readonly<Record<string, unknown>>;

/** Strict JSON; throws on duplicate keys, which two parsers may resolve differently. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  checkKeys(text, value, MAX_DEPTH, expectFormat);
  return value;
}

export function asObject(value: unknown, what: string): JsonObject {
  expectFormat(typeof value === 'object' && value !== null && !Array.isArray(value), `${what} is no object`);
  return value as JsonObject;
}

/** An own field: names such as `constructor` must not be found on the prototype. */
export function field(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

export function objectField(object: JsonObject, name: string): JsonObject {
  return asObject(field(object, name), name);
}

export function textField(object: JsonObject, name: string): string {
  const value = field(object, name);
  expectFormat(typeof value === 'string', `${name} is no text`);
  return value;
}

export function integerField(object: JsonObject, name: string, max: number): number {
  const value = field(object, name);
  expectFormat(
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max,
    `${name} out of range`,
  );
  return value;
}

export function listField(object: JsonObject, name: string, max: number): readonly unknown[] {
  const value = field(object, name);
  expectFormat(Array.isArray(value) && value.length <= max, `${name} is no list`);
  return value;
}

export function textListField(object: JsonObject, name: string, max: number): readonly string[] {
  if (field(object, name) === undefined) return [];
  return listField(object, name, max).map((entry) => {
    expectFormat(typeof entry === 'string', `${name} is no text`);
    return entry;
  });
}

export function hexField(object: JsonObject, name: string, length: number): Uint8Array {
  const text = textField(object, name);
  expectFormat(text.length === 2 * length && /^[0-9a-fA-F]*$/.test(text), `${name} is no hex`);
  // Revocation lists are long: each digit is decoded by arithmetic, its range being checked above.
  const digit = (at: number): number => (text.charCodeAt(at) & 15) + (text.charCodeAt(at) >> 6) * 9;
  const out = new Uint8Array(length);
  for (let i = 0; i < length; i++) out[i] = digit(2 * i) * 16 + digit(2 * i + 1);
  return out;
}

/** Milliseconds of `YYYY-MM-DDTHH:MM:SSZ`; a date that does not exist is refused, never NaN. */
export function dateField(object: JsonObject, name: string): number {
  return exactTime(textField(object, name).replace('Z', '.000Z'));
}
