// What does a button mean? The meaning is kept, encrypted, with the person who asked; the button itself carries only a random name.
import { CocoonError } from '@cocoonkit/sdk';
import type { Records } from './records.js';

/** `p1:<action>:<11 characters>`: far below Telegram's 64 bytes. */
const PATTERN = /^p1:([a-z]{1,12}):([A-Za-z0-9_-]{11})$/;
const ID_BYTES = 8;
/** Names whose owner is known without asking the store, to tell "not yours" from "too old". */
const MOST_OWNERS = 50_000;

export interface Buttons {
  /** Callback data for `action`; `value` comes back when the owner presses. */
  make(user: number, action: string, value: string): Promise<string>;
  /** @throws CocoonError `BUTTON_TOO_OLD`, `BUTTON_NOT_YOURS` */
  read(user: number, data: string): Promise<{ action: string; value: string }>;
}

export function createButtons(parts: {
  records: (user: number) => Records;
  ttlMs: number;
  randomBytes: (length: number) => Uint8Array;
}): Buttons {
  const { records, ttlMs, randomBytes } = parts;
  const owners = new Map<string, number>();
  return {
    async make(user, action, value) {
      const id = Buffer.from(randomBytes(ID_BYTES)).toString('base64url');
      await records(user).set(`button:${action}:${id}`, value, ttlMs);
      owners.set(id, user);
      const [oldest] = owners.keys();
      if (owners.size > MOST_OWNERS && oldest !== undefined) owners.delete(oldest);
      return `p1:${action}:${id}`;
    },
    async read(user, data) {
      const [, action = '', id = ''] = PATTERN.exec(data) ?? [];
      // The store of whoever presses is asked: nobody reaches another person's button, whatever the data says.
      const value = action === '' ? undefined : await records(user).get(`button:${action}:${id}`);
      if (value !== undefined) return { action, value };
      const owner = owners.get(id);
      throw owner !== undefined && owner !== user ? notYours() : tooOld();
    },
  };
}

/** What stands after `?start=`, where Telegram takes letters, digits, `_` and `-`. */
export const linkPayload = (data: string): string => data.replace(/^p1:([a-z]+):/, '$1_');
export const dataOfLink = (payload: string): string => payload.replace(/^([a-z]+)_/, 'p1:$1:');

/** Whether callback data is of this kit, of whatever age. */
export const isKitButton = (data: string): boolean => data.startsWith('p1:');

function tooOld(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'BUTTON_TOO_OLD',
    message: 'The button’s meaning is no longer kept.',
    remedy: 'Send the text again.',
  });
}

function notYours(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'BUTTON_NOT_YOURS',
    message: 'The button belongs to somebody else’s answer.',
    remedy: 'Only the person who asked can press it.',
  });
}
