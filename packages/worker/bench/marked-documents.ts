// How many of the sentences a person marked as important does a way of choosing find?
import { readdirSync, readFileSync } from 'node:fs';
import { createEffort } from '../src/engines/extractive/effort.js';
import { extract } from '../src/engines/extractive/extract.js';
import { splitSentences } from '../src/engines/extractive/split-sentences.js';

const folder = new URL('../fixtures/documents/', import.meta.url);

export interface MarkedDocument {
  name: string;
  text: string;
  language: string;
  /** Sentences the author wrote. */
  sentences: number;
  /** The important ones, marked while writing. */
  key: readonly string[];
}

export function readDocuments(): MarkedDocument[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.txt'))
    .sort()
    .map((file) => {
      const name = file.slice(0, -4);
      const marks: Omit<MarkedDocument, 'name' | 'text'> = JSON.parse(
        readFileSync(new URL(`${name}.json`, folder), 'utf8'),
      );
      return { ...marks, name, text: readFileSync(new URL(file, folder), 'utf8') };
    });
}

/** Marked sentences found when as many are chosen as are marked: by the engine, and by three rules without thought. */
export interface Found {
  marked: number;
  engine: number;
  /** The first sentences. */
  first: number;
  /** The longest sentences. */
  longest: number;
  /** What chance finds on average. */
  chance: number;
}

export async function countFound({ text, key }: MarkedDocument): Promise<Found> {
  const effort = createEffort(new AbortController().signal);
  const lines = await extract(
    { task: 'summarize', document: text, sentences: key.length, promptTokens: 0 },
    effort,
  );
  const all = (await splitSentences(text, effort)).map((sentence) => sentence.text);
  const hits = (chosen: readonly string[]) => chosen.filter((sentence) => key.includes(sentence)).length;
  return {
    marked: key.length,
    engine: hits(lines),
    first: hits(all.slice(0, key.length)),
    longest: hits(all.toSorted((a, b) => b.length - a.length).slice(0, key.length)),
    chance: key.length ** 2 / all.length,
  };
}
