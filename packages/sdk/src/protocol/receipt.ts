// What does a worker sign for a finished request? (PROTOCOL.md §9)
import { bytes, choice, digest, nested, text, u16, u32, u64 } from './fields.js';
import { type Beacon, beaconLayout } from './manifest.js';
import { type Usage, usageLayout } from './price.js';
import { defineLayout, type Layout, required } from './tlv.js';

export type Finish = 'stop' | 'length' | 'tool_calls' | 'cancelled' | 'error';

/** Seen by client and proxy. `tokens` is what is charged; how it splits stays in the private half. */
export interface Receipt {
  version: number;
  coreHash: Uint8Array;
  operationId: Uint8Array;
  audience: string;
  /** t_n: hash over every record before FINAL. */
  transcript: Uint8Array;
  frames: number;
  workerDigest: Uint8Array;
  assignmentHash: Uint8Array;
  model: string;
  priceDigest: Uint8Array;
  coefficient: number;
  /** Adjusted tokens. */
  tokens: bigint;
  finish: Finish;
  privateCommitment: Uint8Array;
  sequence: bigint;
  beaconStart: Beacon;
  beaconEnd: Beacon;
}

export type CountedBy = 'engine' | 'tokenizer' | 'deltas';

/** Seen by the client only. */
export interface PrivateReceipt {
  usage: Usage;
  countedBy: CountedBy;
  salt: Uint8Array;
}

export const receiptLayout: Layout<Receipt> = defineLayout<Receipt>('Receipt', {
  version: required(2, u16),
  coreHash: required(4, digest),
  operationId: required(6, bytes(16)),
  audience: required(8, text(128)),
  transcript: required(10, digest),
  frames: required(12, u32),
  workerDigest: required(14, digest),
  assignmentHash: required(16, digest),
  model: required(18, text(256)),
  priceDigest: required(20, digest),
  coefficient: required(22, u32),
  tokens: required(24, u64),
  finish: required(26, choice({ stop: 1, length: 2, tool_calls: 3, cancelled: 4, error: 5 })),
  privateCommitment: required(28, digest),
  sequence: required(30, u64),
  beaconStart: required(32, nested(beaconLayout)),
  beaconEnd: required(34, nested(beaconLayout)),
});

export const privateReceiptLayout: Layout<PrivateReceipt> = defineLayout<PrivateReceipt>('PrivateReceipt', {
  usage: required(2, nested(usageLayout)),
  countedBy: required(4, choice({ engine: 1, tokenizer: 2, deltas: 3 })),
  salt: required(6, bytes(32)),
});
