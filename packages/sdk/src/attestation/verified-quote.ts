// What does a successful verification return?
import type { QuoteClaims } from './claims.js';
import type { PolicyVerdict } from './evaluate-policy.js';

/** One passed check, for display. */
export interface QuoteCheck {
  readonly step: number;
  readonly name: string;
  readonly detail?: string | undefined;
}

/** The claims of a quote that passed every check, and the list of these checks. */
export interface VerifiedQuote extends QuoteClaims, PolicyVerdict {
  readonly checks: readonly QuoteCheck[];
}
