// With which key does a local registry sign? A seed in DIR/registry.key, made at the first start.
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { CocoonError } from '@cocoonkit/sdk/errors';
import type { Signer } from '@cocoonkit/sdk/seal/envelope';
import { parseHex, toHex } from '../hex.js';

/** RFC 8410: the PKCS #8 header of a raw Ed25519 seed. */
const PKCS8_HEADER = Buffer.from('302e020100300506032b657004220420', 'hex');

/** @throws CocoonError `REGISTRY_KEY_INVALID` */
export function loadRegistryKey(file: string, random: (length: number) => Uint8Array): Signer {
  const seed = readSeed(file) ?? writeSeed(file, random(32));
  const key: KeyObject = createPrivateKey({
    key: Buffer.concat([PKCS8_HEADER, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return {
    publicKey: new Uint8Array(Buffer.from(x ?? '', 'base64url')),
    sign: (message) => new Uint8Array(sign(null, message, key)),
  };
}

function readSeed(file: string): Uint8Array | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
  const seed = parseHex(text, 32);
  if (seed !== undefined) return seed;
  throw new CocoonError({
    kind: 'config',
    code: 'REGISTRY_KEY_INVALID',
    message: 'The registry’s key file does not hold 64 hex digits.',
    remedy: 'Restore the file, or remove the directory to found a new network.',
  });
}

function writeSeed(file: string, seed: Uint8Array): Uint8Array {
  writeFileSync(file, `${toHex(seed)}\n`, { mode: 0o600, flag: 'wx' });
  return seed;
}
