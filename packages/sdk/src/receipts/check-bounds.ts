// Could so much text really be so many tokens? Bounds for the report: a violation is shown, not thrown (PROTOCOL.md §9).
import type { VerifiedReceipt } from './verify-receipt.js';

/** Tokens a chat template may add, per message or choice. */
const TEMPLATE_TOKENS = 64;

export interface BoundCheck {
  name: 'completion' | 'prompt';
  tokens: number;
  /** The most tokens this many bytes can be: a byte-level token is at least one byte. */
  limit: number;
  passed: boolean;
}

/** `textBytes`: UTF-8 bytes of all text received; `jsonBytes`: bytes of the request's JSON. */
export function checkBounds(
  { private: { usage } }: VerifiedReceipt,
  seen: { textBytes: number; choices: number; jsonBytes: number; messages: number },
): BoundCheck[] {
  const bound = (name: BoundCheck['name'], tokens: number, bytes: number, parts: number): BoundCheck => {
    const limit = bytes + TEMPLATE_TOKENS * parts;
    return { name, tokens, limit, passed: tokens <= limit };
  };
  return [
    bound('completion', usage.completion, seen.textBytes, seen.choices),
    bound('prompt', usage.prompt, seen.jsonBytes, seen.messages),
  ];
}
