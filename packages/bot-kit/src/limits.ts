// How much may one person, one process and one request take? Every bound of the kit that an operator can change.

export interface Limits {
  /** Requests a user may start in one minute. */
  readonly requestsPerMinute: number;
  /** Tokens (prompt and answer) a user may spend from 00:00 to 24:00 UTC. */
  readonly tokensPerDay: number;
  /** Jobs of one user that run at once; more wait. */
  readonly jobsPerUser: number;
  /** Jobs that run at once in this process. */
  readonly jobsPerProcess: number;
  /** Jobs that may wait in this process. */
  readonly waitingJobs: number;
  /** Milliseconds a job may take. */
  readonly jobMs: number;
  /** Bytes of a file. Telegram's own servers hand out at most 20 MB. */
  readonly fileBytes: number;
  readonly pages: number;
  /** Tokens of a text that is read. */
  readonly inputTokens: number;
  /** Tokens of an answer. */
  readonly outputTokens: number;
  /** Bytes of a web page. */
  readonly linkBytes: number;
  readonly voiceMinutes: number;
  readonly digestMessages: number;
  /** Turns of a conversation that are remembered. */
  readonly memoryTurns: number;
  /** Milliseconds a hook of the operator (`access`, `beforeModel`, `afterModel`, `price`) may take. */
  readonly hookMs: number;
}

export const DEFAULT_LIMITS: Limits = Object.freeze({
  requestsPerMinute: 10,
  tokensPerDay: 60_000,
  jobsPerUser: 1,
  jobsPerProcess: 8,
  waitingJobs: 200,
  jobMs: 240_000,
  fileBytes: 20 * 1024 * 1024,
  pages: 600,
  inputTokens: 300_000,
  outputTokens: 2_000,
  linkBytes: 5 * 1024 * 1024,
  voiceMinutes: 30,
  digestMessages: 2_000,
  memoryTurns: 20,
  hookMs: 10_000,
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long something is kept, in milliseconds. */
export interface Retention {
  readonly memory: number;
  /** After the last use; never more than 24 hours after it was sent. */
  readonly document: number;
  readonly digest: number;
  readonly buttons: number;
  readonly settings: number;
}

export const DEFAULT_RETENTION: Retention = Object.freeze({
  memory: 7 * DAY,
  document: 30 * MINUTE,
  digest: 48 * HOUR,
  buttons: DAY,
  // Until /forget, as long as the person comes back at least once a year.
  settings: 365 * DAY,
});
