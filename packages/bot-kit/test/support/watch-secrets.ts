// Where could something a person wrote get out of a bot? Watches every such place, and finds a secret there in any form it may have.
import type { StorageAdapter } from 'grammy';
import { vi } from 'vitest';
import { memoryStorage } from '../../src/storage/memory-storage.js';

export interface Watch {
  /** Remembers what reached a place that the test has to watch itself. */
  take(place: string, what: unknown): void;
  /** Remembers every key and value it is given. */
  readonly adapter: StorageAdapter<string>;
  /** How often each place was reached. */
  readonly counts: ReadonlyMap<string, number>;
  /** `place: name of the secret (form)`, each once. */
  leaks(secrets: Readonly<Record<string, string>>): string[];
  close(): void;
}

const CONSOLE = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'table'] as const;
/** Of objects in objects. */
const DEPTH_MAX = 12;

/** From now on nothing is printed in this process. */
export function watchSecrets(): Watch {
  const taken = new Map<string, string[]>();
  const take = (place: string, what: unknown): void => {
    const texts = taken.get(place) ?? [];
    taken.set(place, texts);
    texts.push(textOf(what));
  };
  const spies = [
    ...CONSOLE.map((method) =>
      vi.spyOn(console, method).mockImplementation((...all: unknown[]) => take('console', all)),
    ),
    ...([process.stdout, process.stderr] as const).map((stream) =>
      vi.spyOn(stream, 'write').mockImplementation((chunk) => {
        take(stream === process.stdout ? 'stdout' : 'stderr', chunk);
        return true;
      }),
    ),
  ];
  const warned = (warning: Error): void => take('process warning', warning);
  process.on('warning', warned);
  const entries = memoryStorage();
  return {
    take,
    adapter: {
      ...entries,
      read(key) {
        take('storage key', key);
        return entries.read(key);
      },
      write(key, value) {
        take('storage key', key);
        take('storage value', value);
        return entries.write(key, value);
      },
      delete(key) {
        take('storage key', key);
        return entries.delete(key);
      },
    },
    get counts() {
      return new Map([...taken].map(([place, texts]) => [place, texts.length]));
    },
    leaks(secrets) {
      const found = new Set<string>();
      const wanted = Object.entries(secrets).map(([name, secret]) => ({ name, forms: formsOf(secret) }));
      for (const [place, texts] of taken) {
        const all = texts.join('\n').toLowerCase();
        for (const { name, forms } of wanted)
          for (const [form, text] of forms)
            if (all.includes(text.toLowerCase())) found.add(`${place}: ${name} (${form})`);
      }
      return [...found];
    },
    close() {
      for (const spy of spies) spy.mockRestore();
      process.off('warning', warned);
    },
  };
}

/** Everything that is written in it: of errors also the stack and the cause, of objects also what is not enumerable. */
export function textOf(value: unknown, depth = 0, seen: Set<object> = new Set()): string {
  if (typeof value === 'function' || typeof value === 'symbol') return '';
  if (typeof value !== 'object' || value === null) return String(value);
  if (seen.has(value) || depth > DEPTH_MAX) return '';
  seen.add(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  const parts: unknown[] =
    value instanceof Map || value instanceof Set
      ? [...value]
      : Reflect.ownKeys(value).flatMap((key) => [String(key), Reflect.get(value, key)]);
  return parts.map((part) => textOf(part, depth + 1, seen)).join('\n');
}

type Form = readonly [name: string, text: string];

/** Whatever stands around it. */
export function formsOf(secret: string): Form[] {
  const utf8 = Buffer.from(secret, 'utf8');
  const utf16 = Buffer.from(secret, 'utf16le');
  const utf16be = Buffer.from(utf16).swap16();
  const escaped = [...utf16be.toString('hex').matchAll(/.{4}/g)].map(([unit]) => `\\u${unit}`).join('');
  return [
    ['plain', secret],
    ['UTF-8 as bytes', utf8.toString('latin1')],
    ['URL', encodeURIComponent(secret)],
    ['JSON', escaped],
    ...[utf8, utf16, utf16be].flatMap((bytes, index): Form[] => {
      const name = ['UTF-8', 'UTF-16LE', 'UTF-16BE'][index] ?? '';
      return [
        [name, bytes.toString('latin1')],
        [`${name} hex`, bytes.toString('hex')],
        ...[0, 1, 2].flatMap((before): Form[] => {
          const inside = insideBase64(bytes, before);
          return [
            [`${name} base64`, inside],
            [`${name} base64url`, inside.replaceAll('+', '-').replaceAll('/', '_')],
          ];
        }),
      ];
    }),
  ];
}

/** The letters that depend on these bytes alone, when so many bytes stand before them. */
function insideBase64(bytes: Uint8Array, before: number): string {
  const text = Buffer.concat([new Uint8Array(before), bytes]).toString('base64');
  const first = Math.ceil((before * 8) / 6);
  return text.slice(first, Math.floor(((before + bytes.length) * 8) / 6));
}
