// The proxy's money ledger: what is exported to other packages and to tests.
export type {
  AccountView,
  Balance,
  Charge,
  ChargeInput,
  CreditInput,
  EvidenceRow,
  Finish,
  GrantTerms,
  GrantView,
  Ledger,
  LedgerSums,
  LedgerTotals,
  OperationView,
  Prices,
  ReleaseInput,
  ReleaseReason,
  Reservation,
  ReserveInput,
  RevokeGrantInput,
  StatementRow,
} from './ledger.js';
export { createMemoryLedger } from './memory-ledger.js';
export { openSqliteLedger, type SqliteLedgerOptions } from './sqlite-ledger.js';
