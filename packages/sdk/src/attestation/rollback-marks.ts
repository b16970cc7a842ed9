// Which collateral is older than what was already seen? Intel's documents stay valid for 30 days, so a choice among valid ones remains.
import { parseAs } from './fail.js';
import { expectFormat } from './format/cursor.js';
import { asObject, integerField } from './format/json.js';

/** The newest of one kind of document: tcbEvaluationDataNumber or CRL number, and its date in milliseconds since 1970. */
export interface RollbackMark {
  readonly number: number;
  readonly issuedAt: number;
}

/** Plain JSON by kind: `tcb <FMSPC>`, `qe`, `crl <issuer>`; those of simulated machines begin with `simulated`. */
export type RollbackMarks = Readonly<Record<string, RollbackMark>>;

/** Older by number or by date; `toleranceMs` forgives both as far as the date lies within it. */
export function isRolledBack(mark: RollbackMark, newest: RollbackMark, toleranceMs: number): boolean {
  const older = mark.number < newest.number || mark.issuedAt < newest.issuedAt;
  return older && (toleranceMs === 0 || mark.issuedAt < newest.issuedAt - toleranceMs);
}

/** Reads marks that were kept outside; a broken file must not silently protect less. @throws CocoonError `ATTESTATION_OPTIONS` */
export function checkMarks(marks: unknown, most: number): RollbackMarks {
  return parseAs('OPTIONS', 'marks', () => {
    const entries = Object.entries(asObject(marks, 'marks'));
    expectFormat(entries.length <= most, 'too many');
    return Object.fromEntries(entries.map(([name, mark]) => [name, checkMark(mark)]));
  });
}

function checkMark(mark: unknown): RollbackMark {
  const fields = asObject(mark, 'mark');
  const read = (name: keyof RollbackMark) => integerField(fields, name, Number.MAX_SAFE_INTEGER);
  return { number: read('number'), issuedAt: read('issuedAt') };
}
