// What is known of an answer that is being read, whether this process asked for it or another one did?
import type { PriceTable } from '../protocol/price.js';
import type { ReplyOpener } from '../seal/reply-opener.js';
import type { SealedRequest } from '../seal/seal-request.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';
import type { AnswerEvent, AnswerReader } from './answer-reader.js';
import type { PooledWorker } from './model-pool.js';
import type { Plan } from './plan-request.js';
import type { ProxyConnection } from './proxy-connection.js';

/** What of a sealing can be written down: no key of its candidates. */
export type SealedNames = Pick<
  SealedRequest,
  'core' | 'coreBytes' | 'coreHash' | 'cancelToken' | 'resumeToken'
>;

/** How far the reader is: exact at any moment, so that nothing is lost or had twice when another process goes on. */
export interface Progress {
  /** Records whose items the reader has had, all of them. */
  records: number;
  /** Items of the next record that it has had. */
  delivered: number;
  textBytes: number;
  readonly choices: Set<number>;
}

export interface RunningAnswer {
  readonly sealed: SealedNames;
  readonly plan: Pick<Plan, 'capTokens' | 'maxOutput' | 'lowered'>;
  readonly prices: PriceTable;
  readonly connection: ProxyConnection;
  readonly proxy: VerifiedMachine;
  /** All of them, or after a resume those that verified again. */
  readonly candidates: readonly PooledWorker[];
  readonly opener: ReplyOpener;
  readonly reader: AnswerReader;
  /** Events that were read already. */
  readonly first: readonly AnswerEvent[];
  readonly request: { readonly json: { readonly length: number }; readonly messages: number };
  readonly retries: number;
  readonly progress: Progress;
  /** Another process asked, with another proxy's or this one's help. */
  readonly resumed?: boolean | undefined;
}

export function progressFrom(records: number): Progress {
  return { records, delivered: 0, textBytes: 0, choices: new Set() };
}
