// The product's door: verify machines, seal requests to them, check the bill.

// Paying, and letting others pay.
export { type Account, accountFromSeed, createAccount } from './account/account.js';
export { createGrantKey, type Grant, parseGrant } from './account/grant.js';
export { type IssueGrantOptions, issueGrant } from './account/issue-grant.js';
// Trust: whose rules, which policy, and what was proven.
export type { SimulatedAnchor } from './attestation/anchor.js';
// Everyday use.
export type {
  ChatChunk,
  ChatMessage,
  ChatRequest,
  Choice,
  ContentPart,
  ReplyUsage,
  Requirements,
  ToolCall,
} from './chat-types.js';
export { type Cocoon, createCocoon } from './client.js';
export type { AccountStatus } from './client-account.js';
export type { Estimate } from './client-estimate.js';
export type { Model } from './client-models.js';
export type { ClientStatus } from './client-status.js';
export type { ClientPolicy, CocoonOptions, NetworkSource, PolicyName, RoleQuotePolicy } from './config.js';
export type { Embedding, EmbeddingReply, EmbeddingRequest } from './embeddings/embedding.js';
export { CocoonError, type ErrorKind, type ErrorSource } from './errors.js';
export type { CocoonEvent } from './events.js';
export type { VerifiedReceipt } from './receipts/verify-receipt.js';
export { fetchLocalRegistry } from './registry/fetch-local-registry.js';
export { parseLocalRegistry } from './registry/local-registry.js';
export type { Registry } from './registry/registry.js';
export type { Charge, Reply } from './reply.js';
export type { ReplyStream } from './reply-stream.js';
export { TruncatedError } from './reply-truncated.js';
export type {
  Basis,
  Reader,
  ReportData,
  ReportLine,
  VerificationReport,
} from './report/verification-report.js';
export type { CallOptions } from './session/call.js';
