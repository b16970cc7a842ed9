// What text did the bot send? Parsed, checked, trimmed and marked as Telegram would deliver it.
import type { MessageEntity } from 'grammy/types';
import { badRequest } from '../api/api-failure.js';
import type { Params } from '../api/params.js';
import type { World } from '../state/world.js';
import { checkBounds, MAX_ENTITIES, readEntities } from './check-entities.js';
import { detectEntities } from './detect-entities.js';
import { parseHtml } from './parse-html.js';
import { parseMarkdown } from './parse-markdown.js';
import { parseMarkdownV2 } from './parse-markdown-v2.js';
import type { RawText } from './raw-text.js';

/** UTF-16 code units after parsing (core.telegram.org/bots/api#sendmessage and #sendphoto). */
export const MAX_TEXT = 4096;
export const MAX_CAPTION = 1024;

export interface ReadText {
  readonly text: string;
  readonly entities: MessageEntity[];
}

/** Markup is read before the chat is looked up, as Telegram does: a broken text fails first. */
export function readMarkup(source: string, parseMode: string | undefined, entities: unknown): RawText {
  switch ((parseMode ?? '').toLowerCase()) {
    case '':
    case 'none': {
      if (entities !== undefined && !Array.isArray(entities))
        throw badRequest('expected an Array of MessageEntity');
      return { text: source, entities: entities ?? [] };
    }
    case 'html':
      return parseHtml(source);
    case 'markdown':
      return parseMarkdown(source);
    case 'markdownv2':
      return parseMarkdownV2(source);
    default:
      throw badRequest('unsupported parse_mode');
  }
}

/**
 * Checks bounds, trims, cuts at a hundred entities, finds links and commands.
 * @throws ApiFailure `message is too long`, `text must be non-empty`, or what is wrong with an entity
 */
export function finishText(
  world: World,
  raw: RawText,
  limits: { max: number; empty: boolean; tooLong?: string },
): ReadText {
  const read = readEntities(raw.entities, world.users);
  checkBounds(raw.text, read);
  const { text, entities } = trim(raw.text, read);
  if (text.length > limits.max) throw badRequest(limits.tooLong ?? 'message is too long');
  if (!limits.empty && !/[^\s\u200b\u200c\u200e\u200f\u2060\ufeff]/u.test(text))
    throw badRequest('text must be non-empty');
  if (entities.length > MAX_ENTITIES)
    world.warnings.push(`${entities.length} entities in one text; Telegram keeps ${MAX_ENTITIES}.`);
  return { text, entities: detectEntities(text, entities.slice(0, MAX_ENTITIES)) };
}

/** The text of `text` + `parse_mode` + `entities`. */
export function readSentText(params: Params): RawText {
  const text = params.str('text') ?? '';
  const raw = readMarkup(text, params.str('parse_mode'), params.array('entities'));
  if (raw.text === '') throw badRequest('message text is empty');
  return raw;
}

/** The text of `caption` + `parse_mode` + `caption_entities`; empty when there is none. */
export function readCaption(params: Params): RawText {
  return readMarkup(params.str('caption') ?? '', params.str('parse_mode'), params.array('caption_entities'));
}

/** Space at both ends goes, but not before the first entity; entities shrink with it. */
function trim(source: string, given: readonly MessageEntity[]): ReadText {
  const first = given.length === 0 ? source.length : Math.min(...given.map(({ offset }) => offset));
  const lead = Math.min(source.length - source.trimStart().length, first);
  const text = source.slice(lead).trimEnd();
  const entities: MessageEntity[] = [];
  for (const entity of given) {
    const offset = entity.offset - lead;
    const length = Math.min(entity.length, text.length - offset);
    if (length > 0) entities.push({ ...entity, offset, length });
  }
  return { text, entities };
}
