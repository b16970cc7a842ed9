// How does a verifier know that evidence is fresh? It asks somebody else for the block the quote names (PROTOCOL.md §5.3, §16).
import { CocoonError } from '../errors.js';
import { equalBytes, fromHex } from '../internal/bytes.js';
import type { Beacon, BeaconKind } from '../protocol/manifest.js';

export interface BeaconSource {
  readonly kind: BeaconKind;
  /** The newest block. @throws CocoonError `BEACON_UNAVAILABLE` */
  latest(): Promise<Beacon>;
  /** Whether the chain has exactly this block. @throws CocoonError `BEACON_UNAVAILABLE` */
  has(beacon: Beacon): Promise<boolean>;
}

const MAX_ANSWER_BYTES = 4_096;

/** Beacons of a local network's registry process. `fetch` is the caller's. */
export function httpBeaconSource(url: string, fetch: typeof globalThis.fetch): BeaconSource {
  const base = url.replace(/\/$/, '');
  const get = async (path: string): Promise<Beacon | undefined> => {
    let body: string;
    try {
      const response = await fetch(`${base}${path}`, { redirect: 'error' });
      if (response.status === 404) {
        await response.body?.cancel();
        return undefined;
      }
      if (!response.ok) throw new TypeError(`status ${response.status}`);
      body = await response.text();
      if (body.length > MAX_ANSWER_BYTES) throw new TypeError('answer too long');
      return parseBeacon(JSON.parse(body));
    } catch (cause) {
      throw unavailable(cause);
    }
  };
  return {
    kind: 'local',
    async latest() {
      const beacon = await get('/beacon');
      if (beacon === undefined) throw unavailable(undefined);
      return beacon;
    },
    async has(beacon) {
      const known = await get(`/beacon/${beacon.seqno}`);
      return (
        known !== undefined &&
        known.chain === beacon.chain &&
        known.utime === beacon.utime &&
        equalBytes(known.rootHash, beacon.rootHash)
      );
    },
  };
}

function parseBeacon(value: unknown): Beacon {
  if (typeof value !== 'object' || value === null) throw new TypeError('not an object');
  const { kind, chain, seqno, rootHash, utime } = value as Record<string, unknown>;
  if (
    kind !== 'local' ||
    typeof chain !== 'string' ||
    typeof seqno !== 'string' ||
    !/^[0-9]{1,18}$/.test(seqno)
  ) {
    throw new TypeError('not a local beacon');
  }
  if (typeof rootHash !== 'string' || !/^[0-9a-f]{64}$/.test(rootHash)) throw new TypeError('bad root hash');
  if (typeof utime !== 'number' || !Number.isSafeInteger(utime)) throw new TypeError('bad time');
  return { kind, chain, seqno: BigInt(seqno), rootHash: fromHex(rootHash), utime };
}

function unavailable(cause: unknown): CocoonError {
  return new CocoonError({
    kind: 'network',
    code: 'BEACON_UNAVAILABLE',
    message: 'The beacon source did not answer.',
    remedy: 'Check that the registry is reachable; freshness cannot be proven without it.',
    cause,
  });
}
