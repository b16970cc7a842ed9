// How does a person get the short of a web page? By sending its address; the site sees one request from the bot's server.
import type { Message } from 'grammy/types';
import type { AIContext, Feature } from '../feature.js';
import type { Source } from '../sources/source.js';
import { summarise } from './summaries.js';

/** Put before `chat()`: a message that is nothing but one link is meant to be read. */
export function links<C extends AIContext = AIContext>(): Feature<C> {
  return {
    name: 'links',
    needs: ['chat', 'summarize'],
    about: 'links.about',
    install(kit) {
      kit.routes.chatType('private').on(
        'message:text',
        kit.guard(async (ctx, next) => {
          const link = linkOf(ctx.message);
          if (link === undefined) return next();
          const records = kit.records({ user: ctx.from.id });
          if ((await records.get('told-of-links')) === undefined) {
            await ctx.reply((await kit.say(ctx))('links.told'));
            await records.set('told-of-links', 'yes', kit.settings.retention.settings);
          }
          return summarise(kit, ctx, { sources: [link], unreadable: [] });
        }),
      );
    },
  };
}

/** The user's own link, as they typed it; a message with more than it is a question about something else. */
function linkOf({ text = '', forward_origin }: Message): Source | undefined {
  const url = text.trim();
  if (forward_origin !== undefined || !/^https?:\/\/\S+$/i.test(url)) return undefined;
  try {
    return { kind: 'link', name: new URL(url).hostname, url };
  } catch {
    return undefined;
  }
}
