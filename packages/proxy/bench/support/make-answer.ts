// What does a worker answer? Records sealed before the clock starts, so that the generator only has to send them.
import { encodeItem, encodeLinkMessage } from '@cocoonkit/sdk/protocol';
import { signReceipt } from '@cocoonkit/sdk/receipts';
import { openRequest } from '@cocoonkit/sdk/seal';
import { COEFFICIENT, type Job } from './bench-worker.js';
import { type BenchNetwork, random } from './join-network.js';

/** A chunk of one or two tokens, as engines send it. */
const ITEM_BYTES = 160;
const USAGE = { prompt: 10, cached: 0, completion: 5, reasoning: 0 };
const TOKENS = 50n;

export interface Answer {
  /** Link messages: the head, the frames, FINAL. */
  readonly messages: readonly Uint8Array[];
  /** Ends the stream and hands in the bill; after the last message. */
  finish(): void;
}

export async function makeAnswer(network: BenchNetwork, job: Job, frames: number): Promise<Answer> {
  const { channel, stream, core } = job;
  const { keys, digest } = channel.machine;
  const { reply } = await openRequest({ ...job, keys, digest, random });
  const item = encodeItem(new TextEncoder().encode(JSON.stringify({ x: 'x'.repeat(ITEM_BYTES - 8) })));
  const records = [await reply.head()];
  for (let i = 0; i < frames; i++) records.push(await reply.data(item));
  const { hash, frames: counted } = reply.transcript();
  const receipt = {
    version: 1,
    coreHash: job.coreHash,
    operationId: core.operationId,
    audience: core.audience,
    transcript: hash,
    frames: counted,
    workerDigest: digest,
    assignmentHash: job.assignmentHash,
    model: core.model,
    priceDigest: core.priceDigest,
    coefficient: COEFFICIENT,
    tokens: TOKENS,
    finish: 'stop',
    privateCommitment: new Uint8Array(32),
    sequence: 1n,
    beaconStart: network.beacon,
    beaconEnd: network.beacon,
  } as const;
  const final = await signReceipt(keys.signer, receipt, {
    usage: USAGE,
    countedBy: 'engine',
    salt: random(32),
  });
  records.push(await reply.final(final));
  return {
    messages: records.map((bytes) => encodeLinkMessage({ kind: 'records', stream, bytes })),
    finish() {
      channel.control({ type: 'end', stream });
      const { receipt: signed, signature: receiptSignature } = final;
      channel.control({
        type: 'receipt',
        coreHash: job.coreHash,
        receipt: signed,
        receiptSignature,
        held: 1,
      });
    },
  };
}
