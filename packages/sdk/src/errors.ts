// What went wrong, who must act, and how: the one error type of every package.

/** Who must act: `config` fix your code; `network` retry; `attestation` stop, nothing was sent; `protocol` the peer misbehaved; `payment` top up; `model` choose another model or request; `aborted` the caller stopped it. */
export type ErrorKind = 'config' | 'network' | 'attestation' | 'protocol' | 'payment' | 'model' | 'aborted';

/**
 * Who vouches for an error: the `worker` (sealed to this request), the `proxy` (sealed under the envelope's key),
 * `local` (this process found it), or `none`: a status page from the path, a hint that proves nothing.
 */
export type ErrorSource = 'worker' | 'proxy' | 'local' | 'none';

export interface CocoonErrorOptions {
  kind: ErrorKind;
  /** Stable, upper case, never reworded: programs may switch on it. */
  code: string;
  /** What happened, with numbers and names of limits. Never text of a user. */
  message: string;
  /** What the reader can do now. */
  remedy: string;
  source?: ErrorSource | undefined;
  /** The step that failed, for example a verification stage. */
  stage?: string | undefined;
  /** Numbers and names a program may need (limits, waits). Never text of a user. */
  details?: Readonly<Record<string, string | number | boolean>> | undefined;
  cause?: unknown;
}

/** Every failure of CocoonKit. `code` is stable; `remedy` says what to do; no field ever holds a prompt, an answer or a key. */
export class CocoonError extends Error {
  override readonly name = 'CocoonError';
  readonly kind: ErrorKind;
  readonly code: string;
  readonly remedy: string;
  readonly source: ErrorSource;
  readonly stage: string | undefined;
  readonly details: Readonly<Record<string, string | number | boolean>>;
  /** Names the request to whoever runs the proxy or the worker, and to nobody else: safe to quote, says nothing of its content. */
  supportId: string | undefined;

  constructor(options: CocoonErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = options.kind;
    this.code = options.code;
    this.remedy = options.remedy;
    this.source = options.source ?? 'local';
    this.stage = options.stage;
    this.details = options.details ?? {};
  }

  /** False for hints from the path (a status page), which must never be acted upon or shown as model output. */
  get authenticated(): boolean {
    return this.source !== 'none';
  }

  toJSON(): Record<string, unknown> {
    return {
      kind: this.kind,
      code: this.code,
      message: this.message,
      remedy: this.remedy,
      source: this.source,
      ...(this.stage === undefined ? {} : { stage: this.stage }),
      details: this.details,
      supportId: this.supportId,
    };
  }
}
