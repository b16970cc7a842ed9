// How does "[#12]" of a model become a way to the message? Only marks of messages that were read do; others vanish.
import type { Chat } from 'grammy/types';

/** Longer than any mark. */
const LONGEST = 24;

/** What all links into this group begin with; `undefined` where messages have none, as in basic groups. */
export function groupLink(
  chat: Pick<Chat, 'id' | 'type'> & { username?: string | undefined },
): string | undefined {
  if (chat.type !== 'supergroup') return undefined;
  if (chat.username !== undefined) return `https://t.me/${chat.username}/`;
  return `https://t.me/c/${String(chat.id).replace(/^-100/, '')}/`;
}

/** A mark may come in pieces: what begins like one waits for its end. */
export async function* linkMarks(
  pieces: AsyncIterable<string>,
  { link, known }: { link: string | undefined; known: ReadonlySet<number> },
): AsyncGenerator<string> {
  let waiting = '';
  for await (const piece of pieces) {
    waiting += piece;
    const open = waiting.lastIndexOf('[');
    const unfinished = open >= 0 && !waiting.includes(']', open) && waiting.length - open < LONGEST;
    const end = unfinished ? open : waiting.length;
    if (end > 0) yield replaceMarks(waiting.slice(0, end), { link, known });
    waiting = waiting.slice(end);
  }
  if (waiting !== '') yield replaceMarks(waiting, { link, known });
}

function replaceMarks(
  text: string,
  { link, known }: { link: string | undefined; known: ReadonlySet<number> },
): string {
  return text.replace(/\[#(\d{1,12})\](?!\()/g, (_, id: string) =>
    link === undefined || !known.has(Number(id)) ? '' : markOf(link, Number(id)),
  );
}

/** A link that can be pressed and says nothing. */
export function markOf(link: string, id: number): string {
  return `[↗](${link}${id})`;
}
