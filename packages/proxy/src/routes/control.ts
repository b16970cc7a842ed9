// POST /v1/ctl/{replica}: a sealed question in, one sealed answer out (PROTOCOL.md §8.6).
import { CocoonError } from '@cocoonkit/sdk/errors';
import { type ControlAnswer, controlAnswerLayout } from '@cocoonkit/sdk/protocol';
import { type AnswerSealer, answerSealerOf, openControl } from '@cocoonkit/sdk/seal/envelope';
import { answerQuestion } from '../control/answer-question.js';
import { resume } from '../control/resume.js';
import { startAnswer } from '../forward/answer-relay.js';
import { toHex } from '../hex.js';
import type { ProxyParts } from '../proxy-parts.js';
import { refusal, refusalCode } from '../refusal.js';
import { answerHint } from './answer-hint.js';
import type { Exchange } from './infer.js';
import { readMessage } from './read-message.js';

export async function control(exchange: Exchange, parts: ProxyParts): Promise<void> {
  let answers: AnswerSealer | undefined;
  try {
    const sealed = await readMessage(exchange.incoming, { ...exchange, type: 'control' }, parts);
    if ((await sealed.body.some(1, parts.limits.headMs)) !== undefined)
      throw refusal('BAD_MESSAGE', 'Bytes after the message.');
    const opened = await parts.opening.run(() => openControl(sealed.message));
    answers = opened.answers;
    const ticket = parts.tickets.issue();
    if (opened.message.operation === 'resume') {
      await resume(opened.message.payload, exchange.outgoing, parts);
      await say(exchange, answers, { payload: new Uint8Array(0), ticket });
      return;
    }
    const epoch = parts.identity.find(exchange.replica);
    if (epoch === undefined) throw refusal('KEY_EXPIRED', 'The key ended meanwhile.');
    const payload = await answerQuestion(opened, epoch, parts);
    await say(exchange, answers, { payload, ticket });
  } catch (error) {
    const sealer = answers ?? answerSealerOf(error);
    if (sealer === undefined) {
      parts.metrics.request('hint', answerHint(exchange, error, toHex(parts.identity.current().digest)));
      return;
    }
    const code = refusalCode(error);
    parts.metrics.request('refused', code);
    if (!(error instanceof CocoonError)) parts.log('error', { event: 'internal-error', code });
    await say(exchange, sealer, { code, ticket: parts.tickets.issue() });
  }
}

async function say({ outgoing }: Exchange, answers: AnswerSealer, answer: ControlAnswer): Promise<void> {
  if (outgoing.destroyed) return;
  const record = await answers.seal(controlAnswerLayout.encode(answer));
  startAnswer(outgoing);
  outgoing.end(record);
}
