// How does the proxy open a sealed message, and how can it still answer when the content is wrong?

import { platform } from '#platform';
import { type ControlMessage, controlMessageLayout } from '../../protocol/control.js';
import { type Core, decodeCore } from '../../protocol/core.js';
import { envelopeLayout } from '../../protocol/envelope.js';
import type { Authorization } from '../../protocol/grant.js';
import { malformed } from '../../protocol/malformed.js';
import { parseSuite } from '../../protocol/manifest.js';
import { SUITES, wrapBytes } from '../../protocol/suites.js';
import type { SealingUse } from '../hpke-info.js';
import { openHpke } from '../open-hpke.js';
import { unpadDocument } from '../padded-document.js';
import { brokenProtocol } from '../seal-error.js';
import { type AnswerSealer, createAnswerSealer } from './answer-sealer.js';
import { coreHash } from './digests.js';
import type { MachineKeys } from './machine-keys.js';

/** A sealed message as it came in: `head` is header ‖ ticket, `sealed` is encapsulation ‖ ciphertext. */
export interface SealedMessage {
  head: Uint8Array;
  sealed: Uint8Array;
  /** The header's suite. */
  suite: number;
  /** This replica's keys and their manifest's digest. */
  keys: MachineKeys;
  digest: Uint8Array;
}

/** Everything the proxy may know of a request. */
export interface OpenedEnvelope {
  core: Core;
  coreBytes: Uint8Array;
  coreHash: Uint8Array;
  /** One per candidate, in the order of `core.candidates`. */
  wraps: Uint8Array[];
  authorization: Authorization;
  answers: AnswerSealer;
}

export interface OpenedControl {
  message: ControlMessage;
  /** SHA-256 of the encapsulation: a control authorization is bound to it. */
  encapsulationHash: Uint8Array;
  answers: AnswerSealer;
}

const sealers = new WeakMap<object, AnswerSealer>();

/**
 * With which sealer can the sender of a message be told that its content was refused?
 * Undefined when the message did not open: then nothing authenticated can be said.
 */
export function answerSealerOf(error: unknown): AnswerSealer | undefined {
  return typeof error === 'object' && error !== null ? sealers.get(error) : undefined;
}

/**
 * @throws CocoonError `ENVELOPE_INVALID` when it was not sealed to these keys; `UNSUPPORTED_SUITE`, `UNSUPPORTED_VERSION`,
 * `UNSUPPORTED_FIELD`, `MALFORMED` for its content (see `answerSealerOf`). Checks no permission and no money.
 */
export async function openEnvelope(message: SealedMessage): Promise<OpenedEnvelope> {
  const { plaintext, answers } = await openMessage(message, 'envelope');
  return answering(answers, () => {
    const envelope = envelopeLayout.decode(unpadDocument(plaintext, 'Envelope'));
    const core = decodeCore(envelope.core);
    const size = wrapBytes(parseSuite(core.suite));
    if (envelope.wraps.length !== size * core.candidates.length) {
      throw malformed('Envelope', 'not one wrap per candidate');
    }
    return {
      core,
      coreBytes: envelope.core,
      coreHash: coreHash(envelope.core),
      wraps: core.candidates.map((_, i) => envelope.wraps.subarray(i * size, (i + 1) * size)),
      authorization: envelope.authorization,
      answers,
    };
  });
}

/** @throws CocoonError as `openEnvelope` */
export async function openControl(message: SealedMessage): Promise<OpenedControl> {
  const { plaintext, answers, encapsulation } = await openMessage(message, 'control');
  return answering(answers, () => ({
    message: controlMessageLayout.decode(unpadDocument(plaintext, 'ControlMessage')),
    encapsulationHash: platform.sha256(encapsulation),
    answers,
  }));
}

async function openMessage(message: SealedMessage, use: SealingUse) {
  const { head, sealed, keys, digest } = message;
  const suite = parseSuite(message.suite);
  const split = SUITES[suite].encapsulation;
  const encapsulation = sealed.subarray(0, split);
  const ciphertext = sealed.subarray(split);
  const opened = await openHpke({
    keys,
    digest,
    suite,
    use,
    encapsulation,
    ciphertext,
    additionalData: head,
  }).catch((cause: unknown) => {
    throw invalid(cause);
  });
  const answers = await createAnswerSealer(opened.suite, opened.context);
  return { plaintext: opened.plaintext, answers, encapsulation };
}

function answering<T>(answers: AnswerSealer, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (typeof error === 'object' && error !== null) sealers.set(error, answers);
    throw error;
  }
}

function invalid(cause?: unknown) {
  return brokenProtocol(
    'ENVELOPE_INVALID',
    'The message was not sealed to this machine’s current key.',
    cause,
  );
}
