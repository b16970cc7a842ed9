// Does a long or hostile text stay bounded in work, fair to others, and can it be stopped?
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../engine.js';
import { createExtractiveEngine } from './create-extractive-engine.js';
import { createEffort } from './effort.js';
import { extract } from './extract.js';
import { MAX_SENTENCE_UNITS, splitSentences } from './split-sentences.js';

const engine = createExtractiveEngine({ now: () => new Date(0) });

function start(document: string, signal: AbortSignal): AsyncIterator<EngineEvent> {
  const request = { messages: [{ role: 'user', content: document }], cocoonkit: { task: 'summarize' } };
  return engine
    .run({ operation: 'chat.completions', request, maxOutputTokens: 1000 }, { signal })
    [Symbol.asyncIterator]();
}

/** A book without meaning: words that come back as often as in real texts, from a fixed sequence. */
function book(units: number): string {
  let state = 1;
  const random = () => {
    state = (state * 1103515245 + 12345) % 0x80000000;
    return state / 0x80000000;
  };
  const parts: string[] = [];
  for (let length = 0; length < units; ) {
    const words = Array.from({ length: 8 + Math.floor(random() * 20) }, () => {
      const rank = Math.floor(Math.exp(random() * 9));
      return `w${rank.toString(36)}o${(rank * 7919).toString(36)}`;
    });
    const sentence = `The ${words.join(' ')}. ${random() < 0.1 ? '\n\n' : ''}`;
    parts.push(sentence);
    length += sentence.length;
  }
  return parts.join('');
}

async function workOf(document: string): Promise<number> {
  const effort = createEffort(new AbortController().signal);
  const lines = await extract({ task: 'summarize', document, promptTokens: 0 }, effort);
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(document).toContain(line);
  return effort.spent;
}

const PAGES_100 = book(300_000);

describe('work grows with the text, not with its square', () => {
  test.each<[string, (sentences: number) => string]>([
    ['an ordinary book', (sentences) => book(sentences * 125)],
    [
      'sentences that all share all words',
      (n) => 'The same eight words come back here again today. '.repeat(n),
    ],
    [
      'sentences that differ in one word',
      (n) => Array.from({ length: n }, (_, i) => `Seven common words stand here before x${i}.`).join(' '),
    ],
    ['initials without end', (n) => 'A. '.repeat(n * 20)],
    ['no sentence end at all', (n) => 'word '.repeat(n * 12)],
    ['no space at all', (n) => 'x'.repeat(n * 60)],
    ['short lines', (n) => 'ab cd ef gh\n'.repeat(n)],
  ])('%s', async (_, make) => {
    const small = await workOf(make(1500));
    const large = await workOf(make(6000));
    expect(large / small).toBeLessThan(6);
    expect(large).toBeLessThan(6_000_000);
  });

  test('100 pages complete', async () => {
    expect(await workOf(PAGES_100)).toBeLessThan(6_000_000);
  });

  test('rejects: more lines than a book has', async () => {
    await expect(workOf('a\n'.repeat(100_001))).rejects.toMatchObject({ code: 'CONTEXT_OVERFLOW' });
  });

  test('no sentence is longer than the limit, and pairs of surrogates stay together', async () => {
    const effort = createEffort(new AbortController().signal);
    for (const text of [
      '😀'.repeat(9000),
      `a${'😀'.repeat(9000)}`,
      'word '.repeat(9000),
      `${'x'.repeat(8191)}😀. End.`,
    ]) {
      const sentences = await splitSentences(text, effort);
      for (const { text: sentence } of sentences) {
        expect(sentence.length).toBeLessThanOrEqual(MAX_SENTENCE_UNITS);
        expect(sentence).not.toMatch(/\p{Surrogate}/u);
      }
      expect(
        sentences
          .map((sentence) => sentence.text)
          .join('')
          .replaceAll(' ', ''),
      ).toBe(text.replaceAll(' ', ''));
    }
  });
});

describe('long work', () => {
  test('lets the event loop run', async () => {
    let turns = 0;
    let done = false;
    const others = (async () => {
      while (!done) {
        await nextTurn();
        turns += 1;
      }
    })();
    await workOf(PAGES_100);
    done = true;
    await others;
    expect(turns).toBeGreaterThan(20);
  });

  test('stops when it is aborted in the middle', async () => {
    const controller = new AbortController();
    const first = start(PAGES_100, controller.signal).next();
    setImmediate(() => controller.abort());
    await expect(first).rejects.toMatchObject({ kind: 'aborted', code: 'ABORTED' });
  });

  test('an abort leaves most of the work undone', async () => {
    const controller = new AbortController();
    const effort = createEffort(controller.signal);
    const work = extract({ task: 'summarize', document: PAGES_100, promptTokens: 0 }, effort);
    setImmediate(() => controller.abort());
    await expect(work).rejects.toMatchObject({ kind: 'aborted', code: 'ABORTED' });
    expect(effort.spent).toBeLessThan(50_000);
  });

  test('stops when it is aborted before and between chunks', async () => {
    await expect(start('One.', AbortSignal.abort()).next()).rejects.toMatchObject({ code: 'ABORTED' });
    const controller = new AbortController();
    const events = start('One sentence is here. Another one is there. A third follows.', controller.signal);
    expect(await events.next()).toMatchObject({ done: false });
    controller.abort();
    await expect(events.next()).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
