// Which questions can a client ask a proxy, sealed? (PROTOCOL.md §8.6)
import { bytes, bytesUpTo, digest, digests, list, nested, sized, text, time, u32, u64 } from './fields.js';
import { type Authorization, authorizationLayout } from './grant.js';
import { LIMITS } from './limits.js';
import { defineLayout, type Layout, optional, required } from './tlv.js';

/** Plaintext of a control message: one question, its payload, and a signature where the answer is about an account. */
export interface ControlMessage {
  operation: string;
  payload: Uint8Array;
  authorization?: Authorization | undefined;
}

export const controlMessageLayout: Layout<ControlMessage> = defineLayout<ControlMessage>('ControlMessage', {
  operation: required(2, text(32)),
  payload: required(4, bytesUpTo(32_768)),
  authorization: optional(6, nested(authorizationLayout)),
});

/** Plaintext of the answer: a payload, or a code of PROTOCOL.md §13. */
export interface ControlAnswer {
  payload?: Uint8Array | undefined;
  code?: string | undefined;
  ticket?: Uint8Array | undefined;
}

export const controlAnswerLayout: Layout<ControlAnswer> = defineLayout<ControlAnswer>('ControlAnswer', {
  payload: optional(2, bytesUpTo(LIMITS.controlAnswerBytes)),
  code: optional(4, text(64)),
  ticket: optional(5, bytesUpTo(64)),
});

/** `models`: empty payload; one entry per model with a connected worker. */
export interface ModelOffer {
  model: string;
  workers: number;
  minCoefficient: number;
  maxContext: number;
}

export interface ModelsAnswer {
  models: readonly ModelOffer[];
}

export const modelOfferLayout: Layout<ModelOffer> = defineLayout<ModelOffer>('ModelOffer', {
  model: required(2, text(256)),
  workers: required(4, u32),
  minCoefficient: required(6, u32),
  maxContext: required(8, u32),
});

export const modelsAnswerLayout: Layout<ModelsAnswer> = defineLayout<ModelsAnswer>('ModelsAnswer', {
  models: required(2, sized(nested(modelOfferLayout), LIMITS.models)),
});

/** `roster`: `draws` are random numbers; the proxy returns page (draw mod number of pages) for each. */
export interface RosterQuestion {
  model: string;
  draws: readonly number[];
}

export interface RosterAnswer {
  roster: Uint8Array;
  signature: Uint8Array;
  pages: readonly Uint8Array[];
}

export const rosterQuestionLayout: Layout<RosterQuestion> = defineLayout<RosterQuestion>('RosterQuestion', {
  model: required(2, text(256)),
  draws: required(4, list(u32, 4, 4)),
});

export const rosterAnswerLayout: Layout<RosterAnswer> = defineLayout<RosterAnswer>('RosterAnswer', {
  roster: required(2, bytesUpTo(16_384)),
  signature: required(4, bytes(64)),
  pages: required(6, sized(bytesUpTo(8_192), 4)),
});

/** `evidence`: machines by manifest digest; collateral the client already has is left out of the answer. */
export interface EvidenceQuestion {
  digests: readonly Uint8Array[];
  have: readonly Uint8Array[];
}

export const evidenceQuestionLayout: Layout<EvidenceQuestion> = defineLayout<EvidenceQuestion>(
  'EvidenceQuestion',
  {
    digests: required(2, digests(LIMITS.evidenceBatch)),
    have: required(4, digests(64)),
  },
);

/** `cancel`: the token's hash is in the core, so nobody else can cancel. Answer: empty payload. */
export interface CancelQuestion {
  coreHash: Uint8Array;
  token: Uint8Array;
}

export const cancelQuestionLayout: Layout<CancelQuestion> = defineLayout<CancelQuestion>('CancelQuestion', {
  coreHash: required(2, digest),
  token: required(4, bytes(32)),
});

/** `resume`: asks the worker for its stored records from `fromRecord` on. Answer: the records, unchanged. */
export interface ResumeQuestion {
  coreHash: Uint8Array;
  token: Uint8Array;
  fromRecord: number;
}

export const resumeQuestionLayout: Layout<ResumeQuestion> = defineLayout<ResumeQuestion>('ResumeQuestion', {
  coreHash: required(2, digest),
  token: required(4, bytes(32)),
  fromRecord: required(6, u32),
});

/** `account` (authorized): empty payload. Amounts in adjusted tokens. */
export interface AccountAnswer {
  balanceTokens: bigint;
  reservedTokens: bigint;
  spentTokens: bigint;
  spendableTokens: bigint;
  running: number;
  at: number;
}

export const accountAnswerLayout: Layout<AccountAnswer> = defineLayout<AccountAnswer>('AccountAnswer', {
  balanceTokens: required(2, u64),
  reservedTokens: required(4, u64),
  spentTokens: required(6, u64),
  spendableTokens: required(8, u64),
  running: required(10, u32),
  at: required(12, time),
});
