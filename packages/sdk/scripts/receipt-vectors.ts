// Which bills must a client accept, and which refuse with which code? Receipts over one fixed answer.
import { toHex } from '../src/internal/bytes.js';
import type { Signer } from '../src/internal/primitives.js';
import type { PrivateReceipt } from '../src/protocol/receipt.js';
import { signReceipt, type UnsignedReceipt } from '../src/receipts/sign-receipt.js';
import { openRequest } from '../src/seal/open-request.js';
import { billOf, sealTo, USAGE } from './fixed-exchange.js';
import { type FixedMachine, fixedRandom, fixedWorker } from './fixed-machines.js';
import type { Json } from './make-vectors.js';

interface Case {
  name: string;
  code: string;
  receipt?: Partial<UnsignedReceipt>;
  details?: Partial<PrivateReceipt>;
  signer?: Signer;
}

export async function receiptVectors(worker: FixedMachine): Promise<Json> {
  const sealed = await sealTo([worker], fixedRandom('vector receipt request'));
  const [wrap = new Uint8Array(0)] = sealed.wraps;
  const { keys, digest } = worker;
  const { coreBytes, body } = sealed;
  const random = fixedRandom('vector receipt answer');
  const opened = await openRequest({ keys, digest, coreBytes, wrap, body, random });
  await opened.reply.head();
  const { hash, frames } = opened.reply.transcript();
  const honest = billOf(opened, worker);
  const other = await fixedWorker('vector receipt other');
  const zeros = new Uint8Array(32);
  const usage = (changes: Partial<typeof USAGE>) => ({ usage: { ...USAGE, ...changes } });

  const cases: Case[] = [
    { name: 'honest', code: '' },
    { name: 'failed and free', code: '', receipt: { finish: 'error', tokens: 0n } },
    { name: 'cancelled', code: '', receipt: { finish: 'cancelled' } },
    { name: 'signed by another worker', code: 'RECEIPT_SIGNATURE', signer: other.keys.signer },
    { name: 'names another worker', code: 'RECEIPT_WRONG_WORKER', receipt: { workerDigest: other.digest } },
    { name: 'another request', code: 'RECEIPT_WRONG_REQUEST', receipt: { coreHash: zeros } },
    {
      name: 'another operation',
      code: 'RECEIPT_WRONG_REQUEST',
      receipt: { operationId: new Uint8Array(16) },
    },
    { name: 'another ledger', code: 'RECEIPT_WRONG_REQUEST', receipt: { audience: 'another' } },
    { name: 'another answer', code: 'RECEIPT_TRANSCRIPT', receipt: { transcript: zeros } },
    { name: 'a frame too many', code: 'RECEIPT_TRANSCRIPT', receipt: { frames: frames + 1 } },
    { name: 'another model', code: 'RECEIPT_WRONG_PRICE', receipt: { model: 'another/model' } },
    { name: 'another price table', code: 'RECEIPT_WRONG_PRICE', receipt: { priceDigest: zeros } },
    { name: 'another coefficient', code: 'RECEIPT_WRONG_PRICE', receipt: { coefficient: 1001 } },
    {
      name: 'one token too many',
      code: 'RECEIPT_ARITHMETIC',
      receipt: { tokens: honest.receipt.tokens + 1n },
    },
    {
      name: 'inflated usage',
      code: 'RECEIPT_ARITHMETIC',
      details: usage({ completion: USAGE.completion + 1 }),
    },
    {
      name: 'more cached than prompt',
      code: 'RECEIPT_ARITHMETIC',
      details: usage({ cached: USAGE.prompt + 1 }),
    },
    { name: 'a charge for a failure', code: 'RECEIPT_ARITHMETIC', receipt: { finish: 'error' } },
    {
      name: 'above the cap',
      code: 'RECEIPT_ABOVE_CAP',
      receipt: { tokens: 152_016n },
      details: usage({ prompt: 152_000, completion: 2 }),
    },
    {
      name: 'more output than asked',
      code: 'RECEIPT_ABOVE_CAP',
      receipt: { tokens: 2076n },
      details: usage({ completion: 257 }),
    },
  ];
  const out: Json[] = [];
  for (const { name, code, receipt, details, signer } of cases) {
    const unsigned = { ...honest.receipt, ...receipt };
    const final = await signReceipt(signer ?? keys.signer, unsigned, { ...honest.details, ...details });
    out.push({
      name,
      code,
      receipt: toHex(final.receipt),
      signature: toHex(final.signature),
      privateReceipt: toHex(final.privateReceipt),
    });
  }
  return {
    about: 'PROTOCOL.md §9 with the default prices: `code` is empty for a bill that must be accepted.',
    manifest: toHex(worker.machine.evidence.manifest),
    core: toHex(coreBytes),
    coreHash: toHex(sealed.coreHash),
    transcript: toHex(hash),
    frames,
    cases: out,
  };
}
