// How does an application talk to a model that nobody else can listen to? The main path.
import type { ChatRequest } from './chat-types.js';
import { type AccountStatus, accountStatus } from './client-account.js';
import { type Estimate, estimateCost } from './client-estimate.js';
import { listModels, type Model } from './client-models.js';
import { type ClientStatus, readStatus } from './client-status.js';
import { verifyNow } from './client-verify.js';
import { type CocoonOptions, readConfig } from './config.js';
import type { EmbeddingReply, EmbeddingRequest } from './embeddings/embedding.js';
import { resumeExchange, startExchange } from './exchange.js';
import { loadPart } from './internal/load-part.js';
import { LIMITS } from './protocol/limits.js';
import type { Reply } from './reply.js';
import { ReplyStream } from './reply-stream.js';
import { TruncatedError } from './reply-truncated.js';
import type { VerificationReport } from './report/verification-report.js';
import type { CallOptions } from './session/call.js';
import { inspectRequest } from './session/inspect-request.js';
import { createSession } from './session.js';

export interface Cocoon {
  /**
   * Seals one chat request to verified machines and returns the whole answer with its bill and its proof.
   * @throws CocoonError: `attestation`, `config` and `model` errors with source `local` are thrown before anything was sent
   */
  chat(request: ChatRequest, options?: CallOptions): Promise<Reply>;
  /** The same, chunk by chunk. Errors reach whoever iterates. @throws CocoonError `REQUEST_INVALID`, `UNSUPPORTED_URL` at once */
  stream(request: ChatRequest, options?: CallOptions): ReplyStream;
  /**
   * Seals texts to verified machines and returns one vector a text, with bill and proof. The model must offer `embeddings`.
   * @throws CocoonError as `chat`; `MODEL_LACKS_FEATURE` before anything was sent, `EMBEDDING_INVALID` for vectors that are none
   */
  embed(request: EmbeddingRequest, options?: CallOptions): Promise<EmbeddingReply>;
  /**
   * Goes on with an answer of another process, or of this one before a restart: `token` is from `ReplyStream.resumeToken`. Verifies proxy
   * and worker again; needs no account. Errors reach whoever iterates.
   * @throws CocoonError `RESUME_TOKEN_INVALID`, `RESUME_TOKEN_VERSION`, `RESUME_TOKEN_EXPIRED`, `RESUME_WRONG_PROXY`, `UNKNOWN_REQUEST`
   * (the worker keeps it no longer), `WORKER_LOST`, and those of `stream`
   */
  resume(token: string, options?: CallOptions): ReplyStream;
  /** Models the proxy offers now. Needs no account. */
  models(): Promise<Model[]>;
  /** What a request can cost at most. Verifies machines, sends nothing of the request. */
  estimate(request: ChatRequest, options?: Pick<CallOptions, 'maxCost'>): Promise<Estimate>;
  /** Verifies the proxy anew and, for a model, its workers. Needs no account. */
  verify(options?: { model?: string | undefined }): Promise<VerificationReport>;
  /** What this client knows right now. Asks nobody. */
  status(): ClientStatus;
  /** The account's balance in the proxy's ledger. @throws CocoonError `ACCOUNT_REQUIRED` */
  account(): Promise<AccountStatus>;
  /** Forgets keys and contexts. Running answers go on. */
  close(): void;
}

/** @throws CocoonError kind `config`: `OPTIONS_INVALID`, `NETWORK_NOT_AVAILABLE`, `CLASSICAL_NOT_ALLOWED` */
export function createCocoon(options: CocoonOptions): Cocoon {
  const config = readConfig(options);
  const session = createSession(config);
  const parts = { session, config };
  return {
    async chat(request, call = {}) {
      const exchange = startExchange(inspectRequest(request), call, parts);
      // Comes while the answer does; without it nobody could read that.
      const { collectReply } = await loadPart(() => import('./reply.js')).catch((error: unknown) => {
        exchange.stop();
        throw error;
      });
      return collectReply(exchange, TruncatedError);
    },
    stream: (request, call = {}) => new ReplyStream(startExchange(inspectRequest(request), call, parts)),
    embed: async (request, call = {}) =>
      (await loadPart(() => import('./embeddings/embed-texts.js'))).embedTexts(request, {
        limits: LIMITS,
        start: (inspected) => startExchange(inspected, call, parts),
      }),
    resume: (token, call = {}) => new ReplyStream(resumeExchange(token, call, parts)),
    models: () => listModels(parts),
    estimate: (request, call = {}) => estimateCost(request, call, parts),
    verify: (what = {}) => verifyNow(what, parts),
    status: () => readStatus(parts),
    account: () => accountStatus(parts),
    close: () => session.close(),
  };
}
