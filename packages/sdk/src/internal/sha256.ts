// How do browsers hash at once, where WebCrypto only promises to? SHA-256 (FIPS 180-4) and HMAC (RFC 2104) in a few lines; nothing secret depends on their timing.
import { concat } from './bytes.js';

const BLOCK = 64;
/** The first 32 bits of a fraction. None of the 72 is nearer than 2^-40 to the next value, so no engine's rounding of a root matters. */
const fraction = (root: number): number => (root * 2 ** 32) | 0;
const PRIMES = /* @__PURE__ */ firstPrimes(64);
const INITIAL = /* @__PURE__ */ Int32Array.from(PRIMES.slice(0, 8), (prime) =>
  fraction(Math.sqrt(prime) % 1),
);
const ROUNDS = /* @__PURE__ */ Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime) % 1));

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

export function sha256(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const state = INITIAL.slice();
  const schedule = new Int32Array(64);
  const whole = data.length - (data.length % BLOCK);
  for (let at = 0; at < whole; at += BLOCK) compress(state, schedule, data, at);
  // One bit, zeros, and the length in bits: one block, or two when the rest leaves no room.
  const rest = data.subarray(whole);
  const tail = new Uint8Array(rest.length < BLOCK - 8 ? BLOCK : 2 * BLOCK);
  tail.set(rest);
  tail[rest.length] = 0x80;
  new DataView(tail.buffer).setBigUint64(tail.length - 8, BigInt(data.length) * 8n);
  for (let at = 0; at < tail.length; at += BLOCK) compress(state, schedule, tail, at);
  const out = new Uint8Array(32);
  const view = new DataView(out.buffer);
  state.forEach((word, i) => {
    view.setInt32(4 * i, word);
  });
  return out;
}

const rotate = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));

function compress(state: Int32Array, schedule: Int32Array, data: Uint8Array, offset: number): void {
  const view = new DataView(data.buffer, data.byteOffset + offset, BLOCK);
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let i = 0; i < 64; i++) {
    let word: number;
    if (i < 16) {
      word = view.getInt32(4 * i);
    } else {
      const near = schedule[i - 2] ?? 0;
      const far = schedule[i - 15] ?? 0;
      word =
        (rotate(near, 17) ^ rotate(near, 19) ^ (near >>> 10)) +
        (schedule[i - 7] ?? 0) +
        (rotate(far, 7) ^ rotate(far, 18) ^ (far >>> 3)) +
        (schedule[i - 16] ?? 0);
    }
    schedule[i] = word;
    const first =
      (h +
        (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
        ((e & f) ^ (~e & g)) +
        (ROUNDS[i] ?? 0) +
        (schedule[i] ?? 0)) |
      0;
    const second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => {
    state[i] = (state[i] ?? 0) + word;
  });
}

export function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK);
  block.set(key.length > BLOCK ? sha256(key) : key);
  const inner = sha256(
    concat(
      block.map((byte) => byte ^ 0x36),
      data,
    ),
  );
  return sha256(
    concat(
      block.map((byte) => byte ^ 0x5c),
      inner,
    ),
  );
}
