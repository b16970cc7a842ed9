// How does a model that only picks sentences summarize a document? Sentences of the document, word for word, with their pages.
import { pageMark } from '../readers/document-text.js';
import { answerEmpty } from './answer-empty.js';
import { chunkDocument } from './chunk-document.js';
import { countTokens } from './estimate-tokens.js';
import { extractSentences } from './extract-sentences.js';
import { lacksFeature } from './lacks-feature.js';
import { plainMarkdown } from './plain-markdown.js';
import type { SummarizeOptions } from './summarize-long.js';

const SENTENCES = { short: 5, medium: 10, sections: 2 } as const;
const WORDS_PER_SENTENCE = 60;
const SECTIONS = 8;
const PROMPT_SHARE = 0.6;
/** Longer texts go in several requests, so that there is progress to show. */
const REQUEST_TOKENS_MAX = 200_000;

/** @throws CocoonError as `summarizeLong` */
export async function* extractSummary(options: SummarizeOptions): AsyncGenerator<string> {
  const { model, document, length, onProgress } = options;
  if (!model.features.has('summarize')) throw lacksFeature('summarize');
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const count = (text: string): number => countTokens(model, text);
  const most = Math.min(REQUEST_TOKENS_MAX, Math.floor(model.contextTokens * PROMPT_SHARE));
  const total = document.pages.reduce((sum, { text }) => sum + count(text), 0);
  const parts = chunkDocument(
    document,
    length === 'sections' ? Math.min(most, Math.ceil(total / SECTIONS)) : most,
    count,
  );
  const each =
    length === 'sections' ? SENTENCES.sections : Math.max(1, Math.ceil(SENTENCES[length] / parts.length));
  let isEmpty = true;
  try {
    for (const [index, { pages, from, to }] of parts.entries()) {
      onProgress?.({ stage: 'reading', done: index, of: parts.length });
      const extract = { task: 'summarize', sentences: each, maxWords: each * WORDS_PER_SENTENCE } as const;
      const sentences = await extractSentences(
        { model, signal, onAnswer: options.onAnswer },
        { document, pages, extract },
      );
      if (index === 0) onProgress?.({ stage: 'writing' });
      const marks = pageMark(document.unit, from, to);
      if (length === 'sections' && marks !== '' && sentences.length > 0) yield `**${marks}**\n`;
      for (const { text, page } of sentences) {
        isEmpty = false;
        const mark = pageMark(document.unit, page);
        yield `- ${plainMarkdown(text)}${mark === '' ? '' : ` (${mark})`}\n`;
      }
      if (length === 'sections' && sentences.length > 0) yield '\n';
    }
    if (isEmpty) throw answerEmpty();
  } finally {
    stop.abort();
  }
}
