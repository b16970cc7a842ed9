// Which model is in a sealed file? Told without its key.
import { toHex } from '../internal/bytes.js';
import { readSealedFile } from './read-sealed-file.js';
import type { Output } from './run-command.js';

/** @throws CocoonError `SEALED_MODEL_FORMAT`, `SEALED_MODEL_LENGTH` */
export async function modelInspectCommand(
  path: string,
  { json }: { json?: boolean | undefined },
  { output }: { output: Output },
): Promise<void> {
  const { digest, header } = await readSealedFile(path);
  const facts = {
    digest: toHex(digest),
    name: header.name,
    bytes: Number(header.size),
    sha256: toHex(header.sha256),
  };
  // A name is whatever somebody wrote into a file: nothing in it may steer a terminal.
  const name = facts.name?.replace(/\p{C}/gu, '?') ?? 'none';
  output.out(
    json === true
      ? `${JSON.stringify(facts)}\n`
      : `Model digest ${facts.digest}\nname ${name}\n${facts.bytes} bytes, SHA-256 ${facts.sha256}\n`,
  );
  output.note('Name, size and hash are the owner’s words until the key opens the file.\n');
}
