// How does sealing say no? Two kinds: the peer broke the protocol, or this program called in the wrong order.
import { CocoonError, type ErrorSource } from '../errors.js';

const BAD_PEER = 'The peer broke the protocol or the bytes were altered on the way. Use another machine.';

/** The peer's bytes do not hold. Messages name the rule, never the content. */
export function brokenProtocol(code: string, message: string, cause?: unknown): CocoonError {
  return new CocoonError({ kind: 'protocol', code, message, remedy: BAD_PEER, cause });
}

/** This process called a function in a way that would be unsafe. */
export function misuse(code: string, message: string, remedy: string): CocoonError {
  return new CocoonError({ kind: 'config', code, message, remedy });
}

/** A verdict about money or permission. */
export function paymentError(
  code: string,
  message: string,
  remedy: string,
  source?: ErrorSource,
): CocoonError {
  return new CocoonError({ kind: 'payment', code, message, remedy, source });
}
