// How much work is a summary of this document, before anything is sent?
import type { PrivateModel } from '../model/private-model.js';
import type { DocumentText } from '../readers/document-text.js';
import { chunkDocument, markedText } from './chunk-document.js';
import { countTokens } from './estimate-tokens.js';
import { summarySizes } from './summary-sizes.js';

export interface SummaryPlan {
  /** Parts the document is read in; 1 when it fits into one call. */
  readonly parts: number;
  /** Tokens of the document: about what reading it costs, before notes and answer. */
  readonly tokens: number;
}

/** For asking first when a document is long. Estimates where the model has no counter of its own. */
export function planSummary({
  model,
  document,
}: {
  model: PrivateModel;
  document: DocumentText;
}): SummaryPlan {
  const count = (text: string): number => countTokens(model, text);
  const tokens = count(markedText(document.pages, document.unit));
  const { whole, part } = summarySizes(model);
  return { parts: tokens <= whole ? 1 : chunkDocument(document, part, count).length, tokens };
}
