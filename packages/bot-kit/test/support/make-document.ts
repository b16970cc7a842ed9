// A document as readers make it, from page texts.
import type { DocumentText, PageUnit } from '../../src/readers/document-text.js';

export function makeDocument(texts: readonly string[], unit: PageUnit = 'page'): DocumentText {
  return {
    kind: unit === 'none' ? 'text' : 'pdf',
    unit,
    pages: texts.map((text, index) => ({ number: index + 1, text })),
    warnings: [],
  };
}

/** Pages of paragraphs that all differ, `words` words each page. */
export function makePages(pages: number, words: number): string[] {
  return Array.from({ length: pages }, (_, page) => {
    const sentences: string[] = [];
    for (let word = 0; word < words; word += 10) {
      sentences.push(
        `On page ${page + 1} clause ${word} says that party ${page * 7 + word} pays on day ${word}.`,
      );
    }
    const middle = Math.ceil(sentences.length / 2);
    return [sentences.slice(0, middle).join(' '), sentences.slice(middle).join(' ')].join('\n\n');
  });
}

export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}
