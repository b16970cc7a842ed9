// How do a file's bytes get from Telegram into memory? Streamed up to a limit; its address, which holds the token, goes nowhere else.
import { readFile } from 'node:fs/promises';
import { CocoonError } from '@cocoonkit/sdk';
import type { Api } from 'grammy';

const TELEGRAM = 'https://api.telegram.org';

export interface DownloadParts {
  readonly api: Api;
  readonly fileId: string;
  /** As the update said, when it did. */
  readonly size: number | undefined;
  /** Bytes. */
  readonly limit: number;
  readonly fetch: typeof globalThis.fetch;
  readonly signal: AbortSignal;
}

/**
 * Bytes of a file somebody sent; at most `limit`. With a Bot API server of your own in local mode, the file is read from its disk.
 * @throws CocoonError `DOCUMENT_TOO_BIG`, `FILE_NOT_FETCHED`
 */
export async function downloadFile(parts: DownloadParts): Promise<Uint8Array<ArrayBuffer>> {
  const { api, fileId, size, limit } = parts;
  if (size !== undefined && size > limit) throw tooBig(size, limit);
  const path = await api.getFile(fileId).then(
    (file) => file.file_path,
    () => undefined,
  );
  if (path === undefined) throw notFetched();
  if (path.startsWith('/')) return limited(new Uint8Array(await readFile(path)), limit);
  const root = api.options?.apiRoot ?? TELEGRAM;
  return read(`${root}/file/bot${api.token}/${path}`, parts);
}

async function read(url: string, { fetch, signal, limit }: DownloadParts): Promise<Uint8Array<ArrayBuffer>> {
  // Whatever goes wrong is told without its cause: that would name the address, and the token in it.
  const response = await fetch(url, { signal, redirect: 'error' }).catch(() => undefined);
  if (signal.aborted) throw signal.reason;
  if (response?.ok !== true || response.body === null) throw notFetched();
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of response.body) {
      length += piece.length;
      if (length > limit) throw tooBig(length, limit);
      pieces.push(piece);
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error instanceof CocoonError ? error : notFetched();
  }
  return join(pieces, length);
}

function join(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}

function limited(bytes: Uint8Array<ArrayBuffer>, limit: number): Uint8Array<ArrayBuffer> {
  if (bytes.length > limit) throw tooBig(bytes.length, limit);
  return bytes;
}

function tooBig(size: number, limit: number): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'DOCUMENT_TOO_BIG',
    message: `The file has ${size} bytes; the limit is ${limit}.`,
    remedy: 'Send a smaller file, or the text itself.',
    details: { size: megabytes(size), limit: megabytes(limit) },
  });
}

function notFetched(): CocoonError {
  return new CocoonError({
    kind: 'network',
    code: 'FILE_NOT_FETCHED',
    message: 'Telegram did not hand out the file.',
    remedy: 'Send it again.',
  });
}

const megabytes = (bytes: number): string =>
  `${(bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0)} MB`;
