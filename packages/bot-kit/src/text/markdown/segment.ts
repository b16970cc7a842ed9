// What does inline Markdown become before it is a message? Runs of text, each with its styles.

/** Styles as bits: a run carries several at once. */
export const BOLD = 1;
export const ITALIC = 2;
export const STRIKE = 4;
export const CODE = 8;

export interface Segment {
  readonly text: string;
  readonly styles: number;
  /** A link that passed the policy. Never together with CODE. */
  readonly url?: string | undefined;
}
