// What does the kit tell its operator? Numbers and codes; never text, names or ids of anybody.

import type { HookName } from './hooks/call-hook.js';
import type { SetupWarning } from './setup-warnings.js';

export type KitEvent =
  | { readonly type: 'job-started'; readonly feature: string; readonly waitedMs: number }
  | {
      readonly type: 'job-ended';
      readonly feature: string;
      readonly outcome: 'done' | 'stopped' | 'failed';
      readonly ms: number;
      readonly tokens: number;
      /** nanoTON, from verified receipts. */
      readonly cost: bigint;
      readonly calls: number;
      readonly code?: string | undefined;
      readonly simulated: boolean;
    }
  | { readonly type: 'refused'; readonly feature: string; readonly code: string }
  | { readonly type: 'verified'; readonly simulated: boolean }
  | { readonly type: 'not-verified'; readonly code: string }
  | { readonly type: 'record-unreadable'; readonly count: number }
  /** What an answer was doing could not be written down; it went on. */
  | { readonly type: 'journal-failed'; readonly code: string }
  /** Work of a process that died: done again, sent on, or given up and the person told. */
  | { readonly type: 'recovered'; readonly how: 'again' | 'sent' | 'told' }
  | { readonly type: 'forgotten'; readonly records: number }
  /** The operator's own code threw or took too long. */
  | { readonly type: 'hook-failed'; readonly hook: HookName; readonly code: string }
  /** What will not work as the bot is set up. */
  | ({ readonly type: 'setup-warning' } & SetupWarning);
