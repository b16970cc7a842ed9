// How does an answer go on after a restart of the client? Its opener is written down, and made again for the verified worker.
import { platform } from '#platform';
import { equalBytes } from '../internal/bytes.js';
import { decodeCore } from '../protocol/core.js';
import type { PriceTable } from '../protocol/price.js';
import { AeadSequence } from './aead-sequence.js';
import { coreHash } from './envelope/digests.js';
import { notACandidate, openerAt, placeOf, type ReplyOpener } from './reply-opener.js';
import { Transcript } from './response-keys.js';
import { decodeSavedReply, encodeSavedReply } from './saved-reply.js';
import { misuse } from './seal-error.js';
import { createSuite } from './suites.js';
import { checkVerified, type VerifiedMachine } from './verified-machine.js';

/**
 * Everything needed to go on after a restart (`restoreReplyOpener`). SECRET: it opens the answer.
 * @throws CocoonError `REPLY_NOT_STARTED` before the head, `REPLY_ORDER` while a record is being opened, `REPLY_UNKNOWN` for a
 * look-alike, and the opener's own first failure
 */
export function saveReplyOpener(opener: ReplyOpener): Uint8Array {
  const place = placeOf(opener);
  if (place === undefined) {
    throw misuse(
      'REPLY_UNKNOWN',
      'This is not an opener made here.',
      'Pass what createReplyOpener returned.',
    );
  }
  const { request, started, busy, failure } = place;
  if (busy) throw misuse('REPLY_ORDER', 'A record is still being opened.', 'Await push first.');
  // After a failure the counter has moved on: the place is lost.
  if (failure !== undefined) throw failure;
  if (started === undefined)
    throw misuse('REPLY_NOT_STARTED', 'No head came yet.', 'Send the request again.');
  const { worker, sequence, transcript, pending, usage, records } = started;
  return encodeSavedReply({
    core: request.coreBytes,
    workerDigest: worker.digest,
    resumeToken: request.resumeToken,
    records,
    keyAndNonce: sequence.keyAndNonce,
    frames: sequence.count,
    transcript: transcript.hash,
    pending,
    ...(usage === undefined ? {} : { usage }),
  });
}

/**
 * Goes on where `saveReplyOpener` was called. `worker`: the machine of `saved.workerDigest`, verified again.
 * @throws CocoonError `MALFORMED`, `UNSUPPORTED_…`, `MACHINE_NOT_VERIFIED`, `ANSWER_NOT_A_CANDIDATE` when `worker` is another machine
 */
export async function restoreReplyOpener(
  bytes: Uint8Array,
  options: { worker: VerifiedMachine; prices: PriceTable },
): Promise<ReplyOpener> {
  const saved = decodeSavedReply(bytes);
  const worker = checkVerified(options.worker);
  const core = decodeCore(saved.core);
  if (!equalBytes(saved.workerDigest, worker.digest)) throw notACandidate();
  const { aead } = createSuite(core.suite, platform);
  const request = {
    core,
    coreBytes: saved.core,
    coreHash: coreHash(saved.core),
    resumeToken: saved.resumeToken,
  };
  return openerAt(request, options.prices, {
    worker,
    sequence: await AeadSequence.create(aead, saved.keyAndNonce, { next: saved.frames }),
    transcript: Transcript.restore(saved.transcript),
    pending: saved.pending,
    usage: saved.usage,
    records: saved.records,
  });
}
