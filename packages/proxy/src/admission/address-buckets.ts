// Does one address ask too often? A token bucket for each, before anything costly is done for it.

/** Addresses remembered; the longest silent go first. */
const ADDRESSES_MAX = 100_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

export class AddressBuckets {
  readonly #buckets = new Map<string, Bucket>();
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #now: () => Date;

  constructor(options: { perSecond: number; burst: number; now: () => Date }) {
    this.#perSecond = options.perSecond;
    this.#burst = options.burst;
    this.#now = options.now;
  }

  /** Takes one token; false when there is none. */
  take(address: string): boolean {
    const key = networkOf(address);
    const atMs = this.#now().getTime();
    const known = this.#buckets.get(key);
    const elapsed = known === undefined ? 0 : Math.max(0, atMs - known.atMs) / 1000;
    const filled = known === undefined ? this.#burst : known.tokens + elapsed * this.#perSecond;
    const tokens = Math.min(this.#burst, filled);
    // Moved to the end of the map: its order is that of last use.
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs });
    if (this.#buckets.size > ADDRESSES_MAX) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    return tokens >= 1;
  }
}

/** One household has one IPv4 address, or a whole /64 of IPv6. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:/, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail = ''] = plain.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const zeros = plain.includes('::')
    ? Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
    : [];
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}
