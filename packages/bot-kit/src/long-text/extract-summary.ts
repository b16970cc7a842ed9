// How does a model that only picks sentences summarize a document? Sentences of the document, word for word, with their pages.
import { pageMark } from '../readers/document-text.js';
import { answerEmpty } from './answer-empty.js';
import { isFinal } from './ask-model.js';
import { type Chunk, chunkDocument } from './chunk-document.js';
import { countTokens } from './estimate-tokens.js';
import { extractSentences, type FoundSentence } from './extract-sentences.js';
import { lacksFeature } from './lacks-feature.js';
import { notRead } from './long-text-options.js';
import { plainMarkdown } from './plain-markdown.js';
import type { SummarizeOptions } from './summarize-long.js';
import { summarySizes } from './summary-sizes.js';

const SENTENCES = { short: 5, medium: 10, sections: 2 } as const;
const WORDS_PER_SENTENCE = 60;
const SECTIONS = 8;

/** @throws CocoonError as `summarizeLong` */
export async function* extractSummary(options: SummarizeOptions): AsyncGenerator<string> {
  const { model, document, length, onProgress } = options;
  if (!model.features.has('summarize')) throw lacksFeature('summarize');
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const count = (text: string): number => countTokens(model, text);
  const most = summarySizes(model).part;
  const total = document.pages.reduce((sum, { text }) => sum + count(text), 0);
  const parts = chunkDocument(
    document,
    length === 'sections' ? Math.min(most, Math.ceil(total / SECTIONS)) : most,
    count,
  );
  const each =
    length === 'sections' ? SENTENCES.sections : Math.max(1, Math.ceil(SENTENCES[length] / parts.length));
  const failed: Chunk[] = [];
  let isEmpty = true;
  let last: unknown;
  try {
    for (const [index, part] of parts.entries()) {
      const { pages, from, to } = part;
      onProgress?.({ stage: 'reading', done: index, of: parts.length });
      const extract = { task: 'summarize', sentences: each, maxWords: each * WORDS_PER_SENTENCE } as const;
      let sentences: FoundSentence[] = [];
      try {
        const asking = { model, signal, onAnswer: options.onAnswer };
        sentences = await extractSentences(asking, { document, pages, extract });
      } catch (cause) {
        if (isFinal(cause) || signal.aborted) throw cause;
        last = cause;
        failed.push(part);
      }
      if (sentences.length === 0) continue;
      if (isEmpty) onProgress?.({ stage: 'writing' });
      isEmpty = false;
      const marks = pageMark(document.unit, from, to);
      if (length === 'sections' && marks !== '') yield `**${marks}**\n`;
      for (const { text, page } of sentences) {
        const mark = pageMark(document.unit, page);
        yield `- ${plainMarkdown(text)}${mark === '' ? '' : ` (${mark})`}\n`;
      }
      if (length === 'sections') yield '\n';
    }
    if (isEmpty) throw last ?? answerEmpty();
    if (failed.length > 0) yield `\n${notRead(options, failed)}`;
  } finally {
    stop.abort();
  }
}
