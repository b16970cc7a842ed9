// Does the program in the README do what it says? It is run as printed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Bot, InlineKeyboard } from 'grammy';
import { expect, it } from 'vitest';
import { createTelegramEmulator } from './index.js';

it('runs the program of "Testing your bot"', async () => {
  const text = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const section = text.slice(text.indexOf('## Testing your bot'));
  const code = /^```ts\n(.*?)^```$/ms.exec(section)?.[1] ?? '';
  expect(code).toContain('createTelegramEmulator');
  const body = code.replaceAll(/^import .*$/gm, '');
  const names = { assert, Bot, InlineKeyboard, createTelegramEmulator };
  const run = new Function(...Object.keys(names), `return (async () => {${body}})();`);
  await expect(run(...Object.values(names))).resolves.toBeUndefined();
});
