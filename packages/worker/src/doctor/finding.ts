// What does one check of a machine say? One line for people, one record for programs.

/** `unknown`: this cannot be told from where the command runs; the fix says who can. */
export type Level = 'ok' | 'warn' | 'fail' | 'unknown';

export interface Finding {
  /** Stable name of the check, for example `kernel`. */
  readonly id: string;
  readonly what: string;
  readonly level: Level;
  readonly found: string;
  readonly needed: string;
  /** What to do; empty when nothing is wrong. */
  readonly fix: string;
}

/** A finding without its verdict: how each check describes itself. */
export interface Subject {
  readonly id: string;
  readonly what: string;
  readonly needed: string;
  readonly fix: string;
}

export function judge(subject: Subject, level: Level, found: string): Finding {
  const { id, what, needed, fix } = subject;
  return { id, what, level, found, needed, fix: level === 'ok' ? '' : fix };
}
