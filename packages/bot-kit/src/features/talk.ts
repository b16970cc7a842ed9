// How are forwarded messages read without telling the model who wrote them? People have letters; names only when asked for.
import type { DocumentText } from '../readers/document-text.js';

export interface Talk {
  /** As Telegram shows them; a message names its own by place. */
  readonly speakers: readonly string[];
  readonly messages: readonly { readonly speaker: number; readonly text: string }[];
}

/** `person` says what a letter is called: `Person A`. One message of one person stands alone. */
export function talkText(talk: Talk, person: (letter: string) => string, withNames: boolean): string {
  const { speakers, messages } = talk;
  const nameOf = (speaker: number) =>
    withNames ? oneLine(speakers[speaker] ?? '') : person(letterOf(speaker));
  if (messages.length === 1 && !withNames) return messages[0]?.text ?? '';
  return messages.map(({ speaker, text }) => `${nameOf(speaker)}: ${text}`).join('\n\n');
}

export const talkDocument = (text: string): DocumentText => ({
  kind: 'text',
  unit: 'none',
  pages: [{ number: 1, text }],
  warnings: [],
});

/** A, B, … Z, AA, AB, … */
export function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : letterOf(Math.floor(index / 26) - 1) + letter;
}

/** A name cannot begin a line of its own. */
const oneLine = (name: string): string => name.replace(/\s+/g, ' ').trim();
