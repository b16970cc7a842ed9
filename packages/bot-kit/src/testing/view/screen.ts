// What does a person see? One chat as plain text: messages, files, buttons, drafts. Times and ids are left out, so
// that it can be compared with a snapshot.
import type { InlineKeyboardButton, Message, MessageEntity } from 'grammy/types';
import { richLines } from '../rich/rich-lines.js';
import type { ChatRecord } from '../state/chat-record.js';
import { liveDrafts } from '../state/live-drafts.js';
import type { World } from '../state/world.js';

export function screen(world: World, viewer: number, chat: ChatRecord): string {
  const lines: string[] = [];
  for (const { message, deleted, onlyFor } of chat.entries) {
    if (deleted || (onlyFor !== undefined && onlyFor !== viewer)) continue;
    const name = senderName(message, viewer);
    const mark = onlyFor === undefined ? '' : ' (only you see this)';
    block(lines, `${name}${mark}: `, [...messageLines(message), ...buttonLines(message)]);
  }
  for (const draft of liveDrafts(chat, world.clock.now())) {
    const stop = draft.canStop && !draft.stopped ? ', [Stop]' : '';
    const text = draft.text === '' ? 'Thinking…' : marked(draft.text, draft.entities ?? []);
    block(lines, `${world.bot.first_name} (writing${stop}): `, text.split('\n'));
  }
  const keyboard = chat.keyboards.get(viewer) ?? chat.keyboards.get(0);
  for (const row of keyboard?.keyboard ?? [])
    lines.push(
      `⌨ ${row.map((button) => `[${typeof button === 'string' ? button : button.text}]`).join(' ')}`,
    );
  return lines.join('\n');
}

export function senderName({ from, via_bot, sender_business_bot }: Message, viewer: number): string {
  if (from?.id === viewer)
    return sender_business_bot === undefined
      ? via_bot === undefined
        ? 'You'
        : `You via @${via_bot.username ?? ''}`
      : 'You (by the bot)';
  return from?.first_name ?? 'Channel';
}

export function messageLines(message: Message): string[] {
  const lines: string[] = [];
  if (message.forward_origin !== undefined)
    lines.push(`⤳ forwarded from ${originName(message.forward_origin)}`);
  const quoted = message.reply_to_message;
  if (quoted !== undefined)
    lines.push(`↩ ${firstLine(quoted.text ?? quoted.caption ?? attachment(quoted) ?? '')}`);
  const file = attachment(message);
  if (file !== undefined) lines.push(file);
  if (message.text !== undefined) lines.push(...marked(message.text, message.entities ?? []).split('\n'));
  if (message.caption !== undefined)
    lines.push(...marked(message.caption, message.caption_entities ?? []).split('\n'));
  if (message.rich_message !== undefined) lines.push(...richLines(message.rich_message));
  return lines;
}

const firstLine = (text: string): string => {
  const line = text.split('\n')[0] ?? '';
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
};

export function originName(origin: NonNullable<Message['forward_origin']>): string {
  switch (origin.type) {
    case 'user':
      return origin.sender_user.first_name;
    case 'hidden_user':
      return origin.sender_user_name;
    case 'chat':
      return 'title' in origin.sender_chat ? (origin.sender_chat.title ?? '') : '';
    case 'channel':
      return 'title' in origin.chat ? (origin.chat.title ?? '') : '';
    default:
      return origin satisfies never;
  }
}

/** A line for what is not text. */
export function attachment(message: Message): string | undefined {
  const {
    document,
    photo,
    voice,
    audio,
    video,
    video_note,
    sticker,
    invoice,
    successful_payment,
    refunded_payment,
  } = message;
  if (message.animation !== undefined) return '🎞 animation';
  if (document !== undefined)
    return `📎 ${document.file_name ?? 'file'} (${sizeText(document.file_size ?? 0)})`;
  if (photo !== undefined) return '🖼 photo';
  if (voice !== undefined) return `🎤 voice, ${voice.duration} s`;
  if (audio !== undefined) return `🎵 ${audio.file_name ?? 'audio'}, ${audio.duration} s`;
  if (video !== undefined) return `🎬 video, ${video.duration} s`;
  if (video_note !== undefined) return `📹 video message, ${video_note.duration} s`;
  if (sticker !== undefined) return `🏷 sticker ${sticker.emoji ?? ''}`.trimEnd();
  if (invoice !== undefined)
    return `🧾 ${invoice.title}: ${invoice.total_amount} ${invoice.currency === 'XTR' ? '⭐' : invoice.currency}`;
  if (successful_payment !== undefined) return `✅ paid ${successful_payment.total_amount} ⭐`;
  if (refunded_payment !== undefined) return `↺ refunded ${refunded_payment.total_amount} ⭐`;
  if (message.location !== undefined) return '📍 location';
  if (message.contact !== undefined) return `👤 ${message.contact.first_name}`;
  if (message.poll !== undefined) return `📊 ${message.poll.question}`;
  if (message.dice !== undefined) return `${message.dice.emoji} ${message.dice.value}`;
  if (message.new_chat_members !== undefined)
    return `→ ${message.new_chat_members.map(({ first_name }) => first_name).join(', ')} joined`;
  if (message.left_chat_member !== undefined) return `← ${message.left_chat_member.first_name} left`;
  if (message.pinned_message !== undefined) return '📌 pinned a message';
  return undefined;
}

export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 1000 && unit < 2) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit] ?? ''}`;
}

function buttonLines(message: Message): string[] {
  return (message.reply_markup?.inline_keyboard ?? []).map((row) => row.map(buttonText).join(' '));
}

function buttonText(button: InlineKeyboardButton): string {
  if ('url' in button) return `[${button.text} → ${button.url}]`;
  if ('web_app' in button) return `[${button.text} → app]`;
  if ('copy_text' in button) return `[${button.text} ⧉]`;
  if ('disabled' in button) return `[${button.text} (off)]`;
  return `[${button.text}]`;
}

/** Hidden addresses are shown: `[text](url)`. Other marks are left out. */
function marked(text: string, entities: readonly MessageEntity[]): string {
  let shown = '';
  let at = 0;
  for (const entity of entities) {
    if (entity.type !== 'text_link' || entity.offset < at) continue;
    const end = entity.offset + entity.length;
    shown += `${text.slice(at, entity.offset)}[${text.slice(entity.offset, end)}](${entity.url})`;
    at = end;
  }
  return shown + text.slice(at);
}

function block(lines: string[], head: string, content: readonly string[]): void {
  const [first = '', ...rest] = content;
  lines.push(`${head}${first}`.trimEnd(), ...rest.map((line) => `  ${line}`.trimEnd()));
}
