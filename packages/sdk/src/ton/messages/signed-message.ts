// What does a proxy sign, and how is it delivered? The signature is over the payload's hash alone; anyone may bring it.
import { type Address, beginCell, type Cell } from '@ton/core';
import { platform } from '#platform';
import { CocoonError } from '../../errors.js';
import { chainDataInvalid, readingChain } from '../chain-error.js';
import { CLIENT_OPS, PROXY_OPS, WORKER_OPS } from './operations.js';

/** Operations whose payload holds a counter of tokens. */
export type CounterOperation = 'charge' | 'grantRefund' | 'payOut' | 'payOutLast';
export type CloseOperation = 'closeRequest' | 'closeComplete';

const COUNTER_OPS: Record<CounterOperation, number> = {
  charge: CLIENT_OPS.chargeSigned,
  grantRefund: CLIENT_OPS.grantRefundSigned,
  payOut: WORKER_OPS.payOutSigned,
  payOutLast: WORKER_OPS.payOutLastSigned,
};

const CLOSE_OPS: Record<CloseOperation, number> = {
  closeRequest: PROXY_OPS.closeRequestSigned,
  closeComplete: PROXY_OPS.closeCompleteSigned,
};

const SIGNATURE_BYTES = 64;

/** `tokens`: the total so far, never a difference. `contract`: the one it is for. */
export function counterPayload(options: {
  operation: CounterOperation;
  queryId: bigint;
  tokens: bigint;
  contract: Address;
}): Cell {
  return beginCell()
    .storeUint(COUNTER_OPS[options.operation], 32)
    .storeUint(options.queryId, 64)
    .storeUint(options.tokens, 64)
    .storeAddress(options.contract)
    .endCell();
}

export function closePayload(options: {
  operation: CloseOperation;
  queryId: bigint;
  contract: Address;
}): Cell {
  return beginCell()
    .storeUint(CLOSE_OPS[options.operation], 32)
    .storeUint(options.queryId, 64)
    .storeAddress(options.contract)
    .endCell();
}

/** The message around a signed payload. `signature`: 64 bytes, Ed25519 over the payload's hash. */
export function signedBody(payload: Cell, signature: Uint8Array, sendExcessesTo: Address): Cell {
  if (signature.length !== SIGNATURE_BYTES) throw chainDataInvalid('a signature is 64 bytes long');
  const head = payload.beginParse();
  const builder = beginCell()
    .storeUint(head.loadUint(32), 32)
    .storeUint(head.loadUintBig(64), 64)
    .storeAddress(sendExcessesTo);
  for (const byte of signature) builder.storeUint(byte, 8);
  return builder.storeRef(payload).endCell();
}

/** A counter whose signature has been checked. */
export interface VerifiedCounter {
  readonly operation: CounterOperation;
  readonly tokens: bigint;
  readonly payload: Cell;
  readonly signature: Uint8Array;
}

/**
 * Opens a signed counter as a client or worker must before using it: the proxy's signature, the operation, its own contract.
 * `publicKey`: 32 bytes. Whether the number is right is the caller's business.
 * @throws CocoonError `SIGNED_COUNTER_INVALID`, `CHAIN_DATA_INVALID`
 */
export async function openSignedCounter(
  body: Cell,
  expected: { publicKey: Uint8Array; contract: Address; operations: readonly CounterOperation[] },
): Promise<VerifiedCounter> {
  const { outer, payload, signature } = readingChain('signed counter', () => {
    const slice = body.beginParse();
    const read = {
      outer: slice.loadUintBig(96),
      excesses: slice.loadAddress(),
      signature: Uint8Array.from(slice.loadBuffer(SIGNATURE_BYTES)),
      payload: slice.loadRef(),
    };
    slice.endParse();
    return read;
  });
  const genuine = await platform.ed25519Verify(
    expected.publicKey,
    Uint8Array.from(payload.hash()),
    signature,
  );
  if (!genuine) throw refused('its signature is not the proxy’s');
  return readingChain('signed counter', () => {
    const slice = payload.beginParse();
    const op = slice.preloadUint(32);
    if (slice.loadUintBig(96) !== outer) throw refused('its signed part says something else than its head');
    const operation = expected.operations.find((name) => COUNTER_OPS[name] === op);
    if (operation === undefined) throw refused('it is for another operation');
    const tokens = slice.loadUintBig(64);
    if (!slice.loadAddress().equals(expected.contract)) throw refused('it is for another contract');
    slice.endParse();
    return { operation, tokens, payload, signature };
  });
}

function refused(why: string): CocoonError {
  return new CocoonError({
    kind: 'protocol',
    code: 'SIGNED_COUNTER_INVALID',
    message: `A signed counter was refused: ${why}.`,
    remedy: 'Do not deliver it. If this proxy repeats it, withdraw from it.',
  });
}
