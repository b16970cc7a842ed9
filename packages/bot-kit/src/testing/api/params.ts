// What did the bot pass? Parameters of one call, read by kind; JSON and form bodies look the same from here.
import { badRequest } from './api-failure.js';
import { GROUPS, METHODS, type MethodName } from './method-table.js';

export type Kind = 'c' | 'i' | 'f' | 's' | 'b' | 'j' | 'F';
export interface ParameterSpec {
  readonly name: string;
  readonly kind: Kind;
  readonly required: boolean;
}

/** An uploaded part of a multipart body. */
export interface UploadedFile {
  readonly name: string;
  readonly mime: string;
  readonly bytes: Uint8Array;
}

const specs = new Map<string, ReadonlyMap<string, ParameterSpec>>();

export const isMethod = (name: string): name is MethodName => Object.hasOwn(METHODS, name);

/** Parameters of one method by name. */
export function parametersOf(method: MethodName): ReadonlyMap<string, ParameterSpec> {
  const known = specs.get(method);
  if (known !== undefined) return known;
  const row = METHODS[method][1].replaceAll(/@\w+/g, (group) => GROUPS[group] ?? '');
  const made = new Map<string, ParameterSpec>();
  for (const part of row.split(' ').filter((one) => one !== '')) {
    const match = /^(\w+):([cifsbjF])(!?)$/.exec(part);
    if (match === null) throw new TypeError(`Malformed row of ${method}: ${part}`);
    const [, name = '', kind = 's', required] = match;
    made.set(name, { name, kind: kind as Kind, required: required === '!' });
  }
  specs.set(method, made);
  return made;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Typed access to the parameters of one call. Every reader answers `undefined` when the parameter is absent. */
export class Params {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly files: ReadonlyMap<string, UploadedFile>;

  constructor(values: ReadonlyMap<string, unknown>, files: ReadonlyMap<string, UploadedFile>) {
    this.#values = values;
    this.files = files;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  str(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === undefined ? undefined : String(value);
  }

  int(name: string): number | undefined {
    const value = this.#values.get(name);
    return typeof value === 'number' ? value : undefined;
  }

  bool(name: string): boolean {
    return this.#values.get(name) === true;
  }

  /** @throws ApiFailure when it is not a JSON object */
  object(name: string): Record<string, unknown> | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    if (!isRecord(value)) throw badRequest(`object expected as ${name.replaceAll('_', ' ')}`);
    return value;
  }

  /** @throws ApiFailure when it is not a JSON array */
  array(name: string): readonly unknown[] | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw badRequest(`expected an Array of ${name.replaceAll('_', ' ')}`);
    return value;
  }

  /** Everything as it was read: for the record of calls. */
  toJSON(): Record<string, unknown> {
    return Object.fromEntries(this.#values);
  }
}
