// sendMediaGroup and editMessageMedia: albums, and a file put in the place of another.
import type { Message } from 'grammy/types';
import { badRequest } from '../api/api-failure.js';
import { isRecord, type Params } from '../api/params.js';
import type { World } from '../state/world.js';
import { finishText, MAX_CAPTION, readMarkup } from '../text/read-text.js';
import { edit } from './edit.js';
import type { Handler } from './handler.js';
import { type Content, post, readTarget } from './post.js';
import { type MediaKind, mediaFields, readFileValue } from './send-media.js';

const KINDS: readonly MediaKind[] = ['photo', 'video', 'document', 'audio', 'animation'];

export const sendMediaGroup: Handler = (world, params) => {
  const given = params.array('media') ?? [];
  const target = readTarget(world, params);
  if (given.length < 2 || given.length > 10)
    throw badRequest('group send failed: from 2 to 10 files expected');
  const items = given.map((one) => readMedia(world, params, one));
  const kinds = new Set(items.map(({ kind }) => (kind === 'video' ? 'photo' : kind)));
  // Documents go only with documents, audio with audio (core.telegram.org/bots/api#sendmediagroup).
  if (kinds.size > 1 || kinds.has('animation'))
    throw badRequest("can't use the media of the specified type in the album");
  const group = `album-${world.nextId()}`;
  return items.map(({ content }) => post(world, params, target, { ...content, media_group_id: group }));
};

export const editMessageMedia: Handler = (world, params) => {
  const { content } = readMedia(world, params, params.object('media'));
  return edit(world, params, ({ message }) => {
    if (message.text !== undefined) throw badRequest("message can't be edited");
    return { ...Object.fromEntries(CLEARED.map((name) => [name, undefined])), ...content };
  });
};

const CLEARED: readonly (keyof Message)[] = [
  'photo',
  'video',
  'document',
  'audio',
  'animation',
  'caption',
  'caption_entities',
];

function readMedia(world: World, params: Params, one: unknown): { kind: MediaKind; content: Content } {
  if (!isRecord(one)) throw badRequest("can't parse InputMedia: Expected an Object");
  const kind = KINDS.find((name) => name === one['type']);
  if (kind === undefined) throw badRequest("can't parse InputMedia: Unsupported type specified");
  const file = readFileValue(world, params, one['media'], kind);
  const raw = readMarkup(
    String(one['caption'] ?? ''),
    one['parse_mode'] === undefined ? undefined : String(one['parse_mode']),
    one['caption_entities'],
  );
  const { text, entities } = finishText(world, raw, {
    max: MAX_CAPTION,
    empty: true,
    tooLong: 'message caption is too long',
  });
  const content: Content = {
    ...mediaFields(kind, file, 0),
    ...(text === '' ? {} : { caption: text }),
    ...(entities.length === 0 ? {} : { caption_entities: entities }),
  };
  return { kind, content };
}
