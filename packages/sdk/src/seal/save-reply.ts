// How does an answer go on after a restart of the client? Its opener is written down, and made again for the verified worker.
import type { PriceTable } from '../protocol/price.js';
import type { ReplyOpener } from './reply-opener.js';
import { placeAt, reopen } from './reply-place.js';
import { decodeSavedReply, encodeSavedReply } from './saved-reply.js';
import type { VerifiedMachine } from './verified-machine.js';

/**
 * Everything needed to go on after a restart (`restoreReplyOpener`). SECRET: it opens the answer.
 * `records`: not the present place but the one after that many records, which must be the newest or the one before it.
 * @throws CocoonError `REPLY_NOT_STARTED` before the head, `REPLY_ORDER` while a record is being opened or for an older place,
 * `REPLY_UNKNOWN` for a look-alike, and without `records` the opener's own first failure
 */
export function saveReplyOpener(opener: ReplyOpener, records?: number | undefined): Uint8Array {
  return encodeSavedReply(placeAt(opener, records));
}

/**
 * Goes on where `saveReplyOpener` was called. `worker`: the machine of `saved.workerDigest`, verified again.
 * @throws CocoonError `MALFORMED`, `UNSUPPORTED_…`, `MACHINE_NOT_VERIFIED`, `ANSWER_NOT_A_CANDIDATE` when `worker` is another machine
 */
export async function restoreReplyOpener(
  bytes: Uint8Array,
  options: { worker: VerifiedMachine; prices: PriceTable },
): Promise<ReplyOpener> {
  return reopen(decodeSavedReply(bytes), options);
}
