// How do bytes reach a proxy and come back? No header that would cost browsers a preflight, limits on everything.
import { CocoonError } from '../errors.js';
import { concat, toHex } from '../internal/bytes.js';
import { linkedAbort } from '../internal/linked-abort.js';
import { LIMITS } from '../protocol/limits.js';
import type { Fetch, FetchedAnswer } from './fetch.js';

const EVIDENCE_MS = 15_000;
const CONTROL_MS = 20_000;
/** The slowest line that a body may be sent over. */
const BYTES_PER_MS = 16;
/** A control answer: payload, its own fields, record head and tag. */
const CONTROL_BYTES = LIMITS.controlAnswerBytes + 1_024;

/** The body of an answer, pulled chunk by chunk: whoever reads slowly slows the sender. */
export interface ByteStream {
  /** The next bytes, or undefined at the end of the HTTP body. @throws CocoonError `CONNECTION_LOST`, also after too long a silence */
  read(): Promise<Uint8Array | undefined>;
  close(): void;
}

export interface Transport {
  /** `GET /v1/evidence`. */
  evidence(): Promise<Uint8Array>;
  /** `POST /v1/ctl/{replica}`: the whole answer. */
  control(digest: Uint8Array, message: Uint8Array, signal?: AbortSignal | undefined): Promise<Uint8Array>;
  /** The same for an answer of many records: returns when it begins. */
  controlStream(digest: Uint8Array, message: Uint8Array, signal: AbortSignal): Promise<ByteStream>;
  /** `POST /v1/infer/{replica}`: returns when the answer begins. */
  infer(digest: Uint8Array, message: readonly Uint8Array[], signal: AbortSignal): Promise<ByteStream>;
}

/** All methods @throws CocoonError kind `network`: `PROXY_UNREACHABLE`, `PROXY_STATUS`, `WRONG_REPLICA`, `TOO_MANY_REQUESTS`, `ANSWER_TOO_LARGE`, `CONNECTION_LOST`, `TIMEOUT` */
export function createTransport(
  baseUrl: string,
  fetch: Fetch,
  silenceMs: number = LIMITS.answerSilenceMs,
): Transport {
  async function send(path: string, init: RequestInit, signal: AbortSignal): Promise<FetchedAnswer> {
    let response: FetchedAnswer;
    try {
      response = await fetch(`${baseUrl}${path}`, {
        ...init,
        signal,
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
        referrerPolicy: 'no-referrer',
      });
    } catch (cause) {
      throw signal.aborted ? stopped(signal) : unreachable(cause);
    }
    if (response.status === 200) return response;
    // The text of a status page is written by whoever stands in between: it is thrown away unread.
    await response.body?.cancel().catch(() => undefined);
    throw badStatus(response.status);
  }

  async function whole(
    path: string,
    init: RequestInit,
    limits: { bytes: number; ms: number },
    signal?: AbortSignal,
  ) {
    const timer = deadline(limits.ms, signal);
    try {
      const stream = byteStream(await send(path, init, timer.signal), timer.signal);
      const chunks: Uint8Array[] = [];
      let length = 0;
      for (let chunk = await stream.read(); chunk !== undefined; chunk = await stream.read()) {
        length += chunk.length;
        if (length > limits.bytes) {
          stream.close();
          throw tooLarge(limits.bytes);
        }
        chunks.push(chunk);
      }
      return concat(...chunks);
    } finally {
      timer.clear();
    }
  }

  // The caller's signal bounds the whole answer, however long it streams.
  async function streaming(path: string, message: readonly Uint8Array[], signal: AbortSignal) {
    const body = arrayBuffer(message);
    const silence = silenceLimit(signal);
    try {
      const begun = send(path, { method: 'POST', body }, silence.signal);
      const beginMs = silenceMs + body.byteLength / BYTES_PER_MS;
      return byteStream(
        await silence.bound(begun, beginMs, unreachable),
        signal,
        (step) => silence.bound(step, silenceMs, lost),
        silence.end,
      );
    } catch (error) {
      silence.end();
      throw error;
    }
  }

  return {
    evidence: () =>
      whole('/v1/evidence', { method: 'GET' }, { bytes: LIMITS.evidenceBundleBytes, ms: EVIDENCE_MS }),
    control: (digest, message, signal) =>
      whole(
        `/v1/ctl/${replica(digest)}`,
        { method: 'POST', body: arrayBuffer([message]) },
        { bytes: CONTROL_BYTES, ms: CONTROL_MS },
        signal,
      ),
    controlStream: (digest, message, signal) => streaming(`/v1/ctl/${replica(digest)}`, [message], signal),
    infer: (digest, message, signal) => streaming(`/v1/infer/${replica(digest)}`, message, signal),
  };
}

function replica(digest: Uint8Array): string {
  return toHex(digest.subarray(0, 8));
}

// An ArrayBuffer carries no content type, so browsers send no preflight.
function arrayBuffer(parts: readonly Uint8Array[]): ArrayBuffer {
  return concat(...parts).buffer;
}

function byteStream(
  response: FetchedAnswer,
  signal: AbortSignal,
  bound = <T>(step: Promise<T>): Promise<T> => step,
  end = (): void => undefined,
): ByteStream {
  const reader = response.body?.getReader();
  return {
    async read() {
      if (reader === undefined) return undefined;
      try {
        const { done, value } = await bound(reader.read());
        if (done) end();
        return done ? undefined : value;
      } catch (cause) {
        end();
        throw signal.aborted ? stopped(signal) : lost(cause);
      }
    },
    close() {
      end();
      reader?.cancel().catch(() => undefined);
    },
  };
}

interface SilenceLimit {
  /** Aborted by silence as by the caller. */
  readonly signal: AbortSignal;
  /** Ends with `error` when the step takes longer. */
  bound<T>(step: Promise<T>, ms: number, error: (cause?: unknown) => CocoonError): Promise<T>;
  end(): void;
}

/** A peer that is gone without a word sends no end: without a limit its reader would wait until the call's own. */
function silenceLimit(outer: AbortSignal): SilenceLimit {
  const { controller, unlink } = linkedAbort(outer);
  return {
    signal: controller.signal,
    end: unlink,
    bound: (step, ms, error) =>
      new Promise((resolve, reject) => {
        const late = () => {
          reject(error());
          controller.abort();
        };
        // A turn later, so that what arrived while this process itself stood still is read first.
        let timer = setTimeout(() => {
          timer = setTimeout(late);
        }, ms);
        step.then(resolve, reject).finally(() => clearTimeout(timer));
      }),
  };
}

function deadline(ms: number, outer: AbortSignal | undefined): { signal: AbortSignal; clear: () => void } {
  const { controller, unlink } = linkedAbort(outer);
  const timer = setTimeout(() => controller.abort(timedOut(ms)), ms);
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      unlink();
    },
  };
}

/** The reason a signal was aborted with, if it is one of ours. */
function stopped(signal: AbortSignal): CocoonError {
  return signal.reason instanceof CocoonError ? signal.reason : aborted();
}

export function aborted(): CocoonError {
  return new CocoonError({
    kind: 'aborted',
    code: 'ABORTED',
    message: 'The caller stopped the request.',
    remedy: 'Nothing to do; ask again if you want an answer.',
  });
}

export function timedOut(ms: number): CocoonError {
  return new CocoonError({
    kind: 'aborted',
    code: 'TIMEOUT',
    message: `No complete answer within ${ms} ms.`,
    remedy: 'Try again, or allow more time with timeoutMs.',
    details: { ms },
  });
}

function hint(
  code: string,
  message: string,
  remedy: string,
  details: Record<string, number>,
  cause?: unknown,
): CocoonError {
  return new CocoonError({ kind: 'network', code, message, remedy, source: 'none', details, cause });
}

function unreachable(cause?: unknown): CocoonError {
  return hint(
    'PROXY_UNREACHABLE',
    'The proxy could not be reached.',
    'Check the address and the connection.',
    {},
    cause,
  );
}

function lost(cause?: unknown): CocoonError {
  return hint('CONNECTION_LOST', 'The connection broke before the answer ended.', 'Try again.', {}, cause);
}

function tooLarge(limit: number): CocoonError {
  return hint('ANSWER_TOO_LARGE', `The answer is longer than ${limit} bytes.`, 'Use another proxy.', {
    limit,
  });
}

function badStatus(status: number): CocoonError {
  if (status === 421) {
    return hint(
      'WRONG_REPLICA',
      'This replica does not have the key the message was sealed to.',
      'Try again.',
      { status },
    );
  }
  if (status === 429) {
    return hint(
      'TOO_MANY_REQUESTS',
      'Something on the way limits the rate of requests.',
      'Slow down and try again.',
      { status },
    );
  }
  return hint(
    'PROXY_STATUS',
    `Something on the way answered with HTTP status ${status}; who did is not known.`,
    'Try again, or use another proxy.',
    { status },
  );
}
