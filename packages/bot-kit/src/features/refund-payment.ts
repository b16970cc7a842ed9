// How do Stars go back? What they bought is taken back first, so that nobody can spend it meanwhile.
import { type Api, GrammyError } from 'grammy';
import type { AIContext } from '../feature.js';
import type { Kit } from '../kit/kit.js';

const ATTEMPTS = 4;
const FIRST_WAIT_MS = 1_000;

/** True when the Stars are back, now or before. Otherwise the payment counts as before. */
export async function refundPayment<C extends AIContext>({
  api,
  kit: { credits, clock },
  user,
  charge,
}: {
  api: Api;
  kit: Pick<Kit<C>, 'credits' | 'clock'>;
  user: number;
  charge: string;
}): Promise<boolean> {
  // Refunded before: by the operator, or by the same failure told twice.
  if (!(await credits.takeBack(user, charge))) return true;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      await api.refundStarPayment(user, charge);
      return true;
    } catch (error) {
      if (error instanceof GrammyError) {
        // The answer to an earlier attempt was lost on the way.
        if (error.description.includes('CHARGE_ALREADY_REFUNDED')) return true;
        if (error.error_code < 500 && error.error_code !== 429) break;
      }
      if (attempt < ATTEMPTS - 1) await clock.sleep(waitMs(error, attempt));
    }
  }
  await credits.giveAgain(user, charge);
  return false;
}

function waitMs(error: unknown, attempt: number): number {
  const asked = error instanceof GrammyError ? error.parameters.retry_after : undefined;
  return asked === undefined ? FIRST_WAIT_MS * 2 ** attempt : asked * 1_000;
}
