// How is a protocol document encoded? Canonical TLV: ascending u16 tags, u32 lengths, one encoding per value (PROTOCOL.md §2).
import { CocoonError } from '../errors.js';
import { concat, readU16, readU32, u16, u32 } from '../internal/bytes.js';
import { malformed } from './malformed.js';

/** One value's encoding; `label` is the name PROTOCOL.md uses for it. */
export interface FieldType<V> {
  readonly label: string;
  encode(value: V): Uint8Array;
  /** @throws CocoonError `MALFORMED` */
  decode(bytes: Uint8Array): V;
}

export interface Field<V> {
  readonly tag: number;
  readonly type: FieldType<V>;
  readonly optional: boolean;
}

type Fields<T> = { readonly [K in keyof T]-?: Field<Exclude<T[K], undefined>> };

/** A document's layout: the table in PROTOCOL.md, and the encoder and decoder made from it. */
export interface Layout<T> {
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly field: Field<unknown> }[];
  encode(value: T): Uint8Array<ArrayBuffer>;
  /**
   * Strict: ascending tags, exact lengths, nothing left over, no missing field. Unknown odd tags are skipped.
   * @throws CocoonError `MALFORMED`, or `UNSUPPORTED_FIELD` for an unknown even tag.
   */
  decode(bytes: Uint8Array): T;
}

export function required<V>(tag: number, type: FieldType<V>): Field<V> {
  return { tag, type, optional: false };
}

export function optional<V>(tag: number, type: FieldType<V>): Field<V> {
  return { tag, type, optional: true };
}

/** Fields must be listed by ascending tag; checked when the module loads. */
export function defineLayout<T extends object>(name: string, table: Fields<T>): Layout<T> {
  const fields = Object.entries(table).map(([key, field]) => ({ name: key, field: field as Field<unknown> }));
  const byTag = new Map(fields.map((entry) => [entry.field.tag, entry]));
  fields.reduce((previous, { field }) => {
    if (field.tag <= previous) throw new TypeError(`${name}: tags must ascend`);
    return field.tag;
  }, 0);

  return {
    name,
    fields,
    encode(value) {
      const parts: Uint8Array[] = [];
      for (const { name: key, field } of fields) {
        const entry: unknown = Reflect.get(value, key);
        if (entry === undefined) {
          if (field.optional) continue;
          throw malformed(name, `field ${key} is missing`);
        }
        const bytes = field.type.encode(entry);
        parts.push(u16(field.tag), u32(bytes.length), bytes);
      }
      return concat(...parts);
    },
    decode(bytes) {
      const out: Record<string, unknown> = {};
      let offset = 0;
      let previous = 0;
      while (offset < bytes.length) {
        if (bytes.length - offset < 6) throw malformed(name, 'truncated field header');
        const tag = readU16(bytes, offset);
        const length = readU32(bytes, offset + 2);
        offset += 6;
        if (tag <= previous) throw malformed(name, 'tags do not ascend');
        if (length > bytes.length - offset) throw malformed(name, 'field longer than the document');
        const entry = byTag.get(tag);
        if (entry !== undefined)
          out[entry.name] = entry.field.type.decode(bytes.subarray(offset, offset + length));
        else if (tag % 2 === 0) throw unsupportedField(name, tag);
        previous = tag;
        offset += length;
      }
      for (const { name: key, field } of fields) {
        if (!field.optional && out[key] === undefined) throw malformed(name, `field ${key} is missing`);
      }
      // Every key of T was decoded by the field type declared for it, and required keys were checked above.
      return out as T;
    },
  };
}

function unsupportedField(layout: string, tag: number): CocoonError {
  return new CocoonError({
    kind: 'protocol',
    code: 'UNSUPPORTED_FIELD',
    message: `The ${layout} has critical field ${tag}, which this version does not know.`,
    remedy: 'Update CocoonKit, or use a peer that speaks the same protocol version.',
    details: { layout, tag },
  });
}
