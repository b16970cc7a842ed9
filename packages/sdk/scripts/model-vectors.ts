// What does a sealed model look like, and what must be refused? Small files, each piece 4,096 bytes, and the release of their key.
import { concat, toHex } from '../src/internal/bytes.js';
import { AWAITING_MODEL, decodeModelRelease } from '../src/protocol/model-release.js';
import { sealModelKey } from '../src/seal/model/index.js';
import { fixedRandom, fixedWorker, NOW, NOW_SECONDS } from './fixed-machines.js';
import { CHUNK, type FixedModel, fixedModel, MODEL_KEY } from './fixed-model.js';
import type { Json } from './make-vectors.js';

/** Changes to a file of three pieces, and the code a reader gives. */
export function modelDefects(model: FixedModel): { name: string; code: string; file: Uint8Array }[] {
  const { prefix, chunks, file } = model;
  const [first = file, second = file, last = file] = chunks;
  const flip = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
  const join = (...parts: readonly Uint8Array[]) => concat(prefix, ...parts);
  return [
    { name: 'another kind of file', code: 'SEALED_MODEL_FORMAT', file: flip(file, 0) },
    { name: 'header of another version', code: 'SEALED_MODEL_FORMAT', file: flip(file, 6 + 7) },
    { name: 'salt altered', code: 'SEALED_MODEL_WRONG', file: flip(file, 6 + 8 + 6) },
    { name: 'hash altered', code: 'SEALED_MODEL_WRONG', file: flip(file, prefix.length - 33) },
    { name: 'proof altered', code: 'SEALED_MODEL_KEY', file: flip(file, prefix.length - 1) },
    { name: 'first piece altered', code: 'SEALED_MODEL_CHUNK', file: join(flip(first, 0), second, last) },
    {
      name: 'tag of the second piece altered',
      code: 'SEALED_MODEL_CHUNK',
      file: join(first, flip(second, CHUNK), last),
    },
    { name: 'last piece altered', code: 'SEALED_MODEL_CHUNK', file: flip(file, file.length - 1) },
    { name: 'two pieces exchanged', code: 'SEALED_MODEL_CHUNK', file: join(second, first, last) },
    { name: 'one piece twice', code: 'SEALED_MODEL_CHUNK', file: join(first, first, last) },
    { name: 'last piece missing', code: 'SEALED_MODEL_LENGTH', file: join(first, second) },
    { name: 'one byte missing', code: 'SEALED_MODEL_LENGTH', file: file.subarray(0, -1) },
    { name: 'one byte more', code: 'SEALED_MODEL_LENGTH', file: concat(file, Uint8Array.of(0)) },
  ];
}

export async function modelVectors(): Promise<[string, Json][]> {
  const models = [await fixedModel(5), await fixedModel(2 * CHUNK, { header: { name: 'example/weights' } })];
  const tampered = await fixedModel(2 * CHUNK + 5);
  const seed = 'vector waiting worker';
  const { digest: modelDigest } = tampered;
  const worker = await fixedWorker(seed, {
    suites: [1, 2],
    claims: { features: [AWAITING_MODEL], sealedModel: modelDigest },
  });
  const { release, expires } = await sealModelKey({
    machine: worker.machine,
    key: MODEL_KEY,
    modelDigest,
    now: NOW,
    lifeSeconds: 600,
    random: fixedRandom('vector release'),
  });
  const { terms, sealedKey } = decodeModelRelease(release);
  const describe = (model: FixedModel): { [key: string]: Json } => ({
    salt: toHex(model.header.salt),
    plain: toHex(model.plain),
    digest: toHex(model.digest),
    prefix: toHex(model.prefix),
    chunks: model.chunks.map(toHex),
  });
  const [kemSeed = ''] = [fixedRandom(seed)(32)].map(toHex);
  return [
    [
      'model/sealed-models.json',
      {
        about: 'PROTOCOL.md §17.1: files are `prefix` and `chunks` joined; all are sealed with `key`.',
        key: toHex(MODEL_KEY),
        models: models.map(describe),
      },
    ],
    [
      'model/tampered.json',
      {
        about:
          'PROTOCOL.md §17.2: changes to one sealed file, whose digest the reader expects, and the code of each refusal. `parts` are joined; ' +
          'a number stands for that piece of `model.chunks`, hex for bytes.',
        key: toHex(MODEL_KEY),
        model: describe(tampered),
        cases: modelDefects(tampered).map(({ name, code, file }) => ({
          name,
          code,
          parts: inPieces(file, tampered),
        })),
      },
    ],
    [
      'model/release.json',
      {
        about:
          'PROTOCOL.md §17.3: the key above, released to a worker that waits for it. `random` is the encapsulation’s.',
        now: NOW_SECONDS,
        kemSeed,
        manifest: toHex(worker.machine.evidence.manifest),
        workerDigest: toHex(worker.digest),
        modelDigest: toHex(modelDigest),
        random: toHex(fixedRandom('vector release')(64)),
        expires: expires.getTime() / 1000,
        terms: toHex(terms),
        sealedKey: toHex(sealedKey),
        release: toHex(release),
        key: toHex(MODEL_KEY),
      },
    ],
  ];
}

/** Pieces that stand unchanged at their place are named by number, so that a file of many cases stays small. */
function inPieces(file: Uint8Array, { prefix, chunks }: FixedModel): Json[] {
  const parts: Json[] = [toHex(file.subarray(0, prefix.length))];
  for (let at = prefix.length; at < file.length; ) {
    const rest = toHex(file.subarray(at));
    const known = chunks.findIndex((chunk) => rest.startsWith(toHex(chunk)));
    const length = known >= 0 ? (chunks[known]?.length ?? 1) : Math.min(CHUNK + 16, file.length - at);
    parts.push(known >= 0 ? known : toHex(file.subarray(at, at + length)));
    at += length;
  }
  return parts;
}
