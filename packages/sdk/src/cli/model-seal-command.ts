// How does an owner encrypt a model file of any size? Read twice, never held as a whole (PROTOCOL.md §17.1).
import { createHash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { CocoonError } from '../errors.js';
import { toHex } from '../internal/bytes.js';
import {
  DEFAULT_MODEL_CHUNK_BYTES,
  SEALED_MODEL_VERSION,
  type SealedModelHeader,
} from '../protocol/sealed-model.js';
import { createModelSealer, MODEL_KEY_BYTES, type ModelSealer } from '../seal/model/index.js';
import { systemRandom } from '../seal/random.js';
import { filePieces, openRegular } from './file-pieces.js';
import { usage } from './read-input.js';
import type { Output } from './run-command.js';

export interface ModelSealOptions {
  out: string;
  keyFile: string;
  name?: string | undefined;
  json?: boolean | undefined;
}

/**
 * Writes the sealed file and a new key file (mode 0600); overwrites neither, and leaves neither after a failure.
 * @throws CocoonError `FILE_NOT_REGULAR`, `FILE_EMPTY`, `MODEL_CHANGED`, `ABORTED`, `MALFORMED` for a name too long
 */
export async function modelSealCommand(
  path: string,
  options: ModelSealOptions,
  { output, signal }: { output: Output; signal: AbortSignal },
): Promise<void> {
  const { out, keyFile, name, json } = options;
  const { file, size } = await openRegular(path);
  const key = systemRandom(MODEL_KEY_BYTES);
  const made: string[] = [];
  const make = async (at: string, mode: number): Promise<FileHandle> => {
    const handle = await open(at, 'wx', mode);
    made.push(at);
    return handle;
  };
  try {
    if (size === 0) throw usage('FILE_EMPTY', `The file ${path} is empty.`, 'Check the path.');
    await writeKey(await make(keyFile, 0o600), key);
    const target = await make(out, 0o644);
    const { sealer, header } = await sealFile({ file, target, key, name, signal }).finally(() =>
      target.close(),
    );
    const digest = toHex(sealer.digest);
    const sha256 = toHex(header.sha256);
    output.out(
      json === true
        ? `${JSON.stringify({ file: out, keyFile, digest, name, bytes: size, sha256 })}\n`
        : `Sealed ${size} bytes into ${out}.\nModel digest ${digest}\n`,
    );
    output.note(
      `The key is in ${keyFile}. Whoever has it reads the model, and without it nobody does, you included: keep it apart from the ` +
        'machines that serve, and a copy of it safe.\nThe file shows its name, size and the SHA-256 of the weights.\n',
    );
  } catch (error) {
    for (const each of made) await rm(each, { force: true });
    throw error;
  } finally {
    key.fill(0);
    await file.close();
  }
}

async function writeKey(file: FileHandle, key: Uint8Array): Promise<void> {
  try {
    // The umask can only take rights away; this says it in any case.
    await file.chmod(0o600);
    await file.writeFile(`${toHex(key)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function sealFile(options: {
  file: FileHandle;
  target: FileHandle;
  key: Uint8Array;
  name: string | undefined;
  signal: AbortSignal;
}): Promise<{ sealer: ModelSealer; header: SealedModelHeader }> {
  const { file, target, key, name, signal } = options;
  const before = await measure(file, signal);
  const header: SealedModelHeader = {
    version: SEALED_MODEL_VERSION,
    salt: systemRandom(32),
    chunkBytes: DEFAULT_MODEL_CHUNK_BYTES,
    ...before,
    name,
  };
  const sealer = await createModelSealer({ key, header });
  await target.writeFile(sealer.prefix);
  const hash = createHash('sha256');
  let left = Number(before.size);
  for await (const piece of filePieces(file, header.chunkBytes)) {
    checkRunning(signal);
    left -= piece.length;
    if (left < 0 || (left > 0 && piece.length < header.chunkBytes)) throw changed();
    hash.update(piece);
    await target.writeFile(await sealer.seal(piece));
  }
  if (left !== 0 || !hash.digest().equals(before.sha256)) throw changed();
  sealer.end();
  await target.sync();
  return { sealer, header };
}

async function measure(file: FileHandle, signal: AbortSignal): Promise<{ size: bigint; sha256: Uint8Array }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of filePieces(file, DEFAULT_MODEL_CHUNK_BYTES)) {
    checkRunning(signal);
    hash.update(piece);
    size += piece.length;
  }
  return { size: BigInt(size), sha256: Uint8Array.from(hash.digest()) };
}

function checkRunning(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new CocoonError({
    kind: 'aborted',
    code: 'ABORTED',
    message: 'Sealing was stopped.',
    remedy: 'Nothing was left behind. Start it again.',
  });
}

function changed(): CocoonError {
  return usage(
    'MODEL_CHANGED',
    'The model file changed while it was sealed.',
    'Seal a file that nobody writes to.',
  );
}
