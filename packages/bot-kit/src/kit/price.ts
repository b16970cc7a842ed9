// What does a request count? Its tokens, or what the operator says.
import type { AIContext } from '../feature.js';
import { callHook, isHookEnd } from '../hooks/call-hook.js';
import type { PricedRequest } from '../hooks/model-result.js';
import type { BaseKit } from './create-kit.js';

type Usage = NonNullable<PricedRequest['usage']>;

/** `undefined`: nobody knows yet. @throws CocoonError `HOOK_FAILED`, `HOOK_TIMEOUT`, `REFUSED_BY_OPERATOR`: then nothing is sent */
export function priceBefore<C extends AIContext>(
  base: Pick<BaseKit<C>, 'settings'>,
  { feature, signal }: { feature: string; signal?: AbortSignal | undefined },
): Promise<number | undefined> {
  return ask(base, { feature }, signal);
}

/** The answer is there: a hook that fails now costs the person no more than its tokens. */
export async function priceAfter<C extends AIContext>(
  base: Pick<BaseKit<C>, 'settings'>,
  { feature, usage }: { feature: string; usage: Usage },
): Promise<number> {
  try {
    return (await ask(base, { feature, usage })) ?? usage.tokens;
  } catch (error) {
    if (isHookEnd(error)) return usage.tokens;
    throw error;
  }
}

async function ask<C extends AIContext>(
  { settings: { price, clock, emit, limits } }: Pick<BaseKit<C>, 'settings'>,
  request: PricedRequest,
  signal?: AbortSignal,
): Promise<number | undefined> {
  if (price === undefined) return undefined;
  return callHook(
    'price',
    async (options) => {
      const made = await price(request, options);
      if (made !== undefined && (!Number.isSafeInteger(made) || made < 0)) throw new TypeError('no price');
      return made;
    },
    { clock, emit, ms: limits.hookMs, signal },
  );
}
