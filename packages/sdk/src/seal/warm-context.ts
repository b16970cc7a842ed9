// What can be computed before the request exists? One HPKE sender context per recipient, used once (PROTOCOL.md §6.3).
import { platform } from '#platform';
import { utf8 } from '../internal/bytes.js';
import { LABELS } from '../protocol/labels.js';
import { sealingPublicKey } from '../protocol/manifest.js';
import type { SuiteId } from '../protocol/suites.js';
import { KEY_AND_NONCE } from './aead-sequence.js';
import type { HpkeContext } from './hpke.js';
import { hpkeInfo } from './hpke-info.js';
import type { Kem, KemPublicKey } from './kem.js';
import type { Random } from './random.js';
import { misuse } from './seal-error.js';
import { createSuite, type Suite } from './suites.js';
import { checkVerified, type VerifiedMachine } from './verified-machine.js';

export type ContextUse = 'request' | 'envelope' | 'control';

/** A fresh encapsulation to one machine, ready to seal exactly one message. */
export interface WarmContext {
  readonly machine: VerifiedMachine;
  readonly use: ContextUse;
  readonly suite: SuiteId;
  /** SHA-256 of the encapsulation. */
  readonly encapsulationHash: Uint8Array;
}

/** What a context gives away when it is used. */
export interface TakenContext {
  suite: Suite;
  encapsulation: Uint8Array;
  /** `request`: exp_j of PROTOCOL.md §6.3. Else: key and nonce of the proxy's answers, §8.5. */
  exported: Uint8Array;
  sender: HpkeContext['messages'];
}

const unused = new WeakMap<WarmContext, TakenContext>();
const publicKeys = new WeakMap<VerifiedMachine, Map<number, KemPublicKey>>();

const EXPORTS: Record<ContextUse, { label: Uint8Array; length: number }> = {
  request: { label: utf8(LABELS.response), length: 32 },
  envelope: { label: utf8(LABELS.proxyResponse), length: KEY_AND_NONCE },
  control: { label: utf8(LABELS.proxyResponse), length: KEY_AND_NONCE },
};

/**
 * Encapsulates to a verified machine: a worker for `request`, the proxy for `envelope` and `control`.
 * @throws CocoonError `MACHINE_NOT_VERIFIED`, `MACHINE_ROLE`, `UNSUPPORTED_SUITE`
 */
export async function prepareContext(
  machine: VerifiedMachine,
  use: ContextUse,
  suiteId: SuiteId,
  options: { random: Random },
): Promise<WarmContext> {
  checkVerified(machine);
  const role = use === 'request' ? 'worker' : 'proxy';
  if (machine.role !== role) {
    throw misuse(
      'MACHINE_ROLE',
      `A ${use} is sealed to a ${role}, not to a ${machine.role}.`,
      'Pass the other machine.',
    );
  }
  const suite = createSuite(suiteId, platform);
  const key = await publicKeyOf(machine, suite.kem, suiteId);
  const info = hpkeInfo(use, machine.digest);
  const { encapsulation, context: sender } = await suite.hpke.sender(key, { info, random: options.random });
  const { label, length } = EXPORTS[use];
  const exported = sender.export(label, length);
  const encapsulationHash = platform.sha256(encapsulation);
  const context: WarmContext = Object.freeze({ machine, use, suite: suiteId, encapsulationHash });
  unused.set(context, { suite, encapsulation, exported, sender: sender.messages });
  return context;
}

/** For sealing alone. @throws CocoonError `CONTEXT_USED`, `CONTEXT_WRONG_USE` */
export function takeContext(context: WarmContext, use: ContextUse): TakenContext {
  if (context.use !== use) {
    throw misuse(
      'CONTEXT_WRONG_USE',
      `This context is for a ${context.use}, not for a ${use}.`,
      'Prepare another.',
    );
  }
  const taken = unused.get(context);
  if (taken === undefined) {
    throw misuse(
      'CONTEXT_USED',
      'This context has sealed its one message.',
      'Prepare one context per message.',
    );
  }
  unused.delete(context);
  return taken;
}

// Expanding a lattice key costs as much as using it, and a session seals to the same few machines.
async function publicKeyOf(machine: VerifiedMachine, kem: Kem, suite: SuiteId): Promise<KemPublicKey> {
  const bytes = sealingPublicKey(machine.manifest, suite);
  const known = publicKeys.get(machine) ?? new Map<number, KemPublicKey>();
  publicKeys.set(machine, known);
  const key = known.get(kem.id) ?? (await kem.publicKey(bytes));
  known.set(kem.id, key);
  return key;
}
