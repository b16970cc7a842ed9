// How does Telegram say no? With a code, a sentence and sometimes a number of seconds.

/** Parameters of an error answer (core.telegram.org/bots/api#responseparameters). */
export interface FailureParameters {
  readonly retry_after?: number | undefined;
  readonly migrate_to_chat_id?: number | undefined;
}

/** Becomes `{ ok: false, error_code, description, parameters }` with the code as HTTP status. */
export class ApiFailure extends Error {
  readonly code: number;
  readonly parameters: FailureParameters | undefined;

  constructor(code: number, description: string, parameters?: FailureParameters) {
    super(description);
    this.name = 'ApiFailure';
    this.code = code;
    this.parameters = parameters;
  }
}

export const badRequest = (what: string): ApiFailure => new ApiFailure(400, `Bad Request: ${what}`);
export const forbidden = (what: string): ApiFailure => new ApiFailure(403, `Forbidden: ${what}`);
export const conflict = (what: string): ApiFailure => new ApiFailure(409, `Conflict: ${what}`);
export const tooMany = (seconds: number): ApiFailure =>
  new ApiFailure(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });

/** A test asked an actor for something no person could do. Thrown by actors, never sent to the bot. */
export class ActorError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ActorError';
  }
}
