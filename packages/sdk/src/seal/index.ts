// How do client and worker close and open requests and answers? Everything of the envelope, and the bodies.
export type { MaybePromise, Signer } from '../internal/primitives.js';
export { type AnswerKey, prepareAnswerKey } from './answer-key.js';
export type { AnswerOpener } from './answer-opener.js';
export { authorize, authorizeControl, type Payment } from './authorize.js';
export { checkCore } from './check-core.js';
export * from './envelope/index.js';
export * from './model/index.js';
export { type OpenedRequest, openRequest } from './open-request.js';
export { createReplyOpener, type ReplyEvent, type ReplyOpener } from './reply-opener.js';
export type { ReplySealer } from './reply-sealer.js';
export { restoreReplyOpener, saveReplyOpener } from './save-reply.js';
export { decodeSavedReply, type SavedReply } from './saved-reply.js';
export { type SealedToProxy, sealControl, sealEnvelope } from './seal-envelope.js';
export { type RequestRouting, type SealedRequest, sealRequest } from './seal-request.js';
export { type ContextUse, prepareContext, type WarmContext } from './warm-context.js';
