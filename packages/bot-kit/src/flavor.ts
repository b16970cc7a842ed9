// What does `ctx.ai` offer a bot's own handlers?
import type { VerificationReport } from '@cocoonkit/sdk';
import type { Job } from './jobs/job.js';
import type { AnswerOrder } from './kit/kit.js';

/** What `ctx.ai` is. */
export interface PrivateAIControls {
  /** Answers a prompt in this chat. Returns when it is queued, not when it is done; `undefined` when it was refused (and the person told). */
  answer(prompt: string, options?: { system?: string | undefined }): Promise<Job | undefined>;
  /** Streams any text into this chat, with the kit's splitter, stop button and badge. */
  stream(source: AsyncIterable<string> | AnswerOrder['produce']): Promise<Job | undefined>;
  /** The machines' report, at most ten minutes old, or made now. @throws CocoonError kind `attestation` */
  verification(options?: { now?: boolean | undefined }): Promise<VerificationReport>;
  /** Deletes everything about whoever sent this update. Number of records. */
  forget(): Promise<number>;
}

export interface PrivateAIFlavor {
  ai: PrivateAIControls;
}
