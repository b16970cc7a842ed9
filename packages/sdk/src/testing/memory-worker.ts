// What does the worker of the in-memory network do? Real sealing and real receipts around a scripted model.
import { concat, utf8 } from '../internal/bytes.js';
import { encodeItem, type Final } from '../protocol/frame.js';
import type { Beacon } from '../protocol/manifest.js';
import { adjustedTokens, type PriceTable, type Usage } from '../protocol/price.js';
import type { CountedBy, Finish } from '../protocol/receipt.js';
import { parseStrictJson } from '../protocol/strict-json.js';
import { signReceipt } from '../receipts/sign-receipt.js';
import { openRequest } from '../seal/open-request.js';
import type { Random } from '../seal/random.js';
import type { MemoryFaults } from './memory-faults.js';
import type { SimulatedMachine } from './simulated-machine.js';

/** The scripted model: chunks to send and what they cost. `chunks` may be endless if it is an async iterable; those in one array travel in one frame. */
export interface ScriptedAnswer {
  readonly chunks: Iterable<unknown> | AsyncIterable<unknown>;
  readonly finish?: Finish | undefined;
  readonly usage?: Usage | undefined;
  readonly countedBy?: CountedBy | undefined;
}

export type ScriptedModel = (request: Readonly<Record<string, unknown>>) => ScriptedAnswer;

export interface WorkerJob {
  readonly coreBytes: Uint8Array;
  readonly wrap: Uint8Array;
  readonly body: Uint8Array;
  readonly assignmentHash: Uint8Array;
  readonly cancelled: () => boolean;
  /** Takes the bill, before FINAL leaves: a client that goes away does not keep it from the proxy. */
  readonly billed: (final: Final) => Promise<void>;
}

/** Yields wire records. */
export async function* runWorker(
  machine: SimulatedMachine,
  job: WorkerJob,
  parts: {
    model: ScriptedModel;
    prices: PriceTable;
    beacon: Beacon;
    random: Random;
    faults: MemoryFaults;
    sequence: bigint;
  },
): AsyncGenerator<Uint8Array> {
  const { keys, digest, manifest } = machine;
  const { prices, beacon, random, faults, sequence } = parts;
  const { coreBytes, wrap, body } = job;
  const { core, coreHash, inner, reply } = await openRequest({ keys, digest, coreBytes, wrap, body, random });
  const coefficient = manifest.worker?.coefficient ?? 1000;
  yield reply.head();
  let finish: Finish = 'stop';
  let usage: Usage = { prompt: 0, cached: 0, completion: 0, reasoning: 0 };
  let countedBy: CountedBy = 'engine';
  if (faults.workerError === undefined) {
    const answer = parts.model(parseStrictJson(inner.json));
    let sent = 0;
    for await (const chunk of answer.chunks) {
      if (job.cancelled()) {
        finish = 'cancelled';
        break;
      }
      sent++;
      const together: readonly unknown[] = Array.isArray(chunk) ? chunk : [chunk];
      const items = concat(...together.map((one) => encodeItem(utf8(JSON.stringify(one)))));
      yield reply.data(faults.item?.(items) ?? items);
    }
    if (finish !== 'cancelled') finish = answer.finish ?? 'stop';
    usage = answer.usage ?? { prompt: 5, cached: 0, completion: sent, reasoning: 0 };
    countedBy = answer.countedBy ?? 'engine';
    for (const before of faults.usageBefore ?? []) yield reply.usage(before);
    yield reply.usage(usage);
  } else {
    finish = 'error';
    yield reply.error(faults.workerError);
  }
  const { hash, frames } = reply.transcript();
  const honest = {
    receipt: {
      version: 1,
      coreHash,
      operationId: core.operationId,
      audience: core.audience,
      transcript: hash,
      frames,
      workerDigest: digest,
      assignmentHash: job.assignmentHash,
      model: core.model,
      priceDigest: core.priceDigest,
      coefficient,
      tokens: finish === 'error' ? 0n : adjustedTokens(usage, coefficient, prices),
      finish,
      sequence,
      beaconStart: beacon,
      beaconEnd: beacon,
    },
    details: { usage, countedBy, salt: random(32) },
  };
  const { receipt, details } = faults.receipt?.(honest) ?? honest;
  const signed = await signReceipt(faults.receiptSigner ?? keys.signer, receipt, details);
  const final = faults.final?.(signed) ?? signed;
  await job.billed(final);
  yield reply.final(final);
}
