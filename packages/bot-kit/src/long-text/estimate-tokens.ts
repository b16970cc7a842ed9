// How many tokens is this text, about? By script, and rather too many than too few: models count each in their own way.
import type { PrivateModel } from '../model/private-model.js';

/** Characters of a token. Measured on public tokenizers; other vocabularies differ, hence the margin. */
const LETTERS_PER_TOKEN = 4;
const OTHER_SCRIPTS_PER_TOKEN = 3;
const MARKS_PER_TOKEN = 3;
const MARGIN = 1.15;

/** The model's own count where it has one. */
export function countTokens(model: Pick<PrivateModel, 'countTokens'>, text: string): number {
  return model.countTokens?.(text) ?? estimateTokens(text);
}

/** Latin letters 4 to a token, other alphabets 3, Chinese, Japanese and Korean 1, everything else 3; and 15 % more. */
export function estimateTokens(text: string): number {
  let latin = 0;
  let wide = 0;
  let other = 0;
  let marks = 0;
  for (let place = 0; place < text.length; place++) {
    const unit = text.charCodeAt(place);
    if (unit === 32 || (unit > 64 && unit < 91) || (unit > 96 && unit < 123) || (unit > 191 && unit < 592))
      latin++;
    else if (unit < 192) marks++;
    else if (unit >= 0x2e80 && unit <= 0xd7ff) wide++;
    else other++;
  }
  const tokens = latin / LETTERS_PER_TOKEN + other / OTHER_SCRIPTS_PER_TOKEN + marks / MARKS_PER_TOKEN + wide;
  return Math.ceil(tokens * MARGIN);
}
