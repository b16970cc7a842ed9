// How does a person hear that something went wrong? In plain words; the operator gets the code.
import { CocoonError } from '@cocoonkit/sdk';
import type { AIContext } from '../feature.js';
import type { BaseKit } from './create-kit.js';
import { explainError } from './explain-error.js';
import { sayRefusal } from './say-refusal.js';

export async function refuse<C extends AIContext>(parts: {
  base: Pick<BaseKit<C>, 'settings' | 'say' | 'mayTell' | 'replayed'>;
  ctx: C;
  feature: string;
  error: unknown;
}): Promise<void> {
  const { base, ctx, feature, error } = parts;
  base.replayed.delete(ctx.update);
  const code = error instanceof CocoonError ? error.code : 'UNEXPECTED';
  base.settings.emit({ type: 'refused', feature, code });
  if (code === 'ACCESS_DENIED' && ctx.inlineQuery === undefined && !base.mayTell(ctx.from?.id ?? 0)) {
    // A button must stop turning, whatever is said.
    if (ctx.callbackQuery !== undefined) await ctx.answerCallbackQuery().catch(() => undefined);
    return;
  }
  const say = await base.say(ctx);
  await sayRefusal(ctx, explainError(error, { say, contact: base.settings.operator?.contact ?? '' }));
}
