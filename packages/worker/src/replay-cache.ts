// Has this request been here before? Answered for as long as the keys it was sealed to live (PROTOCOL.md §6.5).
import { LIMITS } from '@cocoonkit/sdk/protocol';

/** Request ids remembered at once; more than a thousand requests a second for the life of a request. */
const MAX_REMEMBERED = 500_000;

export interface ReplayCache {
  has(requestId: Uint8Array): boolean;
  /** False when the cache is full of requests that have not expired: then nothing more may be accepted. */
  remember(requestId: Uint8Array, entry: { expires: number; now: Date }): boolean;
  /** For a request that was dropped before anything of it was opened: it may be offered again. */
  forget(requestId: Uint8Array): void;
}

/** An id is forgotten only when its request has expired, because from then on its age refuses it. */
export function createReplayCache(maxRemembered: number = MAX_REMEMBERED): ReplayCache {
  const seen = new Map<string, number>();
  return {
    has: (requestId) => seen.has(keyOf(requestId)),
    forget: (requestId) => void seen.delete(keyOf(requestId)),
    remember(requestId, { expires, now }) {
      forgetExpired(seen, now.getTime() / 1000);
      if (seen.size >= maxRemembered) return false;
      seen.set(keyOf(requestId), expires);
      return true;
    },
  };
}

function forgetExpired(seen: Map<string, number>, seconds: number): void {
  // In order of arrival. One long-lived id holds back the shorter ones behind it, for minutes at most.
  for (const [id, expires] of seen) {
    if (expires + LIMITS.clockToleranceSeconds >= seconds) return;
    seen.delete(id);
  }
}

function keyOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
