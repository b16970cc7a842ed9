// How does a model file come to this machine so that it is the one the operator named? Nothing unchecked is ever loaded.
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkModelFile, type ModelPin } from './check-model-file.js';
import { ggufError } from './gguf-error.js';

const MAX_REDIRECTS = 5;
const DEFAULT_IDLE_MS = 60_000;

export interface FetchModelOptions extends ModelPin {
  url: string;
  /** Bytes. */
  size: number;
  /** Made if it does not exist. It must be this worker's own: what was checked must not be exchanged before it is loaded. */
  folder: string;
  fetch: typeof globalThis.fetch;
  /** Longest silence of the server. Default 60,000. */
  idleMs?: number | undefined;
}

/**
 * Path of the checked file. One that is in the folder already is hashed again and used if it is whole, else fetched anew.
 * @throws CocoonError `MODEL_DOWNLOAD_FAILED` (no answer, a bad status, silence, an end too early), `MODEL_REDIRECT_REFUSED` (to another
 * host, or too many), `MODEL_SIZE_MISMATCH`, `MODEL_HASH_MISMATCH`
 */
export async function fetchModel(options: FetchModelOptions): Promise<string> {
  const { folder, sha256, size } = options;
  const file = join(folder, `${sha256.toLowerCase()}.gguf`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (await isThere(file, { sha256, size })) return file;
  const part = `${file}.${randomUUID()}.part`;
  try {
    const handle = await open(part, 'wx', 0o600);
    try {
      await download(options, handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return file;
}

async function isThere(file: string, pin: ModelPin): Promise<boolean> {
  try {
    await checkModelFile(file, pin);
    return true;
  } catch {
    await rm(file, { force: true });
    return false;
  }
}

async function download(options: FetchModelOptions, handle: FileHandle): Promise<void> {
  const { size, sha256, idleMs = DEFAULT_IDLE_MS } = options;
  const stop = new AbortController();
  let timer = setTimeout(() => stop.abort(), idleMs);
  const hash = createHash('sha256');
  let received = 0;
  try {
    const response = await follow(options, stop.signal);
    const announced = response.headers.get('content-length');
    if (announced !== null && Number(announced) !== size)
      throw ggufError('MODEL_SIZE_MISMATCH', { expected: size });
    for await (const bytes of response.body ?? []) {
      clearTimeout(timer);
      timer = setTimeout(() => stop.abort(), idleMs);
      received += bytes.length;
      if (received > size) throw ggufError('MODEL_SIZE_MISMATCH', { expected: size });
      hash.update(bytes);
      await handle.writeFile(bytes);
    }
  } catch (error) {
    // Whatever else the connection did, it did not bring the file. Its words are not repeated: they may hold the address.
    throw isOurs(error) ? error : ggufError('MODEL_DOWNLOAD_FAILED', { received, expected: size });
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
  if (received < size) throw ggufError('MODEL_DOWNLOAD_FAILED', { received, expected: size });
  if (hash.digest('hex') !== sha256.toLowerCase()) throw ggufError('MODEL_HASH_MISMATCH');
}

/** The hash is pinned, so redirects cannot change the model; but they must not make this machine ask hosts nobody named. */
async function follow({ url, fetch }: FetchModelOptions, signal: AbortSignal): Promise<Response> {
  let at = new URL(url);
  const { host } = at;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await fetch(at, {
      redirect: 'manual',
      signal,
      headers: { 'accept-encoding': 'identity' },
    });
    if (response.status === 200) return response;
    await response.body?.cancel();
    const target = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || target === null)
      throw ggufError('MODEL_DOWNLOAD_FAILED', { status: response.status });
    const next = URL.canParse(target, at) ? new URL(target, at) : undefined;
    const weaker = at.protocol === 'https:' && next?.protocol !== 'https:';
    if (next === undefined || next.host !== host || weaker) throw ggufError('MODEL_REDIRECT_REFUSED');
    at = next;
  }
  throw ggufError('MODEL_REDIRECT_REFUSED', { most: MAX_REDIRECTS });
}

function isOurs(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('MODEL_');
}
