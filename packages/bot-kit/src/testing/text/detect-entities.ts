// What does Telegram mark by itself? Commands, mentions, links, addresses and tags, in people's texts and bots'.
import type { MessageEntity } from 'grammy/types';

const PATTERNS: readonly (readonly [MessageEntity.CommonMessageEntity['type'], RegExp])[] = [
  [
    'url',
    /(?<![\w@./])(?:https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}'*_]|(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|me|app|ton|ru|de|uk|eu)(?:\/[^\s<>"]*[^\s<>".,;:!?)\]}'])?(?![\w@]))/giu,
  ],
  ['email', /(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gu],
  [
    'bot_command',
    /(?<![\p{L}\p{N}_/<>])\/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z][a-zA-Z0-9_]{3,31})?(?![\p{L}\p{N}_/])/gu,
  ],
  ['mention', /(?<![\p{L}\p{N}_@/.])@[a-zA-Z][a-zA-Z0-9_]{3,31}(?![\p{L}\p{N}_])/gu],
  ['hashtag', /(?<![\p{L}\p{N}_#/])#[\p{L}\p{N}_]*[\p{L}_][\p{L}\p{N}_]*/gu],
  ['cashtag', /(?<![\p{L}\p{N}_$])\$[A-Z]{3,8}(?![\p{L}\p{N}_])/gu],
];

/** Nothing is found inside these. */
const OPAQUE = new Set([
  'code',
  'pre',
  'text_link',
  'text_mention',
  'custom_emoji',
  'url',
  'email',
  'mention',
  'bot_command',
  'hashtag',
  'cashtag',
]);

/** Adds what Telegram would find to `given`; sorted by offset, outer ones first. */
export function detectEntities(text: string, given: readonly MessageEntity[]): MessageEntity[] {
  const all = [...given];
  for (const [type, pattern] of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const offset = match.index;
      const length = match[0].length;
      const taken = all.some(
        (one) => OPAQUE.has(one.type) && one.offset < offset + length && offset < one.offset + one.length,
      );
      if (!taken) all.push({ type, offset, length });
    }
  }
  return all.sort((a, b) => a.offset - b.offset || b.length - a.length);
}
