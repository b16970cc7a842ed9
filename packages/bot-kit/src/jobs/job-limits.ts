// How much work may run, wait and be remembered?

export interface JobLimits {
  /** Jobs of one person at once; further ones wait. */
  runningPerUser: number;
  runningPerProcess: number;
  queuedPerUser: number;
  queuedPerProcess: number;
  /** A job that runs longer is stopped. */
  maxRunMs: number;
  /** A stopped job that does not end by then loses its place all the same. */
  graceMs: number;
  /** How long an update that comes again is recognised. */
  rememberMs: number;
  /** Updates remembered, at most: the oldest are forgotten first. */
  remembered: number;
}

export const JOB_LIMITS: JobLimits = {
  runningPerUser: 1,
  runningPerProcess: 8,
  queuedPerUser: 5,
  queuedPerProcess: 1_000,
  maxRunMs: 240_000,
  graceMs: 15_000,
  rememberMs: 24 * 3_600_000,
  remembered: 50_000,
};
