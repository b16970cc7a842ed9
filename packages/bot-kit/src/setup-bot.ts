// What must be true before a bot starts? Commands that the model can serve, an operator with a name, and warnings for the rest.
import { CocoonError } from '@cocoonkit/sdk';
import type { Bot } from 'grammy';
import type { BotCommand, BotCommandScope } from 'grammy/types';
import type { AIContext, Feature, FeatureCommand, UpdateName } from './feature.js';
import type { BaseKit } from './kit/create-kit.js';
import { watchPolling } from './kit/watch-polling.js';
import { findWarnings, type SetupWarning, setupWarning, watchAskedUpdates } from './setup-warnings.js';
import { languagesOf, sayIn } from './texts/say.js';
import { wordsOf } from './texts/words.js';

type Scope = NonNullable<FeatureCommand['scope']>;

const SCOPES: Readonly<Record<'private' | 'groups' | 'group-admins', BotCommandScope>> = {
  private: { type: 'all_private_chats' },
  groups: { type: 'all_group_chats' },
  'group-admins': { type: 'all_chat_administrators' },
};

export async function setUpBot<C extends AIContext>(parts: {
  bot: Bot<C>;
  kit: BaseKit<C>;
  features: readonly Feature<C>[];
  production: boolean;
  updates: readonly UpdateName[];
}): Promise<readonly SetupWarning[]> {
  const { bot, kit, features, production, updates } = parts;
  const { recovery } = kit;
  const { clock, operator, storage } = kit.settings;
  if (operator === undefined && production) throw operatorMissing();
  const warn = (warning: SetupWarning) => kit.settings.emit({ type: 'setup-warning', ...warning });
  const warnings = await findWarnings({
    api: bot.api,
    features,
    updates,
    operator: operator !== undefined,
    storage: storage !== undefined || !production,
  });
  // A store that is away is asked again with every update.
  await recovery.ready().catch(() => warnings.push(setupWarning('STORAGE_FAILED')));
  for (const warning of warnings) warn(warning);
  watchPolling({
    api: bot.api,
    clock,
    signal: kit.closed,
    left: () => recovery.left,
    settle: (first) => recovery.settle(bot.api, first),
  });
  watchAskedUpdates(bot.api, { updates, warn });
  const model = await kit.model();
  const able = features.filter(
    ({ needs }) => needs === undefined || needs.some((need) => model.features.has(need)),
  );
  for (const language of languagesOf(kit.settings.texts)) {
    const say = sayIn(language, kit.settings.texts);
    for (const place of ['private', 'groups', 'group-admins'] as const) {
      const commands: (BotCommand & { is_ephemeral?: boolean })[] = able
        .flatMap(({ commands: own = [] }) => own)
        .filter(({ scope = 'private' }) => shownIn(scope, place))
        .map(({ command, description, ephemeral }) => ({
          command,
          description: wordsOf(description, say).slice(0, 256),
          ...(ephemeral === true && place !== 'private' ? { is_ephemeral: true } : {}),
        }));
      await bot.api.setMyCommands(commands, {
        scope: SCOPES[place],
        // English is what people of every other language see.
        ...(language === 'en' ? {} : { language_code: language as 'ru' }),
      });
    }
  }
  return warnings;
}

function shownIn(scope: Scope, place: 'private' | 'groups' | 'group-admins'): boolean {
  if (scope === 'both') return true;
  // Admins see what everyone sees, and their own.
  return place === 'group-admins' ? scope !== 'private' : scope === place;
}

function operatorMissing(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'OPERATOR_MISSING',
    message: 'Nobody is named as the operator of this bot.',
    remedy:
      'Pass privateAI({ operator: { name, contact } }): Telegram’s terms ask for it, and /privacy shows it.',
  });
}
