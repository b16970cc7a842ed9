// How does a client get the rest of an answer it lost? From the worker that keeps it, through any channel to that machine.
import type { ServerResponse } from 'node:http';
import { resumeQuestionLayout } from '@cocoonkit/sdk/protocol';
import { equalSecret, sha256 } from '../equal-secret.js';
import { AnswerRelay } from '../forward/answer-relay.js';
import type { ProxyParts } from '../proxy-parts.js';
import { refusal, sayableCode } from '../refusal.js';

/** A resumed answer may still be in the making. */
const RESUME_MS = 700_000;

/** Writes the worker's records to `outgoing`; the caller writes the sealed end. @throws CocoonError `UNKNOWN_REQUEST`, `TOKEN_INVALID`, `WORKER_LOST`, `MALFORMED` */
export async function resume(
  payload: Uint8Array,
  outgoing: ServerResponse,
  parts: ProxyParts,
): Promise<void> {
  const { coreHash, token, fromRecord } = resumeQuestionLayout.decode(payload);
  const answer = parts.requests.findAnswer(coreHash);
  if (answer === undefined) throw refusal('UNKNOWN_REQUEST', 'No answer of this request is known.');
  if (!equalSecret(sha256(token), answer.resumeHash))
    throw refusal('TOKEN_INVALID', 'The token does not fit the request.');
  const channel = parts.workers.find(answer.workerDigest);
  if (channel === undefined) throw refusal('WORKER_LOST', 'The worker is not connected.');
  const relay = new AnswerRelay({
    outgoing,
    resumed: true,
    onBytes: parts.metrics.relayed,
    silence: parts.silence,
  });
  relay.release();
  const stream = channel.openStream(relay);
  relay.attach(stream);
  relay.expect();
  const timer = setTimeout(() => relay.timeout(), RESUME_MS);
  outgoing.on('close', () => relay.timeout());
  void channel.send({ type: 'resume', stream: stream.id, coreHash, token, fromRecord });
  const end = await relay.over;
  clearTimeout(timer);
  if (typeof end === 'object') throw refusal(sayableCode(end.refused), 'The worker refused.');
  if (end !== 'ended') throw refusal('WORKER_LOST', 'The channel broke.');
}
