// How does a client talk to the proxy so that the path in between learns nothing? (PROTOCOL.md §6.4, §8.6)
import { concat } from '../internal/bytes.js';
import { type ControlMessage, controlMessageLayout } from '../protocol/control.js';
import {
  encodeSealedHeader,
  envelopeLayout,
  MAX_TICKET_BYTES,
  type SealedMessageType,
} from '../protocol/envelope.js';
import type { Authorization } from '../protocol/grant.js';
import { LIMITS } from '../protocol/limits.js';
import { TAG_BYTES } from '../protocol/suites.js';
import { type AnswerOpener, createAnswerOpener } from './answer-opener.js';
import { padDocument } from './padded-document.js';
import { misuse } from './seal-error.js';
import type { SealedRequest } from './seal-request.js';
import { takeContext, type WarmContext } from './warm-context.js';

export interface SealedToProxy {
  /** head ‖ ticket ‖ encapsulation ‖ ciphertext; a request's body is sent right after it. */
  bytes: Uint8Array;
  /** Opens what the proxy answers to this message. */
  answers: AnswerOpener;
}

const NO_TICKET = new Uint8Array(0);

/**
 * Core, wraps and authorization for the proxy of `context` (use `envelope`).
 * @throws CocoonError `CONTEXT_USED`, `CONTEXT_WRONG_USE`, `ENVELOPE_TOO_LARGE`, `MALFORMED`
 */
export async function sealEnvelope(options: {
  context: WarmContext;
  sealed: Pick<SealedRequest, 'coreBytes' | 'wraps'>;
  authorization: Authorization;
  ticket?: Uint8Array | undefined;
}): Promise<SealedToProxy> {
  const { context, sealed, authorization, ticket } = options;
  const document = envelopeLayout.encode({
    core: sealed.coreBytes,
    wraps: concat(...sealed.wraps),
    authorization,
  });
  return sealToProxy({ type: 'infer', context, document, ticket });
}

/**
 * One question for the proxy of `context` (use `control`).
 * @throws CocoonError `CONTEXT_USED`, `CONTEXT_WRONG_USE`, `ENVELOPE_TOO_LARGE`, `MALFORMED`
 */
export async function sealControl(options: {
  context: WarmContext;
  message: ControlMessage;
  ticket?: Uint8Array | undefined;
}): Promise<SealedToProxy> {
  const { context, message, ticket } = options;
  return sealToProxy({ type: 'control', context, document: controlMessageLayout.encode(message), ticket });
}

async function sealToProxy(options: {
  type: SealedMessageType;
  context: WarmContext;
  document: Uint8Array;
  ticket: Uint8Array | undefined;
}): Promise<SealedToProxy> {
  const { type, context, document, ticket = NO_TICKET } = options;
  const plaintext = padDocument(document);
  if (ticket.length > MAX_TICKET_BYTES) throw tooLarge();
  const taken = takeContext(context, type === 'infer' ? 'envelope' : 'control');
  const sealedBytes = taken.encapsulation.length + plaintext.length + TAG_BYTES;
  if (sealedBytes > LIMITS.envelopeBytes) throw tooLarge();
  const head = encodeSealedHeader({ type, suite: context.suite, ticket, sealedBytes });
  const ciphertext = await taken.sender.seal(head, plaintext);
  return {
    bytes: concat(head, taken.encapsulation, ciphertext),
    answers: await createAnswerOpener(taken.suite.aead, taken.exported),
  };
}

function tooLarge() {
  return misuse('ENVELOPE_TOO_LARGE', 'A message to the proxy is above its limit.', 'Ask for less at once.');
}
