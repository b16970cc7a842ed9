// What does a bot author import?

export { type Access, everyone } from './access/access.js';
export { allowUsers } from './access/allow-users.js';
export { type MembersOfOptions, membersOf } from './access/members-of.js';
export { type Clock, systemClock } from './clock.js';
export type { KitEvent } from './events.js';
export type { AIContext, Feature, FeatureCommand, Kept, TelegramNeed, UpdateName } from './feature.js';
export { type ChatOptions, chat } from './features/chat.js';
export { chatExports } from './features/chat-exports.js';
export { compose } from './features/compose.js';
export { digest } from './features/digest.js';
export { documents } from './features/documents.js';
export { everything } from './features/everything.js';
export { guestMode } from './features/guest-mode.js';
export { type InlineModeOptions, inlineMode } from './features/inline-mode.js';
export { links } from './features/links.js';
export { pictures } from './features/pictures.js';
export { secretary } from './features/secretary.js';
export { type StarsPlanOptions, starsPlan } from './features/stars-plan.js';
export { summaries } from './features/summaries.js';
export { translation } from './features/translation.js';
export { voice } from './features/voice.js';
export type { PrivateAIControls, PrivateAIFlavor } from './flavor.js';
export type { HookName, HookOptions } from './hooks/call-hook.js';
export type {
  AfterModel,
  BeforeModel,
  ModelHookOptions,
  ModelResult,
  Price,
  PricedRequest,
} from './hooks/model-result.js';
export { refusal } from './hooks/refusal.js';
export {
  createJobQueue,
  type JobQueue,
  type JobQueueOptions,
  type StartOptions,
} from './jobs/create-job-queue.js';
export type { Job, JobEvent, JobState, StopReason } from './jobs/job.js';
export { JOB_LIMITS, type JobLimits } from './jobs/job-limits.js';
export type { JoinKind } from './joining/piece.js';
export type { Credits, StarPayment } from './kit/credits.js';
export { explainError } from './kit/explain-error.js';
export type { AnswerOrder, FinishedAnswer, Kit, Owner, Work } from './kit/kit.js';
export type { Records } from './kit/records.js';
export type { AudioInput, KitSettings, PrivateAIOptions } from './kit/settings.js';
export { DEFAULT_LIMITS, DEFAULT_RETENTION, type Limits, type Retention } from './limits.js';
export { type AskOptions, askDocument } from './long-text/ask-document.js';
export {
  ENGLISH_WORDS,
  type LongTextOptions,
  type LongTextProgress,
  type LongTextWords,
} from './long-text/long-text-options.js';
export { createPassageIndex, type PassageIndex } from './long-text/passage-index.js';
export { planSummary, type SummaryPlan } from './long-text/plan-summary.js';
export type { SummaryLength } from './long-text/prompts.js';
export { type FoundPassage, type SearchOptions, searchPassages } from './long-text/search-passages.js';
export { type SummarizeOptions, summarizeLong } from './long-text/summarize-long.js';
export { type PrivateModelOptions, privateModel } from './model/from-cocoon.js';
export type { ModelAnswer, ModelFeature, ModelRequest, PrivateModel } from './model/private-model.js';
export { PrivateAI, privateAI } from './private-ai.js';
export { DOCUMENT_CODES, type DocumentCode } from './readers/document-failure.js';
export { DOCUMENT_LIMITS, type DocumentLimits } from './readers/document-limits.js';
export type {
  DocumentKind,
  DocumentText,
  DocumentWarning,
  DocumentWarningCode,
  PageText,
  PageUnit,
} from './readers/document-text.js';
export {
  type FetchedLink,
  type FetchLinkOptions,
  fetchLink,
  LINK_LIMITS,
  type LinkLimits,
} from './readers/fetch-link.js';
export { LINK_CODES, type LinkCode } from './readers/link/link-error.js';
export { type ReadDocumentOptions, type ReadProgress, readDocument } from './readers/read-document.js';
export { type SafeError, type SafeErrorsOptions, safeError, safeErrors } from './safe-errors.js';
export type { SetupWarning, SetupWarningCode } from './setup-warnings.js';
export type { FileReader } from './sources/file-reader.js';
export type { LinkFetcher } from './sources/link-fetcher.js';
export { memoryStorage } from './storage/memory-storage.js';
export type { StorageKey } from './storage/storage-keys.js';
export { type ChooseOutletOptions, chooseOutlet } from './streamer/choose-outlet.js';
export { type DraftOutletOptions, draftOutlet } from './streamer/draft-outlet.js';
export { type EditOutletOptions, editOutlet } from './streamer/edit-outlet.js';
export { type EphemeralOutletOptions, ephemeralOutlet } from './streamer/ephemeral-outlet.js';
export { type FinalOutletOptions, finalOutlet } from './streamer/final-outlet.js';
export { type GuestOutlet, type GuestOutletOptions, guestOutlet } from './streamer/guest-outlet.js';
export { type InlineOutletOptions, inlineOutlet } from './streamer/inline-outlet.js';
export type { Delivered, Outlet, Pace, Place, Shown } from './streamer/outlet.js';
export {
  type AnswerEnd,
  type AnswerFormat,
  type SourceTools,
  type StreamAnswerOptions,
  type StreamedAnswer,
  streamAnswer,
} from './streamer/stream-answer.js';
export {
  createMarkdownWriter,
  type MarkdownOptions,
  type MarkdownWriter,
} from './text/create-markdown-writer.js';
export { formatMarkdown } from './text/format-markdown.js';
export type { FormattedText } from './text/formatted-text.js';
export type { RichBlock } from './text/rich/rich-block.js';
export { type MessageLimits, splitMessage } from './text/split-message.js';
export { LANGUAGES, type Say, type TextKey, type Texts } from './texts/say.js';
export { badgeOf } from './verification/badge.js';
