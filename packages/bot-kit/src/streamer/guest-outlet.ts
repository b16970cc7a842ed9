// How does an answer grow in a chat the bot is not in? The one answer Telegram takes there is sent first, then edited.
import type { Api } from 'grammy';
import { type InlineOutletOptions, inlineOutlet } from './inline-outlet.js';
import type { LiveMessage } from './live-message.js';
import { NO_PREVIEW, type Outlet, withKeyboard } from './outlet.js';

export interface GuestOutletOptions extends Omit<InlineOutletOptions, 'inlineMessageId'> {
  guestQueryId: string;
  live?: LiveMessage | undefined;
}

export interface GuestOutlet extends Outlet {
  /** Sends "Thinking…" now: the query does not wait for long. Once, however often it is called. */
  open(): Promise<void>;
}

/** Bot API 10.0. One message only: a longer answer is cut, and the result says so. */
export function guestOutlet(api: Api, { guestQueryId, live, ...options }: GuestOutletOptions): GuestOutlet {
  const { thinking = '…', stopKeyboard } = options;
  const at = (inlineMessageId: string) => inlineOutlet(api, { ...options, inlineMessageId });
  let shownAs = live?.inlineMessageId;
  let sent: Promise<Outlet> | undefined = shownAs === undefined ? undefined : Promise.resolve(at(shownAs));
  const message = (): Promise<Outlet> => {
    sent ??= api
      .answerGuestQuery(guestQueryId, {
        type: 'article',
        id: 'answer',
        title: thinking,
        input_message_content: { message_text: thinking, ...NO_PREVIEW },
        ...withKeyboard(stopKeyboard),
      })
      .then(async ({ inline_message_id }) => {
        shownAs = inline_message_id;
        await live?.found(inline_message_id);
        return at(inline_message_id);
      });
    sent.catch(() => {
      sent = undefined;
    });
    return sent;
  };
  const { pace } = at('');
  return {
    kind: 'inline',
    pace,
    rich: true,
    maxParts: 1,
    repeatable: () => true,
    opensEarly: true,
    address: () => (shownAs === undefined ? undefined : { kind: 'inline', inlineMessageId: shownAs }),
    open: async () => void (await message()),
    async show(view, signal) {
      const outlet = await message();
      // That is what it shows already.
      if (view !== undefined) await outlet.show(view, signal);
    },
    deliver: async (part, place, signal) => (await message()).deliver(part, place, signal),
  };
}
