// A key of the kit's sentences, or somebody's own words?
import { ENGLISH } from './english/index.js';
import type { Say, TextKey } from './say.js';

const isKey = (what: string): what is TextKey => Object.hasOwn(ENGLISH, what);

/** Features of others bring their own words where built-in ones name a sentence. */
export function wordsOf(what: string, say: Say): string {
  return isKey(what) ? say(what) : what;
}
