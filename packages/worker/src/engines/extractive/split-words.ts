// Which words of a sentence carry its meaning, in any script?
import { STOP_WORDS } from './stop-words.js';

/** Inflected forms of one word mostly share their beginning; 6 letters keep German compounds and Russian stems apart. */
const STEM_LETTERS = 6;
/** Sentences are at most 1,000 units long, so this only stops a run of one-letter words. */
const MAX_WORDS = 400;

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

export interface Words {
  /** Stems of the words with meaning, in order, repeats included. */
  stems: string[];
  /** All words, small ones included. */
  count: number;
}

/** Words of one sentence; stems are only for comparing, never for showing. */
export function splitWords(sentence: string): Words {
  const stems: string[] = [];
  let count = 0;
  for (const { segment, isWordLike } of segmenter.segment(sentence)) {
    if (isWordLike !== true) continue;
    count += 1;
    if (count > MAX_WORDS) break;
    const stem = stemOf(segment);
    if (stem !== undefined) stems.push(stem);
  }
  return { stems, count };
}

function stemOf(word: string): string | undefined {
  const plain = word.normalize('NFKC').toLowerCase().replace(/[’']/g, "'");
  const bare = plain.replace(/^(?:[ldcnsmtj]|qu)'/, '').replace(/[\u064b-\u0652\u0640]/g, '');
  if (STOP_WORDS.has(bare)) return undefined;
  if (/^[\u0600-\u06ff]/.test(bare)) return stemArabic(bare);
  const letters = [...bare];
  // One letter means something only where one character is a word.
  if (letters.length === 1 && !/[\p{Script=Han}\p{Number}]/u.test(bare)) return undefined;
  return letters.slice(0, STEM_LETTERS).join('');
}

/** Article and particles are written onto Arabic words; so are the common endings. */
function stemArabic(word: string): string | undefined {
  const stem = word
    .replace(/[أإآ]/g, 'ا')
    .replace(/^[وف]?(?:[بك]?ال|لل)(?=..)/, '')
    .replace(/(?<=...)(?:ات|ون|ين|ها|هم|ة|ه)$/, '');
  return stem.length < 2 || STOP_WORDS.has(stem) ? undefined : stem;
}
