// Which characters of a JSON text are the value of one member, exactly as they were signed?
import { expectFormat } from '../format/cursor.js';

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]]/g;

/**
 * Cuts the object that is member `name` of the outermost object out of a text that `parseJson` has accepted: no duplicate
 * keys, so there is one such member, whatever other strings look like. Writing the parsed value again would change signed bytes.
 */
export function cutObject(text: string, name: string): string {
  let depth = 0;
  let start: number | undefined;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      depth++;
    } else if (token === '}' || token === ']') {
      depth--;
      if (start !== undefined && depth === 1) return text.slice(start, index + 1);
    } else if (depth === 1 && start === undefined && JSON.parse(token) === name) {
      const value = /\s*:\s*(?=\{)/y;
      value.lastIndex = index + token.length;
      // Without a colon it is a string value that reads like the name.
      if (value.test(text)) start = value.lastIndex;
    }
  }
  expectFormat(false, `${name} is no object`);
}
