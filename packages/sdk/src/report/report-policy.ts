// Under which choices of the relying party was a report made?
import type { RoleQuotePolicy } from '../config.js';
import type { Role } from '../protocol/manifest.js';
import type { SuiteId } from '../protocol/suites.js';

export interface ReportPolicy {
  readonly suite: SuiteId;
  readonly quote: Readonly<Record<Role, RoleQuotePolicy>>;
}
