// What does a person hear whose messages came just before the process died? That they may have to send them again.
import type { Api } from 'grammy';
import type { AIContext } from '../feature.js';
import type { BaseKit } from '../kit/create-kit.js';
import { sayIn } from '../texts/say.js';

export async function tellLeft<C extends AIContext>(
  { heldChats, settings }: Pick<BaseKit<C>, 'heldChats' | 'settings'>,
  api: Api,
): Promise<void> {
  // Whoever blocked the bot meanwhile hears nothing.
  for (const [chat, language] of await heldChats.takeLeft())
    await api.sendMessage(chat, sayIn(language, settings.texts)('joining.left')).catch(() => undefined);
}
