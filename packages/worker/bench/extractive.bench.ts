// How well and how fast does the extractive engine choose sentences?
import { createExtractiveEngine } from '../src/engines/extractive/create-extractive-engine.js';
import { countTokens } from '../src/engines/extractive/tokenizer.js';
import { countFound, type Found, readDocuments } from './marked-documents.js';

interface Row {
  name: string;
  value: number;
  unit?: string;
  target?: string;
}

const PAGES_100 = 300_000;

export async function run(): Promise<Row[]> {
  return [...(await measureQuality()), ...(await measureSpeed())];
}

async function measureQuality(): Promise<Row[]> {
  const results: { language: string; found: Found }[] = [];
  for (const document of readDocuments()) {
    results.push({ language: document.language, found: await countFound(document) });
  }
  const total = (pick: (found: Found) => number, language?: string) =>
    results
      .filter((result) => language === undefined || result.language === language)
      .reduce((sum, { found }) => sum + pick(found), 0);
  const engine = total((found) => found.engine);
  const marked = total((found) => found.marked);
  return [
    { name: 'marked sentences', value: marked },
    { name: 'found by the engine', value: engine },
    { name: 'found by the first sentences', value: total((found) => found.first) },
    { name: 'found by the longest sentences', value: total((found) => found.longest) },
    { name: 'found by chance', value: total((found) => found.chance) },
    {
      name: 'engine against first',
      value: engine / total((found) => found.first),
      unit: 'x',
      target: '>= 1.3',
    },
    { name: 'engine against longest', value: engine / total((found) => found.longest), unit: 'x' },
    ...[...new Set(results.map(({ language }) => language))].map((language) => ({
      name: `share of marked sentences found, ${language}`,
      value: total((found) => found.engine, language) / total((found) => found.marked, language),
    })),
  ];
}

async function measureSpeed(): Promise<Row[]> {
  const engine = createExtractiveEngine();
  const document = hundredPages();
  await summarize(engine, document.slice(0, 20_000));
  const times: number[] = [];
  for (let round = 0; round < 3; round++) times.push(await summarize(engine, document));
  const start = performance.now();
  countTokens(document);
  return [
    {
      name: '100 pages (300,000 characters), median of 3',
      value: times.sort((a, b) => a - b)[1] ?? 0,
      unit: 'ms',
      target: '<= 2000',
    },
    { name: 'counting the tokens of 100 pages', value: performance.now() - start, unit: 'ms' },
  ];
}

async function summarize(
  engine: ReturnType<typeof createExtractiveEngine>,
  document: string,
): Promise<number> {
  const request = { messages: [{ role: 'user', content: document }], cocoonkit: { task: 'summarize' } };
  const { signal } = new AbortController();
  const start = performance.now();
  for await (const _ of engine.run(
    { operation: 'chat.completions', request, maxOutputTokens: 10_000 },
    { signal },
  ));
  return performance.now() - start;
}

/** The own documents, with other endings on every round so that the vocabulary grows like a book's. */
function hundredPages(): string {
  const documents = readDocuments().map(({ text }) => text);
  const parts: string[] = [];
  for (let round = 0, length = 0; length < PAGES_100; round++) {
    for (const text of documents) {
      const changed = text.replace(/(\p{L}{4})(?=\p{L})/gu, (word, _, place: number) =>
        (place + round) % 3 === 0 ? `${word}${round.toString(36)}` : word,
      );
      parts.push(changed);
      length += changed.length;
    }
  }
  return parts.join('\n\n').slice(0, PAGES_100);
}
