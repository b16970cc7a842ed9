// Does the ranking find the sentences a person marked, better than rules without thought do?
import { describe, expect, test } from 'vitest';
import { countFound, type Found, readDocuments } from '../../../bench/marked-documents.js';
import { createEffort } from './effort.js';
import { splitSentences } from './split-sentences.js';

const documents = readDocuments();

describe('own documents in eight languages', () => {
  test('there are three a language, split into the sentences their author wrote', async () => {
    expect(documents).toHaveLength(24);
    expect(new Set(documents.map(({ language }) => language)).size).toBe(8);
    for (const { name, text, sentences, key } of documents) {
      const split = await splitSentences(text, createEffort(new AbortController().signal));
      expect([name, split.length]).toEqual([name, sentences]);
      for (const marked of key) expect(split.map((sentence) => sentence.text)).toContain(marked);
    }
  });

  test('at least 1.3 times as many marked sentences are found as by taking the first or the longest', async () => {
    const results: Found[] = [];
    for (const document of documents) results.push(await countFound(document));
    const total = (pick: (found: Found) => number) => results.reduce((sum, found) => sum + pick(found), 0);
    const engine = total(({ engine }) => engine);
    expect(engine / total(({ first }) => first)).toBeGreaterThanOrEqual(1.3);
    expect(engine / total(({ longest }) => longest)).toBeGreaterThanOrEqual(1.3);
  });
});
