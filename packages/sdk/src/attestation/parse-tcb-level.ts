// What do the levels of a signed TCB document look like?
import { expectFormat } from './format/cursor.js';
import {
  asObject,
  dateField,
  hexField,
  integerField,
  type JsonObject,
  listField,
  objectField,
  textField,
  textListField,
} from './format/json.js';
import type { TcbPart, TcbStatus } from './tcb-status.js';

const MAX_LEVELS = 64;
const MAX_ADVISORIES = 256;
const MAX_SVN = 65_535;

/** A level's verdict; `part` is missing when Intel revoked the level. */
export interface LevelVerdict {
  readonly part: TcbPart | undefined;
}

/** A level chosen by a single security version: TDX modules and quoting enclaves. */
export interface IsvLevel extends LevelVerdict {
  readonly isvSvn: number;
}

export function parseVerdict(level: JsonObject, statuses: readonly TcbStatus[]): LevelVerdict {
  const text = textField(level, 'tcbStatus');
  const date = new Date(dateField(level, 'tcbDate'));
  const advisories = textListField(level, 'advisoryIDs', MAX_ADVISORIES);
  if (text === 'Revoked') return { part: undefined };
  const status = statuses.find((known) => known === text);
  expectFormat(status !== undefined, 'tcbStatus');
  return { part: { status, date, advisories } };
}

export function parseLevels(document: JsonObject): readonly JsonObject[] {
  const levels = listField(document, 'tcbLevels', MAX_LEVELS).map((level) => asObject(level, 'level'));
  expectFormat(levels.length > 0, 'no level');
  return levels;
}

/** Newest first; two levels for one version would be ambiguous. */
export function parseIsvLevels(document: JsonObject, statuses: readonly TcbStatus[]): readonly IsvLevel[] {
  const levels = parseLevels(document).map((level) => ({
    isvSvn: integerField(objectField(level, 'tcb'), 'isvsvn', MAX_SVN),
    ...parseVerdict(level, statuses),
  }));
  expectFormat(new Set(levels.map((level) => level.isvSvn)).size === levels.length, 'equal levels');
  return levels.sort((a, b) => b.isvSvn - a.isvSvn);
}

/** Exactly 16 security versions. */
export function parseComponents(tcb: JsonObject, name: string): readonly number[] {
  const components = listField(tcb, name, 16).map((entry) =>
    integerField(asObject(entry, name), 'svn', MAX_SVN),
  );
  expectFormat(components.length === 16, name);
  return components;
}

/** An expected value under a mask, for example enclave attributes. */
export interface Masked {
  readonly value: Uint8Array;
  readonly mask: Uint8Array;
}

export function parseMasked(object: JsonObject, name: string, length: number): Masked {
  return { value: hexField(object, name, length), mask: hexField(object, `${name}Mask`, length) };
}

export function matchesMasked(actual: Uint8Array, { value, mask }: Masked): boolean {
  return actual.length === value.length && actual.every((byte, i) => (byte & (mask[i] ?? 0)) === value[i]);
}
