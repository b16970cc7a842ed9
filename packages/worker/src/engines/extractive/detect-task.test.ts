// Is the task found in a leading instruction, in many languages, and nowhere else?
import { describe, expect, test } from 'vitest';
import { detectTask } from './detect-task.js';

const BODY = 'First sentence of the text. Second sentence of the text.';
const ask = (text: string) => detectTask([{ role: 'user', text }]);

describe('a leading line', () => {
  test.each([
    'Summarize the following text:',
    'Please summarise this',
    'TL;DR',
    'Task: summarize',
    'Summary:',
    'Give me the key points of this text.',
    'Fasse den folgenden Text zusammen:',
    'Zusammenfassung:',
    'Résume ce texte :',
    'Fais un résumé du texte suivant',
    'Resume el siguiente texto:',
    'Haz un resumen:',
    'Сделай краткое содержание текста:',
    'Кратко:',
    '要約してください：',
    '请总结以下内容：',
    '摘要：',
    '다음 글을 요약해 주세요:',
    'لخص النص التالي:',
    'ملخص:',
  ])('accepts: %s', (line) => {
    expect(ask(`${line}\n\n${BODY}`)).toMatchObject({ task: 'summarize' });
    expect(ask(`${line}\n\n${BODY}`)?.document.trim()).toBe(BODY);
  });

  test('accepts: a colon parts the instruction from a text in the same line', () => {
    expect(ask(`Summarize: ${BODY}`)?.document.trim()).toBe(BODY);
    expect(ask(`总结：${BODY}`)?.document.trim()).toBe(BODY);
  });

  test('accepts: quote and search with the words to look for', () => {
    expect(ask(`Quote the best sentences about bridges:\n${BODY}`)).toMatchObject({
      task: 'quote',
      query: 'bridges',
    });
    expect(ask(`Find "old mill" in this text:\n${BODY}`)).toMatchObject({
      task: 'search',
      query: 'old mill',
    });
    expect(ask(`Suche nach Brücken:\n${BODY}`)).toMatchObject({ task: 'search', query: 'Brücken' });
    expect(ask(`Найди предложения о мосте:\n${BODY}`)).toMatchObject({ task: 'search', query: 'мосте' });
  });

  test('accepts: lengths', () => {
    expect(ask(`Summarize in 3 sentences:\n${BODY}`)).toMatchObject({ sentences: 3 });
    expect(ask(`Summarize in 99 sentences:\n${BODY}`)).toMatchObject({ sentences: 50 });
    expect(ask(`Fasse in 2 Sätzen zusammen:\n${BODY}`)).toMatchObject({ sentences: 2 });
    expect(ask(`Сделай резюме: кратко, 4 предложения\n${BODY}`)).toMatchObject({ sentences: 4 });
    expect(ask(`用3句话总结：\n${BODY}`)).toMatchObject({ sentences: 3 });
    expect(ask(`Summarize in at most 80 words:\n${BODY}`)).toMatchObject({ maxWords: 80 });
  });

  test.each([
    'Translate the following text into French:',
    'Summarize and translate into German:',
    'Do not summarize this:',
    'Rewrite this:',
    'Write code that can summarize:',
    'Перепиши кратко:',
    'Hello, how are you?',
    'Summary of the year 2025',
    `${'Long words '.repeat(30)}summarize:`,
  ])('rejects: %s', (line) => {
    expect(ask(`${line}\n\n${BODY}`)).toBeUndefined();
  });

  test('rejects: an instruction without a text in front of nothing', () => {
    expect(ask('Summarize this')).toBeUndefined();
    expect(ask('')).toBeUndefined();
    expect(detectTask([])).toBeUndefined();
  });
});

describe('a system message', () => {
  const system = (text: string, message = BODY) =>
    detectTask([
      { role: 'system', text },
      { role: 'user', text: message },
    ]);

  test('accepts: it decides, and the whole message is the text', () => {
    expect(system('You summarize documents in 4 sentences.')).toEqual({
      task: 'summarize',
      document: BODY,
      query: undefined,
      sentences: 4,
      maxWords: undefined,
    });
    expect(system('You summarize.', `Find "x":\n${BODY}`)).toMatchObject({
      task: 'summarize',
      document: `Find "x":\n${BODY}`,
    });
  });

  test('rejects: other work, and talk after an answer', () => {
    expect(system('Summarize and translate.')).toBeUndefined();
    expect(system('You are a friendly assistant.')).toBeUndefined();
    expect(
      detectTask([
        { role: 'system', text: 'You summarize.' },
        { role: 'user', text: BODY },
        { role: 'assistant', text: 'First sentence of the text.' },
        { role: 'user', text: 'And what does the second one mean?' },
      ]),
    ).toBeUndefined();
  });
});
