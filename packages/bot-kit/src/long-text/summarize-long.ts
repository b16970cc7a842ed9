// What does this document say, in short? The way depends on what the model can do and on how long the document is.
import { extractSummary } from './extract-summary.js';
import type { LongTextOptions } from './long-text-options.js';
import type { SummaryLength } from './prompts.js';
import { writeSummary } from './write-summary.js';

export interface SummarizeOptions extends LongTextOptions {
  /** `short`: 5 points; `medium`: a paragraph and points; `sections`: points for every section. */
  readonly length: SummaryLength;
}

/**
 * Yields a Markdown summary as it is written, with page marks such as `(p. 12)` that name pages the statement was made from.
 * A document that does not fit into one call is read in parts; parts that could not be read are named at the end. Ending the
 * iteration early stops all calls.
 *
 * @throws CocoonError what the model throws; kind `aborted` when the signal fires; `MODEL_LACKS_FEATURE`
 */
export function summarizeLong(options: SummarizeOptions): AsyncGenerator<string> {
  return options.model.features.has('chat') ? writeSummary(options) : extractSummary(options);
}
