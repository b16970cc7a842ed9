// What would not work as this bot is set up? Read from Telegram before it starts, and seen when it starts otherwise than it should.
import type { Api } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import type { Feature, TelegramNeed, UpdateName } from './feature.js';

const SENTENCES = {
  BUSINESS_MODE_OFF: 'secretary() is added, and business mode is off: switch it on at BotFather.',
  GUEST_MODE_OFF: 'guestMode() is added, and guest mode is off: switch it on at BotFather.',
  INLINE_FEEDBACK_OFF:
    'Inline results are chosen and Telegram does not say which: /setinlinefeedback at BotFather.',
  INLINE_MODE_OFF: 'inlineMode() is added, and inline mode is off: /setinline at BotFather.',
  OPERATOR_MISSING: 'Nobody is named as operator: privateAI({ operator: { name, contact } }).',
  PRIVACY_MODE_ON:
    'digest() is added, and the bot sees a group’s messages only as an admin: /setprivacy at BotFather.',
  STORAGE_FAILED: 'The storage does not answer: nobody is answered until it does.',
  STORAGE_MISSING: 'Everything is kept in memory and lost at a restart: privateAI({ storage }).',
  UPDATES_MISSING:
    'The bot does not ask Telegram for all it needs: pass ai.allowedUpdates as allowed_updates. Missing: ',
  WEBHOOK_SET: 'The bot polls while a webhook is set, so it gets nothing: delete the webhook.',
} as const;

export type SetupWarningCode = keyof typeof SENTENCES;

export interface SetupWarning {
  readonly code: SetupWarningCode;
  /** For the operator; nothing of it is shown to people. */
  readonly message: string;
}

export const setupWarning = (code: SetupWarningCode): SetupWarning => ({ code, message: SENTENCES[code] });

const NEEDS: Readonly<
  Record<
    TelegramNeed,
    { readonly code: SetupWarningCode; readonly met: (me: UserFromGetMe) => boolean | undefined }
  >
> = {
  'all-group-messages': { code: 'PRIVACY_MODE_ON', met: (me) => me.can_read_all_group_messages },
  'inline-queries': { code: 'INLINE_MODE_OFF', met: (me) => me.supports_inline_queries },
  'guest-queries': { code: 'GUEST_MODE_OFF', met: (me) => me.supports_guest_queries },
  business: { code: 'BUSINESS_MODE_OFF', met: (me) => me.can_connect_to_business },
};

export async function findWarnings({
  api,
  features,
  updates,
  operator,
  storage,
}: {
  api: Pick<Api, 'getMe' | 'getWebhookInfo'>;
  features: readonly Pick<Feature, 'telegram'>[];
  updates: readonly UpdateName[];
  operator: boolean;
  storage: boolean;
}): Promise<SetupWarning[]> {
  const me = await api.getMe();
  const wanted = new Set(features.flatMap(({ telegram = [] }) => telegram));
  const warnings = [...wanted].map((need) => NEEDS[need]).flatMap(({ code, met }) => (met(me) ? [] : [code]));
  if (!operator) warnings.push('OPERATOR_MISSING');
  if (!storage) warnings.push('STORAGE_MISSING');
  const found = warnings.map(setupWarning);
  const { url = '', allowed_updates } = await api.getWebhookInfo();
  // Without a webhook the next getUpdates says anew what is wanted.
  const missing = url === '' ? undefined : missingOf(updates, allowed_updates);
  return missing === undefined ? found : [...found, missing];
}

const watched = new WeakSet<object>();

/** Warns once each when the bot polls without what it needs. Calls pass through unchanged. */
export function watchAskedUpdates(
  api: Api,
  { updates, warn }: { updates: readonly UpdateName[]; warn: (warning: SetupWarning) => void },
): void {
  if (watched.has(api)) return;
  watched.add(api);
  const warned = new Set<SetupWarningCode>();
  const once = (warning: SetupWarning | undefined): void => {
    if (warning === undefined || warned.has(warning.code)) return;
    warned.add(warning.code);
    warn(warning);
  };
  api.config.use(async (previous, method, payload, signal) => {
    if (method !== 'getUpdates') return previous(method, payload, signal);
    const asked = 'allowed_updates' in payload ? payload.allowed_updates : undefined;
    // Without a list Telegram goes on with the one before, which nobody here knows: only a list can be wrong.
    if (Array.isArray(asked)) once(missingOf(updates, asked));
    const answer = await previous(method, payload, signal);
    if (!answer.ok && answer.error_code === 409 && answer.description.includes('webhook'))
      once(setupWarning('WEBHOOK_SET'));
    return answer;
  });
}

/** An empty list means all but a few kinds that have to be named; none of ours is among those. */
function missingOf(
  updates: readonly UpdateName[],
  asked: readonly string[] | undefined,
): SetupWarning | undefined {
  if (asked === undefined || asked.length === 0) return undefined;
  const missing = updates.filter((one) => !asked.includes(one));
  if (missing.length === 0) return undefined;
  return { code: 'UPDATES_MISSING', message: `${SENTENCES.UPDATES_MISSING}${missing.join(', ')}.` };
}
