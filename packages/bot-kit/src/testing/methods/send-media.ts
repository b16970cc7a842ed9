// sendDocument, sendPhoto, sendVoice and their like: files by upload, file id or URL, with a caption.
import type { Message, PhotoSize } from 'grammy/types';
import { ApiFailure, badRequest } from '../api/api-failure.js';
import { isRecord, type Params, type UploadedFile } from '../api/params.js';
import { MAX_UPLOAD_BYTES, type StoredFile } from '../state/file-store.js';
import type { World } from '../state/world.js';
import { finishText, MAX_CAPTION, readCaption } from '../text/read-text.js';
import type { Handler } from './handler.js';
import { type Content, post, readTarget } from './post.js';

/** core.telegram.org/bots/api#sendphoto */
const MAX_PHOTO_BYTES = 10 * 1024 * 1024;

export type MediaKind =
  | 'document'
  | 'photo'
  | 'voice'
  | 'audio'
  | 'video'
  | 'animation'
  | 'video_note'
  | 'sticker';

const KIND_NAMES: Readonly<Record<MediaKind, string>> = {
  document: 'Document',
  photo: 'Photo',
  voice: 'VoiceNote',
  audio: 'Audio',
  video: 'Video',
  animation: 'Animation',
  video_note: 'VideoNote',
  sticker: 'Sticker',
};
const MIME: Readonly<Partial<Record<MediaKind, string>>> = {
  photo: 'image/jpeg',
  voice: 'audio/ogg',
  audio: 'audio/mpeg',
  video: 'video/mp4',
  animation: 'video/mp4',
  video_note: 'video/mp4',
};

/** A send method for one kind of file. */
export function sendFile(kind: MediaKind): Handler {
  return (world, params) => {
    const raw = readCaption(params);
    const target = readTarget(world, params);
    const file = readFile(world, params, params.has(kind) ? kind : undefined, kind);
    const { text, entities } = finishText(world, raw, {
      max: MAX_CAPTION,
      empty: true,
      tooLong: 'message caption is too long',
    });
    return post(world, params, target, {
      ...mediaFields(kind, file, params.int('duration') ?? 0),
      ...(text === '' ? {} : { caption: text }),
      ...(entities.length === 0 ? {} : { caption_entities: entities }),
    });
  };
}

/**
 * Reads a file parameter: an upload, `attach://part`, a URL or the id of a file Telegram holds.
 * @throws ApiFailure 413 above 50 MB, 400 for empty files, unknown ids and ids of another kind
 */
export function readFile(
  world: World,
  params: Params,
  name: string | undefined,
  kind: MediaKind,
): StoredFile {
  const given = name === undefined ? undefined : (params.toJSON()[name] as unknown);
  return readFileValue(world, params, given, kind);
}

export function readFileValue(world: World, params: Params, given: unknown, kind: MediaKind): StoredFile {
  if (isUpload(given)) return store(world, given, kind);
  if (typeof given !== 'string' || given === '')
    throw badRequest(`there is no ${kind.replace('_', ' ')} in the request`);
  if (given.startsWith('attach://')) {
    const part = params.files.get(given.slice('attach://'.length));
    if (part === undefined) throw badRequest('wrong file identifier/HTTP URL specified');
    return store(world, part, kind);
  }
  if (/^https?:\/\//.test(given)) {
    // The emulator fetches nothing: the file is known by its address and empty.
    const path = new URL(given).pathname.split('/').at(-1) ?? '';
    return world.files.add({
      kind,
      name: path,
      mime: MIME[kind] ?? 'application/octet-stream',
      bytes: new Uint8Array(),
    });
  }
  const file = world.files.get(given);
  if (file.kind !== kind && !(kind === 'document' && file.kind !== 'photo'))
    throw badRequest(
      `can't use file of type ${KIND_NAMES[file.kind as MediaKind] ?? file.kind} as ${KIND_NAMES[kind]}`,
    );
  return file;
}

const isUpload = (value: unknown): value is UploadedFile =>
  isRecord(value) && value['bytes'] instanceof Uint8Array;

function store(world: World, { name, mime, bytes }: UploadedFile, kind: MediaKind): StoredFile {
  if (bytes.length === 0) throw badRequest('file must be non-empty');
  if (bytes.length > MAX_UPLOAD_BYTES) throw new ApiFailure(413, 'Request Entity Too Large');
  if (kind === 'photo' && bytes.length > MAX_PHOTO_BYTES) throw badRequest('file is too big for a photo');
  const type = MIME[kind] ?? (mime === '' ? 'application/octet-stream' : mime);
  return world.files.add({ kind, name, mime: type, bytes });
}

/** What a message says about its file. */
export function mediaFields(kind: MediaKind, file: StoredFile, duration: number): Content {
  const common = { file_id: file.id, file_unique_id: file.uniqueId, file_size: file.size };
  const named = { ...common, file_name: file.name, mime_type: file.mime };
  const size = { width: 320, height: 240 };
  switch (kind) {
    case 'document':
      return { document: named };
    case 'photo': {
      const photo: PhotoSize[] = [{ ...common, ...size }];
      return { photo };
    }
    case 'voice':
      return { voice: { ...common, mime_type: file.mime, duration } };
    case 'audio':
      return { audio: { ...named, duration } };
    case 'video':
      return { video: { ...named, ...size, duration } };
    case 'animation': {
      const animation = { ...named, ...size, duration };
      return { animation, document: named };
    }
    case 'video_note':
      return { video_note: { ...common, length: 240, duration } };
    case 'sticker':
      return {
        sticker: { ...common, type: 'regular', width: 512, height: 512, is_animated: false, is_video: false },
      } as Content;
    default:
      return kind satisfies never;
  }
}

/** The file of a message, whatever its kind. */
export function fileIdOf(message: Message): string | undefined {
  return (
    message.document ??
    message.photo?.at(-1) ??
    message.voice ??
    message.audio ??
    message.video ??
    message.video_note ??
    message.sticker
  )?.file_id;
}
