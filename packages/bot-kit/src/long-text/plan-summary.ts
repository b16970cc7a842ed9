// How much work is a summary of this document, before anything is sent?
import type { PrivateModel } from '../model/private-model.js';
import type { DocumentText } from '../readers/document-text.js';
import { chunkDocument, markedText } from './chunk-document.js';
import { countTokens } from './estimate-tokens.js';
import { summarySizes } from './summary-sizes.js';

/** About what one note and one answer have, and the orders around a part. */
const NOTE_TOKENS = 400;
const ANSWER_TOKENS = 700;
const ORDER_TOKENS = 200;

export interface SummaryPlan {
  /** Parts the document is read in; 1 when it fits into one call. */
  readonly parts: number;
  /** Tokens of the document: about what reading it costs, before notes and answer. */
  readonly tokens: number;
  /** nanoTON, about, with notes and answer; absent when the model's price is not known. */
  readonly cost?: bigint | undefined;
}

function costOf({ price }: PrivateModel, prompt: number, completion: number): bigint | undefined {
  if (price === undefined) return undefined;
  const { promptPerMillion, completionPerMillion } = price;
  return (BigInt(prompt) * promptPerMillion + BigInt(completion) * completionPerMillion) / 1_000_000n;
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
  const parts = tokens <= whole ? 1 : chunkDocument(document, part, count).length;
  const notes = parts === 1 || !model.features.has('chat') ? 0 : parts * NOTE_TOKENS;
  const read = tokens + notes + parts * ORDER_TOKENS;
  return { parts, tokens, cost: costOf(model, read, notes + ANSWER_TOKENS) };
}
