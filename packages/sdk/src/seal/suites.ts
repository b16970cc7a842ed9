// Which algorithms the three suites of PROTOCOL.md consist of.
import { postQuantum } from '#platform';
import type { AeadName, Primitives } from '../internal/primitives.js';
import { parseSuite } from '../protocol/manifest.js';
import type { SuiteId } from '../protocol/suites.js';
import { createDhkemX25519 } from './dhkem-x25519.js';
import { createHpke, type Hpke } from './hpke.js';
import type { Kem } from './kem.js';
import { createXWing } from './x-wing.js';

export interface Suite {
  readonly id: SuiteId;
  readonly kem: Kem;
  readonly aead: AeadName;
  readonly hpke: Hpke;
}

/** Begins to fetch what the first sealing needs, where that is a file of its own. Whoever seals hears of a failure. */
export function preloadSuite(id: SuiteId): void {
  if (id !== 3) postQuantum().catch(() => undefined);
}

const made = new WeakMap<Primitives, Map<SuiteId, Suite>>();

/** @throws CocoonError `UNSUPPORTED_SUITE` for any number but 1, 2 and 3. */
export function createSuite(id: number, primitives: Primitives): Suite {
  const suiteId = parseSuite(id);
  const suites = made.get(primitives) ?? new Map<SuiteId, Suite>();
  made.set(primitives, suites);
  const known = suites.get(suiteId);
  if (known !== undefined) return known;
  const kem = suiteId === 3 ? createDhkemX25519(primitives) : createXWing(primitives);
  const aead = suiteId === 2 ? 'chacha20-poly1305' : 'aes-256-gcm';
  const suite: Suite = { id: suiteId, kem, aead, hpke: createHpke(kem, aead, primitives) };
  suites.set(suiteId, suite);
  return suite;
}
