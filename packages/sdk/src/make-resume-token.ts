// Where is the reader of this answer now? Written down for a process that goes on from here.
import { encodeResumeToken, type Sha256 } from './resume-token.js';
import type { placeAt } from './seal/reply-place.js';
import { encodeSavedReply } from './seal/saved-reply.js';
import type { RunningAnswer } from './session/running-answer.js';

/** Exactly the chunks that were not returned yet come out of `cocoon.resume`, whenever this is called. */
export function makeResumeToken(
  answer: RunningAnswer,
  tools: { placeAt: typeof placeAt; sha256: Sha256 },
): string {
  const { opener, sealed, prices, request, progress } = answer;
  const { records, delivered, textBytes, choices } = progress;
  const token = {
    saved: encodeSavedReply(tools.placeAt(opener, records)),
    cancelToken: sealed.cancelToken,
    prices,
    skip: delivered,
    jsonBytes: request.json.length,
    messages: request.messages,
    textBytes: BigInt(textBytes),
    choices: Uint8Array.from(choices),
  };
  return encodeResumeToken(token, tools.sha256);
}
