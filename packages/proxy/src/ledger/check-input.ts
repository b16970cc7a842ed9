// Whether what the caller passed has the shape the ledger relies on: ids, amounts, times, sizes.
import { badInput } from './errors.js';
import type { ChargeInput, CreditInput, Finish, Prices, ReserveInput } from './ledger.js';
import {
  AMOUNT_MAX,
  AUTHORIZATION_BYTES_MAX,
  GRANT_CHAIN_MAX,
  ID_CHARACTERS_MAX,
  RECEIPT_BYTES_MAX,
  SIGNATURE_BYTES_MAX,
} from './limits.js';

const HEX = /^(?:[0-9a-f]{2})+$/;
const FINISHES: ReadonlySet<Finish> = new Set(['stop', 'length', 'tool_calls', 'cancelled', 'error']);

export function checkPrices(prices: Prices): void {
  checkAmount('pricePerToken', prices.pricePerToken);
  checkAmount('workerPerToken', prices.workerPerToken);
  if (prices.workerPerToken > prices.pricePerToken) throw badInput('a worker price above the client price');
}

export function checkCredit(input: CreditInput): void {
  checkHex('account', input.account);
  checkAmount('nanoTon', input.nanoTon);
  checkText('reference', input.reference);
  checkTime('at', input.at);
}

export function checkReserve(input: ReserveInput): void {
  checkAttempt(input);
  checkText('worker', input.worker);
  checkAmount('tokens', input.tokens);
  if (input.tokens === 0n) throw badInput('a reservation of no tokens');
  checkTime('expiresAt', input.expiresAt);
  if (input.grants.length > GRANT_CHAIN_MAX) throw badInput(`more than ${GRANT_CHAIN_MAX} grants`);
  for (const grant of input.grants) {
    checkHex('grant id', grant.id);
    checkAmount('capTokens', grant.capTokens);
    checkTime('grant expiry', grant.expiresAt);
    checkTime('maxConcurrent', grant.maxConcurrent);
  }
  if (new Set(input.grants.map((grant) => grant.id)).size !== input.grants.length)
    throw badInput('a grant named twice');
}

export function checkCharge(input: ChargeInput): void {
  checkAttempt(input);
  checkText('worker', input.worker);
  checkAmount('tokens', input.tokens);
  if (!FINISHES.has(input.finish)) throw badInput('the finish of the receipt');
  checkSize('receiptPublic', input.receiptPublic, RECEIPT_BYTES_MAX);
  checkSize('receiptSignature', input.receiptSignature, SIGNATURE_BYTES_MAX);
  checkSize('authorization', input.authorization, AUTHORIZATION_BYTES_MAX);
}

export function checkAttempt(input: { account: string; op: string; coreHash: string; at: number }): void {
  checkHex('account', input.account);
  checkHex('op', input.op);
  checkHex('coreHash', input.coreHash);
  checkTime('at', input.at);
}

export function checkHex(name: string, value: string): void {
  if (value.length > ID_CHARACTERS_MAX || !HEX.test(value)) throw badInput(name);
}

export function checkTime(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw badInput(name);
}

function checkText(name: string, value: string): void {
  if (value.length === 0 || value.length > ID_CHARACTERS_MAX) throw badInput(name);
}

function checkAmount(name: string, value: bigint): void {
  if (typeof value !== 'bigint' || value < 0n || value >= AMOUNT_MAX) throw badInput(name);
}

function checkSize(name: string, bytes: Uint8Array, most: number): void {
  if (bytes.length > most) throw badInput(`${name} of more than ${most} bytes`);
}
