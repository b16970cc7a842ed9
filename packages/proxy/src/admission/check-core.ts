// May a request with these terms be served here at all? Everything that needs neither money nor a worker (PROTOCOL.md §6.1).
import { type Core, LIMITS } from '@cocoonkit/sdk/protocol';
import { equalSecret } from '../equal-secret.js';
import { refusal } from '../refusal.js';

/** @throws CocoonError `AUDIENCE_MISMATCH`, `REQUEST_EXPIRED`, `PRICE_MISMATCH`, `MALFORMED`, `BODY_TOO_LARGE` */
export function checkCore(
  core: Core,
  terms: {
    audience: string;
    priceDigest: Uint8Array;
    nowSeconds: number;
    /** Bytes that follow the envelope, when the client announced them. */
    announcedBytes: number | undefined;
  },
): void {
  if (core.audience !== terms.audience)
    throw refusal('AUDIENCE_MISMATCH', 'The request is for another ledger.');
  const ahead = core.expires - terms.nowSeconds;
  if (
    ahead <= -LIMITS.clockToleranceSeconds ||
    ahead > LIMITS.expiresAheadSeconds + LIMITS.clockToleranceSeconds
  )
    throw refusal('REQUEST_EXPIRED', 'The request is past its end, or ends too far ahead.');
  if (!equalSecret(core.priceDigest, terms.priceDigest))
    throw refusal('PRICE_MISMATCH', 'The request counts in another price table.');
  if (core.bodyBytes > LIMITS.bodyBytes) throw refusal('BODY_TOO_LARGE', 'The body is above the limit.');
  if (
    core.maxMs === 0 ||
    core.maxMs > LIMITS.maxMs ||
    core.detachMs > LIMITS.detachMs ||
    core.capTokens === 0n
  )
    throw refusal('MALFORMED', 'A term of the request is out of range.');
  if (terms.announcedBytes !== undefined && terms.announcedBytes !== core.bodyBytes)
    throw refusal('MALFORMED', 'The body has another length than the request says.');
}
