// Which characters may a model put on a screen? None that cannot be seen, turn text round, or carry hidden words.

/**
 * Controls other than tab and line end, bidirectional controls, zero-width and filler characters, tag characters and
 * the variation selectors that only serve to hide bytes. (Unicode general category Cf and Default_Ignorable.)
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: single code points are meant
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\u3164\uFE00-\uFE0D\uFEFF\uFFA0\uFFF0-\uFFFB\u{1BCA0}-\u{1BCA3}\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}]|\p{Cs}|\p{Co}/gu;
const LONE_SURROGATE = /\p{Cs}/gu;
/** Emoji families and some scripts need these joiners; nothing else does. */
const JOINERS = /(?:\u200C|\u200D|\uFE0E|\uFE0F)+/gu;
const JOINED_SCRIPT =
  /[\p{sc=Arab}\p{sc=Syrc}\p{sc=Mong}\p{sc=Deva}\p{sc=Beng}\p{sc=Guru}\p{sc=Gujr}\p{sc=Orya}\p{sc=Taml}\p{sc=Telu}\p{sc=Knda}\p{sc=Mlym}\p{sc=Sinh}\p{sc=Khmr}\p{sc=Mymr}]/u;
const PICTURE = /[\p{Emoji}\p{Emoji_Modifier}]/u;
const ANY_UNSEEN = /[^\n\t -~\u00A1-\u00AC\u00AE-\u02FF\u0370-\u0600\u3001-\u3020\u4E00-\u9FFF]/u;

/** The text without what cannot be seen. Line ends must be `\n` already; halves of characters become U+FFFD. */
export function cleanText(text: string): string {
  if (!ANY_UNSEEN.test(text)) return text;
  return text
    .replace(LONE_SURROGATE, '\uFFFD')
    .replace(UNSEEN, '')
    .replace(JOINERS, (run, at: number, whole: string) => keepJoiner(run, at, whole));
}

/** One variation selector after a picture, one joiner between two pictures or two letters that join. */
function keepJoiner(run: string, at: number, whole: string): string {
  const before = whole.slice(Math.max(at - 2, 0), at);
  const after = whole.slice(at + run.length, at + run.length + 2);
  const selector = /[\uFE0E\uFE0F]/.exec(run)?.[0] ?? '';
  const joiner = /[\u200C\u200D]/.exec(run)?.[0] ?? '';
  const pictures = PICTURE.test(before) || /\p{S}/u.test(before);
  const joins =
    joiner === '\u200D' && pictures && PICTURE.test(after)
      ? true
      : JOINED_SCRIPT.test(before) && JOINED_SCRIPT.test(after);
  return `${pictures ? selector : ''}${joins ? joiner : ''}`;
}
