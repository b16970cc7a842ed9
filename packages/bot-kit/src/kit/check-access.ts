// Is this person let in? By the operator's own rule, asked inside a boundary: a rule that fails lets nobody in.
import { CocoonError } from '@cocoonkit/sdk';
import type { AIContext } from '../feature.js';
import { callHook } from '../hooks/call-hook.js';
import type { KitSettings } from './settings.js';

/** @throws CocoonError `HOOK_FAILED`, `HOOK_TIMEOUT` */
export async function isAllowed<C extends AIContext>(settings: KitSettings<C>, ctx: C): Promise<boolean> {
  const { access, clock, emit, limits } = settings;
  if (access === undefined) return true;
  const allowed = await callHook('access', (options) => access(ctx, options), {
    clock,
    emit,
    ms: limits.hookMs,
  });
  return allowed === true;
}

/** @throws CocoonError `ACCESS_DENIED`, and those of `isAllowed` */
export async function checkAccess<C extends AIContext>(settings: KitSettings<C>, ctx: C): Promise<void> {
  if (await isAllowed(settings, ctx)) return;
  throw new CocoonError({
    kind: 'config',
    code: 'ACCESS_DENIED',
    message: 'The `access` option does not let this person use the bot.',
    remedy: 'Nothing was sent.',
  });
}
