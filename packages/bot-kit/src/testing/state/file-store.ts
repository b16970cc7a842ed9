// Which files does Telegram hold? Bytes by file id, with the path under which the bot may fetch them.
import { badRequest } from '../api/api-failure.js';

/** A cloud server lets bots fetch files of up to 20 MB (core.telegram.org/bots/api#getfile). */
export const MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024;
/** And send files of up to 50 MB (core.telegram.org/bots/api#sending-files). */
export const MAX_UPLOAD_BYTES = 50 * 1024 * 1024;

export interface StoredFile {
  readonly id: string;
  readonly uniqueId: string;
  readonly path: string;
  readonly kind: string;
  readonly name: string;
  readonly mime: string;
  readonly bytes: Uint8Array;
  /** What the update says; a test may claim a size without holding the bytes. */
  readonly size: number;
}

export interface NewFile {
  readonly kind: string;
  readonly name: string;
  readonly mime: string;
  readonly bytes: Uint8Array;
  readonly size?: number | undefined;
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'audio/ogg': 'oga',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'text/plain': 'txt',
  'video/mp4': 'mp4',
};

export class FileStore {
  readonly #files = new Map<string, StoredFile>();

  add({ kind, name, mime, bytes, size = bytes.length }: NewFile): StoredFile {
    const number = this.#files.size + 1;
    const extension = /\.(\w{1,8})$/.exec(name)?.[1] ?? EXTENSIONS[mime] ?? 'bin';
    const file: StoredFile = {
      id: `EMU-${kind}-${String(number).padStart(6, '0')}`,
      uniqueId: `U${String(number).padStart(6, '0')}`,
      path: `${kind}s/file_${number}.${extension}`,
      kind,
      name,
      mime,
      bytes,
      size,
    };
    this.#files.set(file.id, file);
    return file;
  }

  /** @throws ApiFailure when there is no such file */
  get(id: string): StoredFile {
    const file = this.#files.get(id);
    if (file === undefined) throw badRequest('wrong file identifier/HTTP URL specified');
    return file;
  }

  byPath(path: string): StoredFile | undefined {
    return [...this.#files.values()].find((file) => file.path === path);
  }
}
