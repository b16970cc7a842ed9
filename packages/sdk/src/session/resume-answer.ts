// How does an answer go on after the connection broke? The worker keeps its sealed records and sends the rest again (PROTOCOL.md §8.6).
import { controlAnswerLayout, resumeQuestionLayout } from '../protocol/control.js';
import { type AnswerReader, createAnswerReader } from './answer-reader.js';
import type { RunningAnswer } from './running-answer.js';
import { sealedFailure } from './sealed-failure.js';

/**
 * A reader for the records that are still missing; the opener accepts nothing but exactly these.
 * @throws CocoonError transport errors; the reader throws what the proxy sealed, for example `UNKNOWN_REQUEST`
 */
export async function resumeAnswer(
  answer: Pick<RunningAnswer, 'connection' | 'opener'> & {
    readonly sealed: Pick<RunningAnswer['sealed'], 'coreHash' | 'resumeToken'>;
  },
  signal: AbortSignal,
): Promise<AnswerReader> {
  const { connection, opener, sealed } = answer;
  const payload = resumeQuestionLayout.encode({
    coreHash: sealed.coreHash,
    token: sealed.resumeToken,
    fromRecord: opener.records,
  });
  const { stream, answers } = await connection.askStreaming({ operation: 'resume', payload }, signal);
  return createAnswerReader({
    stream,
    opener,
    answers,
    async readProxy(plaintext) {
      const { code } = controlAnswerLayout.decode(plaintext);
      if (code !== undefined) throw await sealedFailure(code, 'proxy');
      return [];
    },
  });
}
