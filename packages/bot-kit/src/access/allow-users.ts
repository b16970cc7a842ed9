// May only these people use the bot?
import { CocoonError } from '@cocoonkit/sdk';
import type { Access } from './access.js';

/** Telegram ids of people; names can change hands. @throws CocoonError `OPTIONS_INVALID` */
export function allowUsers(ids: Iterable<number>): Access {
  const allowed = new Set(ids);
  for (const id of allowed) if (!Number.isSafeInteger(id) || id < 1) throw invalid();
  return (ctx) => ctx.from !== undefined && allowed.has(ctx.from.id);
}

function invalid(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'OPTIONS_INVALID',
    message: 'allowUsers(): `ids` must be ids of people: whole numbers above 0.',
    remedy: 'A person’s id is what @userinfobot and ctx.from.id say; names do not work.',
    details: { field: 'ids' },
  });
}
