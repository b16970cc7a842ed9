// Where is an opener in its answer, and how is one made that goes on from there?
import { platform } from '#platform';
import { equalBytes } from '../internal/bytes.js';
import { decodeCore } from '../protocol/core.js';
import type { PriceTable } from '../protocol/price.js';
import { AeadSequence } from './aead-sequence.js';
import { coreHash } from './envelope/digests.js';
import { notACandidate, openerAt, placeNow, placeOf, type ReplyOpener } from './reply-opener.js';
import { Transcript } from './response-keys.js';
import type { SavedReply } from './saved-reply.js';
import { misuse } from './seal-error.js';
import { createSuite } from './suites.js';
import { checkVerified, type VerifiedMachine } from './verified-machine.js';

export type ReplyState = Omit<SavedReply, 'version'>;

/** What `saveReplyOpener` writes down, with its errors. */
export function placeAt(opener: ReplyOpener, records?: number | undefined): ReplyState {
  const found = placeOf(opener);
  if (found === undefined) {
    throw misuse(
      'REPLY_UNKNOWN',
      'This is not an opener made here.',
      'Pass what createReplyOpener returned.',
    );
  }
  const { request, started, before, busy, failure } = found;
  if (records === undefined) {
    if (busy) throw misuse('REPLY_ORDER', 'A record is still being opened.', 'Await push first.');
    // After a failure the counter has moved on: the place is lost.
    if (failure !== undefined) throw failure;
  }
  if (started === undefined)
    throw misuse('REPLY_NOT_STARTED', 'No head came yet.', 'Send the request again.');
  const place = records !== undefined && before?.records === records ? before : placeNow(started);
  if (records !== undefined && place.records !== records)
    throw misuse('REPLY_ORDER', 'This place has been passed.', 'Save the newest place or the one before it.');
  const { usage, ...rest } = place;
  return {
    core: request.coreBytes,
    workerDigest: started.worker.digest,
    resumeToken: request.resumeToken,
    keyAndNonce: started.sequence.keyAndNonce,
    ...rest,
    ...(usage === undefined ? {} : { usage }),
  };
}

/** What `restoreReplyOpener` makes of it, with its errors. */
export async function reopen(
  saved: ReplyState,
  options: { worker: VerifiedMachine; prices: PriceTable },
): Promise<ReplyOpener> {
  const worker = checkVerified(options.worker);
  const core = decodeCore(saved.core);
  if (!equalBytes(saved.workerDigest, worker.digest)) throw notACandidate();
  const { aead } = createSuite(core.suite, platform);
  const { core: coreBytes, resumeToken, keyAndNonce, frames, transcript, pending, usage, records } = saved;
  return openerAt({ core, coreBytes, coreHash: coreHash(coreBytes), resumeToken }, options.prices, {
    worker,
    sequence: await AeadSequence.create(aead, keyAndNonce, { next: frames }),
    transcript: Transcript.restore(transcript),
    pending,
    usage,
    records,
  });
}
