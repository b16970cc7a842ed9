// How does a person see who could read their text? /verify, and the button under every answer.
import { InputFile } from 'grammy';
import type { AIContext, Feature } from '../feature.js';
import { explainError } from '../kit/explain-error.js';
import { splitMessage } from '../text/split-message.js';
import { verificationCardText } from '../verification/card.js';

/** Always on. The card is made from the report of a check made now; the file lets anybody repeat it. */
export function verificationCard<C extends AIContext = AIContext>(): Feature<C> {
  return {
    name: 'verification-card',
    commands: [{ command: 'verify', description: 'command.verify', scope: 'both' }],
    install(kit) {
      kit.command('verify', async (ctx) => {
        const say = await kit.say(ctx);
        const operator = kit.settings.operator?.name ?? ctx.me.first_name;
        const note = await ctx.reply(say('card.checking'));
        try {
          const report = await kit.verification({ now: true });
          const button = await kit.makeButton(ctx, {
            text: say('card.export'),
            action: 'evidence',
            value: '',
          });
          const parts = splitMessage(verificationCardText({ report, say, operator }));
          for (const [index, { text, entities }] of parts.entries())
            await ctx.reply(text, {
              entities: [...entities],
              link_preview_options: { is_disabled: true },
              ...(index === parts.length - 1 ? { reply_markup: { inline_keyboard: [[button]] } } : {}),
            });
        } catch (error) {
          await ctx.reply(explainError(error, { say, contact: kit.settings.operator?.contact ?? '' }));
        } finally {
          // The note is not an answer: nothing is lost with it.
          await ctx.api.deleteMessage(note.chat.id, note.message_id).catch(() => undefined);
        }
      });
      kit.button('evidence', async (ctx) => {
        const say = await kit.say(ctx);
        const report = await kit.verification();
        const file = new InputFile(
          new TextEncoder().encode(report.export()),
          `evidence-${report.at.slice(0, 10)}.json`,
        );
        await ctx.replyWithDocument(file, {
          caption: `${report.simulated ? `${say('card.simulated')}\n` : ''}${say('card.file', { at: report.at.slice(0, 16).replace('T', ' ') })}`,
        });
        await ctx.answerCallbackQuery();
      });
      kit.button(
        'how',
        async (ctx, text) => void (await ctx.answerCallbackQuery({ text, show_alert: true })),
      );
    },
  };
}
