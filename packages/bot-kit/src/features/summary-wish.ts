// How does a person want a summary? As the buttons under it keep it, believed only when it is that.
import type { SummaryLength } from '../long-text/prompts.js';
import { notKept, parseRecord } from './parse-record.js';

export const SUMMARY_LENGTHS = ['short', 'medium', 'sections'] as const satisfies readonly SummaryLength[];

export interface SummaryWish {
  readonly length: SummaryLength;
  /** The real names of people in forwarded messages. */
  readonly names?: boolean | undefined;
  /** They have chosen the length. */
  readonly chosen?: boolean | undefined;
  /** They have seen what it takes. */
  readonly sure?: boolean | undefined;
}

/** A wish as it was kept. @throws CocoonError `BUTTON_TOO_OLD`: it has another shape, as after an update of the bot */
export function parseSummaryWish(kept: string): SummaryWish {
  const { length: wanted, names, chosen, sure } = parseRecord(kept, 'summary');
  const length = SUMMARY_LENGTHS.find((one) => one === wanted);
  if (length !== undefined && isFlag(names) && isFlag(chosen) && isFlag(sure))
    return {
      length,
      ...(names === undefined ? {} : { names }),
      ...(chosen === undefined ? {} : { chosen }),
      ...(sure === undefined ? {} : { sure }),
    };
  throw notKept('summary');
}

const isFlag = (value: unknown): value is boolean | undefined =>
  value === undefined || typeof value === 'boolean';
