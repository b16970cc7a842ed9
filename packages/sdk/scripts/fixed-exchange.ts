// What does one whole request look like, step by step, with fixed machines? The scene of vectors, tests and benchmarks.
import { platform } from '#platform';
import { concat, utf8 } from '../src/internal/bytes.js';
import type { Padding } from '../src/protocol/core.js';
import { encodeItem } from '../src/protocol/frame.js';
import type { AccountKey } from '../src/protocol/grant.js';
import { adjustedTokens, DEFAULT_PRICES, type Usage } from '../src/protocol/price.js';
import type { Finish, PrivateReceipt } from '../src/protocol/receipt.js';
import { RecordReader, type WireRecord } from '../src/protocol/record.js';
import type { SuiteId } from '../src/protocol/suites.js';
import { signReceipt, type UnsignedReceipt } from '../src/receipts/sign-receipt.js';
import { prepareAnswerKey } from '../src/seal/answer-key.js';
import { priceDigest } from '../src/seal/envelope/digests.js';
import type { OpenedRequest } from '../src/seal/open-request.js';
import type { Random } from '../src/seal/random.js';
import { type SealedRequest, sealRequest } from '../src/seal/seal-request.js';
import { prepareContext } from '../src/seal/warm-context.js';
import { AUDIENCE, type FixedMachine, fixedBeacon, MODEL, NOW_SECONDS } from './fixed-machines.js';

export const JSON_TEXT = '{"model":"example/model@1","messages":[{"role":"user","content":"a question"}]}';

export async function fixedAccount(
  random: Random,
): Promise<{ account: AccountKey; signer: Awaited<ReturnType<typeof platform.ed25519Signer>> }> {
  const signer = await platform.ed25519Signer(random(32));
  return { account: { walletPublicKey: signer.publicKey, owner: new Uint8Array(36) }, signer };
}

/** Seals a request to `workers`, drawing all randomness from `random`. */
export async function sealTo(
  workers: readonly FixedMachine[],
  random: Random,
  options: {
    suite?: SuiteId | undefined;
    padding?: Padding | undefined;
    json?: Uint8Array | undefined;
    maxOutput?: number | undefined;
    capTokens?: bigint | undefined;
  } = {},
): Promise<SealedRequest> {
  const suite = options.suite ?? 1;
  const contexts = [];
  for (const { machine } of workers)
    contexts.push(await prepareContext(machine, 'request', suite, { random }));
  const answerKey = await prepareAnswerKey(suite, { random });
  return sealRequest({
    request: {
      operation: 'chat.completions',
      json: options.json ?? utf8(JSON_TEXT),
      cacheSalt: random(32),
      model: MODEL,
      maxOutput: options.maxOutput ?? 256,
      capTokens: options.capTokens ?? 100_000n,
    },
    routing: {
      suite,
      audience: AUDIENCE,
      maxCoefficient: 2000,
      priceDigest: priceDigest(DEFAULT_PRICES),
      expires: NOW_SECONDS + 120,
      maxMs: 60_000,
      detachMs: 60_000,
      padding: options.padding ?? 'balanced',
    },
    contexts,
    answerKey,
    random,
  });
}

export const USAGE: Usage = { prompt: 20, cached: 0, completion: 12, reasoning: 0 };

/** The bill of `opened`, unsigned, for the answer sealed so far. */
export function billOf(
  opened: OpenedRequest,
  worker: FixedMachine,
  options: { usage?: Usage | undefined; finish?: Finish | undefined } = {},
): { receipt: UnsignedReceipt; details: PrivateReceipt } {
  const { hash, frames } = opened.reply.transcript();
  const usage = options.usage ?? USAGE;
  const coefficient = worker.manifest.worker?.coefficient ?? 0;
  return {
    receipt: {
      version: 1,
      coreHash: opened.coreHash,
      operationId: opened.core.operationId,
      audience: opened.core.audience,
      transcript: hash,
      frames,
      workerDigest: worker.digest,
      assignmentHash: new Uint8Array(32).fill(9),
      model: MODEL,
      priceDigest: priceDigest(DEFAULT_PRICES),
      coefficient,
      tokens: adjustedTokens(usage, coefficient, DEFAULT_PRICES),
      finish: options.finish ?? 'stop',
      sequence: 1n,
      beaconStart: fixedBeacon(1n),
      beaconEnd: fixedBeacon(2n),
    },
    details: { usage, countedBy: 'engine', salt: new Uint8Array(32).fill(3) },
  };
}

/** A short answer: head, two items, a usage frame, padding, FINAL. Returns its records. */
export async function answer(opened: OpenedRequest, worker: FixedMachine): Promise<WireRecord[]> {
  const { reply } = opened;
  const parts = [
    await reply.head(),
    await reply.data(encodeItem(utf8('{"choices":[{"delta":{"content":"an "}}]}'))),
    await reply.usage({ prompt: 20, cached: 0, completion: 6, reasoning: 0 }),
    await reply.data(encodeItem(utf8('{"choices":[{"delta":{"content":"answer"}}]}'))),
    await reply.pad(),
  ];
  const { receipt, details } = billOf(opened, worker);
  parts.push(await reply.final(await signReceipt(worker.keys.signer, receipt, details)));
  return records(concat(...parts));
}

export function records(bytes: Uint8Array): WireRecord[] {
  const reader = new RecordReader();
  const out = [...reader.push(bytes)];
  if (reader.pendingBytes > 0) throw new Error('half a record');
  return out;
}
