// What is collateral once it has been read? Shape only: nothing in it is trusted yet.

/** A whole collateral, however it is written. */
export const MAX_COLLATERAL_BYTES = 4 * 1024 * 1024;
/** One signed document with its wrapper. */
export const MAX_DOCUMENT_BYTES = 256 * 1024;
export const MAX_CRL_BYTES = 1024 * 1024;

/** A document with the exact bytes that were signed: those bytes are the ones parsed later. */
export interface SignedDocument {
  readonly signed: Uint8Array;
  /** Raw r ‖ s, 64 bytes. */
  readonly signature: Uint8Array;
  /** DER, signer first, then root. */
  readonly issuerChain: readonly Uint8Array[];
  /** The chain is the signer alone: the root is the one the quote's own chain ends in. Only a staple says so. */
  readonly rootFromQuote?: true | undefined;
}

/** Parsed, unverified collateral of one platform. Made by `parseCollateral`. */
export interface Collateral {
  readonly tcbInfo: SignedDocument;
  readonly qeIdentity: SignedDocument;
  /** DER. */
  readonly rootCrl: Uint8Array;
  readonly pckCrl: Uint8Array;
}

/** Every byte a verdict on this collateral rests on, for telling it from any other. */
export function collateralParts(collateral: Collateral | Uint8Array): readonly Uint8Array[] {
  if (collateral instanceof Uint8Array) return [collateral];
  const { tcbInfo, qeIdentity, rootCrl, pckCrl } = collateral;
  const document = ({ signed, signature, issuerChain }: SignedDocument) => [
    signed,
    signature,
    ...issuerChain,
  ];
  return [...document(tcbInfo), ...document(qeIdentity), rootCrl, pckCrl];
}

const parsed = new WeakSet<object>();

/** Marks what a parser made, so that it is not read twice and nothing else passes for it. */
export function markParsed(collateral: Collateral): Collateral {
  parsed.add(collateral);
  return collateral;
}

export function isCollateral(value: unknown): value is Collateral {
  return typeof value === 'object' && value !== null && parsed.has(value);
}
