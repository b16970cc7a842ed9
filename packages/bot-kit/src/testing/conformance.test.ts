// Does the table of methods say what the types of Bot API 10.3 say? Every method, every parameter, required or not.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { parametersOf } from './api/params.js';
import { METHODS, type MethodName } from './index.js';
import { HANDLERS } from './methods/handlers.js';

const require = createRequire(createRequire(import.meta.url).resolve('grammy'));
const source = readFileSync(require.resolve('@grammyjs/types/methods.d.ts'), 'utf8').replaceAll(
  /\/\*\*.*?\*\//gs,
  '',
);

/** `name` or `name?` of every parameter, by method. Aliases of other methods are not methods of their own. */
function declaredMethods(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [, name = '', , body = ''] of source.matchAll(
    /\n {4}(\w+)\((args\??: \{(.*?)\n {4}\})?\): [^\n]*?;\n/gs,
  ))
    found.set(name, [...body.matchAll(/\n {8}(\w+\??): /g)].map(([, one = '']) => one).sort());
  return found;
}

const declared = declaredMethods();

describe('the table of methods', () => {
  it('has every method of the Bot API and no other', () => {
    expect(Object.keys(METHODS).sort()).toEqual([...declared.keys()].sort());
    expect(declared.size).toBe(185);
  });

  it.each([...declared])('%s has its parameters', (name, parameters) => {
    const ours = [...parametersOf(name as MethodName).values()].map(({ name: one, required }) =>
      required ? one : `${one}?`,
    );
    expect(ours.sort()).toEqual(parameters);
  });

  it('gives each a version of the Bot API, of 10.3 or before', () => {
    for (const [version] of Object.values(METHODS)) {
      expect(version).toMatch(/^\d{1,2}\.\d$/);
      expect(Number(version.split('.')[0])).toBeLessThanOrEqual(10);
    }
    expect(METHODS.sendMessageDraft[0]).toBe('9.3');
    expect(METHODS.answerGuestQuery[0]).toBe('10.0');
    expect(METHODS.editEphemeralMessageText[0]).toBe('10.2');
  });

  it('emulates what chat bots call', () => {
    expect(Object.keys(HANDLERS).length).toBeGreaterThanOrEqual(80);
    for (const name of Object.keys(HANDLERS)) expect(METHODS).toHaveProperty(name);
  });
});
