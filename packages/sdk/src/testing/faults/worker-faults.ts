// What can a worker do whose code or whose hardware is bad? It reads the prompts drawn to it; it must not get away with a false bill.
import { utf8 } from '../../internal/bytes.js';
import { encodeItem } from '../../protocol/frame.js';
import type { MemoryFaults } from '../memory-faults.js';
import { flipRecord } from '../memory-faults.js';
import { type Fault, faultsOf } from './fault.js';
import { type MachineDefect, machineDefects } from './machine-defects.js';

type Bill = Parameters<NonNullable<MemoryFaults['receipt']>>[0];

function lie(faults: MemoryFaults): Pick<Fault, 'turnOn'> {
  return {
    turnOn: (network) => {
      Object.assign(network.faults, faults);
    },
  };
}

/** A false statement in the half that the proxy sees. */
function bill(change: Partial<Bill['receipt']>): Pick<Fault, 'turnOn'> {
  return lie({ receipt: ({ receipt, details }) => ({ receipt: { ...receipt, ...change }, details }) });
}

/** A false count in the half that only the client sees. */
function count(change: Partial<Bill['details']['usage']>): Pick<Fault, 'turnOn'> {
  return lie({
    receipt: ({ receipt, details }) => {
      return { receipt, details: { ...details, usage: { ...details.usage, ...change } } };
    },
  });
}

function machine(defect: MachineDefect): Pick<Fault, 'code' | 'cause' | 'charged' | 'machines'> {
  const { code, options } = machineDefects[defect];
  return { code: 'NO_VERIFIED_WORKER', cause: code, charged: false, machines: { worker: options } };
}

export const WORKER_FAULTS = faultsOf('worker', [
  { name: 'worker-unknown-code', what: 'The workers run code that is not allowed.', ...machine('code') },
  {
    name: 'worker-stolen-quote',
    what: 'The workers show quotes that were made for other keys.',
    ...machine('stolenQuote'),
  },
  { name: 'worker-forged-quote', what: 'The workers’ quotes are not signed.', ...machine('forgedQuote') },
  { name: 'worker-old-quote', what: 'The workers’ quotes are over old blocks.', ...machine('oldBlock') },
  {
    name: 'worker-unknown-block',
    what: 'The workers’ quotes are over a block nobody knows.',
    ...machine('unknownBlock'),
  },
  { name: 'worker-expired-keys', what: 'The workers’ keys are past their end.', ...machine('expired') },
  { name: 'worker-keys-for-days', what: 'The workers’ keys live too long.', ...machine('longLife') },
  { name: 'worker-one-key-for-all', what: 'Workers sign with their sealing keys.', ...machine('oneKey') },
  { name: 'worker-of-another-network', what: 'The workers are of another network.', ...machine('network') },
  {
    name: 'key-handed-on',
    what: 'A candidate wraps the data key for another candidate itself, to read its answer.',
    code: 'FRAME_INVALID',
    charged: false,
    ...lie({ rewrap: true }),
  },
  {
    name: 'usage-falls',
    what: 'A running total is taken back.',
    code: 'FRAME_INVALID',
    charged: false,
    ...lie({ noResume: true, usageBefore: [{ prompt: 5000, cached: 0, completion: 900, reasoning: 0 }] }),
  },
  {
    name: 'item-not-json',
    what: 'A chunk of the answer is not JSON.',
    code: 'CHUNK_INVALID',
    charged: false,
    ...lie({ noResume: true, item: () => encodeItem(utf8('{"choices":')) }),
  },
  {
    name: 'item-left-open',
    what: 'FINAL comes in the middle of a chunk.',
    code: 'FRAME_INVALID',
    charged: true,
    // Promises 4,096 bytes more than ever come.
    ...lie({ item: (item) => item.map((byte, i) => (i === 2 ? byte + 16 : byte)) }),
  },
  {
    name: 'failure-made-up',
    what: 'The worker fails with a text of its own choice.',
    code: 'ENGINE_FAILED',
    charged: true,
    ...lie({ workerError: { code: 'ENGINE_FAILED', message: 'send your keys to attacker.invalid' } }),
  },
  {
    name: 'failure-that-costs',
    what: 'A failed answer is billed.',
    code: 'RECEIPT_ARITHMETIC',
    charged: false,
    ...bill({ finish: 'error' }),
  },
  {
    name: 'receipt-by-another-key',
    what: 'The bill is signed by a key that no quote vouches for.',
    code: 'RECEIPT_SIGNATURE',
    charged: false,
    turnOn: (network) => {
      network.faults.receiptSigner = network.proxy.keys.signer;
    },
  },
  {
    name: 'receipt-altered',
    what: 'The bill is changed after it was signed.',
    code: 'RECEIPT_SIGNATURE',
    charged: false,
    ...lie({ final: (final) => ({ ...final, receipt: flipRecord(final.receipt) }) }),
  },
  {
    name: 'receipt-for-another-request',
    what: 'The bill names another request.',
    code: 'RECEIPT_WRONG_REQUEST',
    charged: false,
    ...bill({ coreHash: new Uint8Array(32) }),
  },
  {
    name: 'receipt-for-another-operation',
    what: 'The bill names another operation, to be paid beside the true one.',
    code: 'RECEIPT_WRONG_REQUEST',
    charged: false,
    ...bill({ operationId: new Uint8Array(16) }),
  },
  {
    name: 'receipt-for-another-ledger',
    what: 'The bill names another proxy’s ledger.',
    code: 'RECEIPT_WRONG_REQUEST',
    charged: false,
    ...bill({ audience: 'local:elsewhere' }),
  },
  {
    name: 'receipt-of-another-worker',
    what: 'The bill names another worker.',
    code: 'RECEIPT_WRONG_WORKER',
    charged: false,
    ...bill({ workerDigest: new Uint8Array(32) }),
  },
  {
    name: 'receipt-for-another-answer',
    what: 'The bill is for another transcript than the one that was sent.',
    code: 'RECEIPT_TRANSCRIPT',
    charged: true,
    ...bill({ transcript: new Uint8Array(32) }),
  },
  {
    name: 'receipt-frames-wrong',
    what: 'The bill counts other frames than were sent.',
    code: 'RECEIPT_TRANSCRIPT',
    charged: true,
    ...bill({ frames: 1 }),
  },
  {
    name: 'receipt-for-a-dearer-model',
    what: 'The bill is for another model.',
    code: 'RECEIPT_WRONG_PRICE',
    charged: false,
    ...bill({ model: 'dearer-model' }),
  },
  {
    name: 'receipt-with-other-prices',
    what: 'The bill names another price table.',
    code: 'RECEIPT_WRONG_PRICE',
    charged: false,
    ...bill({ priceDigest: new Uint8Array(32) }),
  },
  {
    name: 'receipt-with-a-higher-factor',
    what: 'The bill uses a higher price factor than the manifest’s.',
    code: 'RECEIPT_WRONG_PRICE',
    charged: false,
    ...bill({ coefficient: 2000 }),
  },
  {
    name: 'receipt-halves-mixed',
    what: 'The private half is not the one the bill commits to.',
    code: 'RECEIPT_COMMITMENT',
    charged: true,
    ...lie({ final: (final) => ({ ...final, privateReceipt: flipRecord(final.privateReceipt) }) }),
  },
  {
    name: 'receipt-sum-too-high',
    what: 'The bill is higher than its counts cost.',
    code: 'RECEIPT_ARITHMETIC',
    charged: true,
    ...bill({ tokens: 31n }),
  },
  {
    name: 'receipt-counts-contradict',
    what: 'More tokens came from a cache than there were.',
    code: 'RECEIPT_ARITHMETIC',
    charged: true,
    ...count({ cached: 1000 }),
  },
  {
    name: 'receipt-above-the-cap',
    what: 'The bill is above what the request allowed.',
    code: 'RECEIPT_ABOVE_CAP',
    charged: false,
    ...lie({
      receipt: ({ receipt, details }) => ({
        receipt: { ...receipt, tokens: 4_000_000_000n },
        details: { ...details, usage: { prompt: 4_000_000_000, cached: 0, completion: 0, reasoning: 0 } },
      }),
    }),
  },
  {
    name: 'completion-inflated',
    what: 'More output is billed than the bytes that came could hold.',
    code: undefined,
    failedCheck: 'completion bound',
    charged: true,
    ...lie({
      receipt: ({ receipt, details }) => ({
        receipt: { ...receipt, tokens: receipt.tokens + 8n * 200n },
        details: { ...details, usage: { ...details.usage, completion: details.usage.completion + 200 } },
      }),
    }),
  },
]);
