// What would Telegram have been asked, and what if it answers badly? An Api that records, and fails as told.
import { Api, HttpError } from 'grammy';

export interface Call {
  method: string;
  payload: Record<string, unknown>;
  at: number;
  aborted: () => boolean;
}

type Answer = { error_code: number; description: string; retry_after?: number } | 'drop' | 'refuse' | 'hang';

export interface RecordedApi {
  api: Api;
  calls: Call[];
  /** Calls of one method. */
  of(method: string): Call[];
  /** What the next calls of `method` get instead of success, in order. `hang`: nothing, until they are called off. */
  next(method: string, ...answers: Answer[]): void;
  /** Ends the calls that hang, successfully. */
  release(): void;
}

export const flood = (retry_after: number) =>
  ({ error_code: 429, description: `Too Many Requests: retry after ${retry_after}`, retry_after }) as const;
export const refusal = (description: string, error_code = 400) => ({ error_code, description }) as const;

export function recordedApi(now: () => number): RecordedApi {
  const api = new Api('1:token');
  const calls: Call[] = [];
  const answers = new Map<string, Answer[]>();
  let hanging: (() => void)[] = [];
  let messageId = 100;
  const broken = (code: string) =>
    new HttpError('Network request failed!', Object.assign(new Error(code), { code }));

  api.config.use(async (_, method, payload, signal) => {
    calls.push({ method, payload: { ...payload }, at: now(), aborted: () => signal?.aborted === true });
    const answer = answers.get(method)?.shift();
    if (answer === 'drop') throw broken('ECONNRESET');
    if (answer === 'refuse') throw broken('ECONNREFUSED');
    if (answer === 'hang') {
      await new Promise<void>((resolve, reject) => {
        hanging.push(resolve);
        signal?.addEventListener('abort', () => reject(broken('ABORT_ERR')));
      });
    } else if (answer !== undefined) {
      const { retry_after, ...error } = answer;
      return { ok: false, ...error, ...(retry_after === undefined ? {} : { parameters: { retry_after } }) };
    }
    // Only what the outlets read of an answer.
    return { ok: true, result: { message_id: ++messageId, ephemeral_message_id: messageId } as never };
  });
  return {
    api,
    calls,
    of: (method) => calls.filter((call) => call.method === method),
    next: (method, ...list) => void answers.set(method, [...(answers.get(method) ?? []), ...list]),
    release() {
      for (const resolve of hanging) resolve();
      hanging = [];
    },
  };
}

/** A source that says what the test tells it to. */
export function scriptedSource() {
  const queue: (IteratorResult<string> | { error: unknown })[] = [];
  let wake = () => {};
  let returned = false;
  const put = (one: (typeof queue)[number]) => {
    queue.push(one);
    wake();
  };
  const iterator: AsyncIterator<string> = {
    async next() {
      for (;;) {
        const one = queue.shift();
        if (one !== undefined && 'error' in one) throw one.error;
        if (one !== undefined) return one;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async return() {
      returned = true;
      return { done: true, value: undefined };
    },
  };
  return {
    source: { [Symbol.asyncIterator]: () => iterator },
    push: (value: string) => put({ done: false, value }),
    end: () => put({ done: true, value: undefined }),
    fail: (error: unknown) => put({ error }),
    returned: () => returned,
  };
}
