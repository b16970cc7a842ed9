// What does the chat look like to a person? One page of its own: no scripts, no requests, everything escaped.
import type { InlineKeyboardButton, Message } from 'grammy/types';
import { richHtml } from '../rich/rich-html.js';
import type { ChatRecord, Entry } from '../state/chat-record.js';
import { liveDrafts } from '../state/live-drafts.js';
import type { World } from '../state/world.js';
import { CHAT_STYLE } from './chat-style.js';
import { entitiesHtml, escapeHtml } from './entities-html.js';
import { attachment, originName, senderName, sizeText } from './screen.js';

export function chatPage(world: World, viewer: number, chat: ChatRecord): string {
  const group = chat.info.type !== 'private' || chat.businessConnectionId !== undefined;
  const title = group ? (chat.info.title ?? chat.info.first_name ?? '') : world.bot.first_name;
  const shown = chat.entries.filter(
    ({ deleted, onlyFor }) => !deleted && (onlyFor === undefined || onlyFor === viewer),
  );
  const bubbles = shown.map((entry, index) => bubble(entry, viewer, group, shown[index - 1]));
  const drafts = liveDrafts(chat, world.clock.now()).map((draft) => {
    const stop =
      draft.canStop && !draft.stopped
        ? '<div class="keys"><div class="row"><span class="key">◼ Stop</span></div></div>'
        : '';
    const body =
      draft.text === ''
        ? '<i class="thinking">Thinking…</i>'
        : `${entitiesHtml(draft.text, draft.entities ?? [])}<span class="caret"></span>`;
    return `<div class="msg in draft"><div class="bubble"><div class="text">${body}</div><div class="meta">writing…</div></div>${stop}</div>`;
  });
  const people = `${chat.members.size} members`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title><style>${CHAT_STYLE}</style></head>
<body><header><div class="avatar">${escapeHtml([...title][0] ?? '?')}</div><div><div class="name">${escapeHtml(title)}</div>
<div class="kind">${group ? people : 'bot'}</div></div><div class="label">Emulator, not Telegram</div></header>
<main>${bubbles.join('\n')}${drafts.join('\n')}</main>
${keyboard(chat, viewer)}</body></html>
`;
}

function bubble(
  { message, at, onlyFor, reactions }: Entry,
  viewer: number,
  group: boolean,
  before: Entry | undefined,
): string {
  const service = serviceText(message);
  if (service !== undefined) return `<div class="service">${escapeHtml(service)}</div>`;
  const own = message.from?.id === viewer;
  const same =
    before !== undefined &&
    before.message.from?.id === message.from?.id &&
    serviceText(before.message) === undefined;
  const parts: string[] = [];
  if ((group && !own && !same) || message.via_bot !== undefined || message.sender_business_bot !== undefined)
    parts.push(`<div class="from">${escapeHtml(senderName(message, viewer))}</div>`);
  if (onlyFor !== undefined) parts.push('<div class="only">Only you see this</div>');
  if (message.forward_origin !== undefined)
    parts.push(
      `<div class="forward">Forwarded from <b>${escapeHtml(originName(message.forward_origin))}</b></div>`,
    );
  const quoted = message.reply_to_message;
  if (quoted !== undefined)
    parts.push(
      `<div class="reply"><b>${escapeHtml(senderName(quoted as Message, viewer))}</b><div>${escapeHtml((quoted.text ?? quoted.caption ?? attachment(quoted as Message) ?? '').slice(0, 120))}</div></div>`,
    );
  parts.push(fileHtml(message));
  if (message.text !== undefined)
    parts.push(`<div class="text">${entitiesHtml(message.text, message.entities ?? [])}</div>`);
  if (message.caption !== undefined)
    parts.push(`<div class="text">${entitiesHtml(message.caption, message.caption_entities ?? [])}</div>`);
  if (message.rich_message !== undefined)
    parts.push(`<div class="text rich">${richHtml(message.rich_message)}</div>`);
  const emojis = [...reactions.values()].flat();
  if (emojis.length > 0)
    parts.push(
      `<div class="reactions">${emojis.map((one) => `<span>${escapeHtml(one)}</span>`).join('')}</div>`,
    );
  parts.push(`<div class="meta">${new Date(at).toISOString().slice(11, 16)}${own ? ' ✓✓' : ''}</div>`);
  return `<div class="msg ${own ? 'out' : 'in'}${same ? ' same' : ''}"><div class="bubble">${parts.join('')}</div>${buttons(message)}</div>`;
}

function serviceText(message: Message): string | undefined {
  const { successful_payment, refunded_payment, new_chat_members, left_chat_member, pinned_message } =
    message;
  if (successful_payment !== undefined) return `Paid ${successful_payment.total_amount} ⭐`;
  if (refunded_payment !== undefined) return `Refunded ${refunded_payment.total_amount} ⭐`;
  if (new_chat_members !== undefined)
    return `${new_chat_members.map(({ first_name }) => first_name).join(', ')} joined the group`;
  if (left_chat_member !== undefined) return `${left_chat_member.first_name} left the group`;
  return pinned_message === undefined ? undefined : 'A message was pinned';
}

function fileHtml(message: Message): string {
  const { document, invoice } = message;
  if (document !== undefined && message.animation === undefined) {
    const name = document.file_name ?? 'file';
    const extension = /\.(\w{1,4})$/.exec(name)?.[1] ?? 'file';
    return `<div class="file"><div class="icon">${escapeHtml(extension)}</div><div><div class="filename">${escapeHtml(name)}</div><div class="size">${sizeText(document.file_size ?? 0)}</div></div></div>`;
  }
  if (invoice !== undefined)
    return `<div class="invoice"><b>${escapeHtml(invoice.title)}</b><div>${escapeHtml(invoice.description)}</div></div>`;
  const line = attachment(message);
  return line === undefined ? '' : `<div class="attachment">${escapeHtml(line)}</div>`;
}

function buttons(message: Message): string {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (rows.length === 0) return '';
  const html = rows.map((row) => `<div class="row">${row.map(buttonHtml).join('')}</div>`);
  return `<div class="keys">${html.join('')}</div>`;
}

function buttonHtml(button: InlineKeyboardButton): string {
  const mark = 'url' in button ? ' ↗' : 'copy_text' in button ? ' ⧉' : 'web_app' in button ? ' ▣' : '';
  const style = button.style === undefined ? '' : ` ${button.style}`;
  const off = 'disabled' in button ? ' off' : '';
  return `<span class="key${style}${off}">${escapeHtml(button.text)}${mark}</span>`;
}

function keyboard(chat: ChatRecord, viewer: number): string {
  const shown = chat.keyboards.get(viewer) ?? chat.keyboards.get(0);
  if (shown === undefined) return '<footer><div class="input">Message</div></footer>';
  const rows = shown.keyboard.map(
    (row) =>
      `<div class="row">${row.map((button) => `<span class="key">${escapeHtml(typeof button === 'string' ? button : button.text)}</span>`).join('')}</div>`,
  );
  return `<footer><div class="input">${escapeHtml(shown.input_field_placeholder ?? 'Message')}</div><div class="keys">${rows.join('')}</div></footer>`;
}
