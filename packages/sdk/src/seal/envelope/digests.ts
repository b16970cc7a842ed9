// Under which 32-byte names do machines, requests, accounts and prices go? (PROTOCOL.md §3)
import { sha512 } from '@noble/hashes/sha2.js';
import { platform } from '#platform';
import { concat, utf8 } from '../../internal/bytes.js';
import { labelledHash } from '../../internal/labelled-hash.js';
import { type AccountKey, encodeGrantChain, type SignedGrant } from '../../protocol/grant.js';
import { LABELS } from '../../protocol/labels.js';
import type { Beacon } from '../../protocol/manifest.js';
import { type PriceTable, priceTableLayout } from '../../protocol/price.js';

const NO_CHALLENGE = new Uint8Array(32);

/** The machine's name: hash of its manifest exactly as served. */
export function manifestDigest(manifest: Uint8Array): Uint8Array {
  return labelledHash(LABELS.manifest, manifest);
}

/** The 64 bytes a machine puts into its quote (PROTOCOL.md §5.2). In pure JavaScript, to be synchronous everywhere. */
export function reportData(digest: Uint8Array): Uint8Array {
  return sha512(reportDataInput(digest));
}

/** What those 64 bytes are the SHA-512 of. */
export function reportDataInput(digest: Uint8Array): Uint8Array {
  return concat(utf8(LABELS.reportData), Uint8Array.of(0), digest, NO_CHALLENGE);
}

/** What a machine's GPUs must answer: these keys, not before this block (PROTOCOL.md §5.7). */
export function gpuNonce(keys: {
  kemPublicKey: Uint8Array;
  signingPublicKey: Uint8Array;
  beacon: Pick<Beacon, 'rootHash'>;
}): Uint8Array {
  return labelledHash(LABELS.gpu, keys.kemPublicKey, keys.signingPublicKey, keys.beacon.rootHash);
}

/** Names one sealing of one request; signed and sealed over everywhere. */
export function coreHash(core: Uint8Array): Uint8Array {
  return labelledHash(LABELS.core, core);
}

export function accountId(account: AccountKey): Uint8Array {
  return labelledHash(LABELS.account, account.walletPublicKey, account.owner);
}

export function priceDigest(prices: PriceTable): Uint8Array {
  return labelledHash(LABELS.priceTable, priceTableLayout.encode(prices));
}

/** Who pays, and by which chain of grants: signed whole, so that neither can be exchanged. */
interface PaidBy {
  account: AccountKey;
  grants: readonly SignedGrant[];
}

/** What the last key of a grant chain signs for one request (PROTOCOL.md §7.3). */
export function authorizationHash(core: Uint8Array, paidBy: PaidBy): Uint8Array {
  return labelledHash(LABELS.auth, core, ...payerBytes(paidBy));
}

/** What it signs for one control message (PROTOCOL.md §8.6): `encapsulationHash` ties it to this message alone. */
export function controlAuthorizationHash(
  control: { encapsulationHash: Uint8Array; operation: string; payload: Uint8Array },
  paidBy: PaidBy,
): Uint8Array {
  const operation = utf8(control.operation);
  const question = platform.sha256(concat(Uint8Array.of(operation.length), operation, control.payload));
  return labelledHash(LABELS.controlAuth, control.encapsulationHash, question, ...payerBytes(paidBy));
}

function payerBytes({ account, grants }: PaidBy): [Uint8Array, Uint8Array] {
  return [accountId(account), platform.sha256(encodeGrantChain(grants))];
}
