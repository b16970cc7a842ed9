// What can a person do about a rejected quote?
import type { CocoonError } from '../errors.js';

/** First match wins; other codes give the error's own remedy. */
const ADVICE: readonly [RegExp, string][] = [
  [
    /_(CRL|COLLATERAL)_EXPIRED$/,
    'Fetch newer collateral, or pass --at with the time at which the quote was used.',
  ],
  [/_NOT_YET_VALID$/, 'Check the clock, or pass --at with a time at which the collateral was valid.'],
  [
    /_UNTRUSTED_ROOT$/,
    'This is not Intel’s chain. For a simulated quote pass its root with --anchor; otherwise refuse the machine.',
  ],
  [
    /_TCB_STATUS$/,
    'Ask the operator to update the firmware, or allow this status in tcbStatuses of --policy.',
  ],
  [
    /_SEPT_VE_DISABLE$/,
    'Refuse the machine, or set requireSeptVeDisable to false in --policy (older Azure machines).',
  ],
  [/_TD_DEBUG$/, 'Refuse the machine: its host can read everything in it.'],
  [/_SERVICE_TD$/, 'Refuse the machine, or set allowServiceTd to true in --policy.'],
  [/_(MEASUREMENT|REPORT_DATA|MACHINE)$/, 'Refuse the machine, or correct the values in --policy.'],
  [/_FMSPC_MISMATCH$/, 'Fetch the collateral of this machine’s own FMSPC.'],
  [
    /_(QUOTE|QUOTE_VERSION|TEE_TYPE)$/,
    'Pass a TDX quote, version 4 or 5: binary, hex, base64, or JSON with a member "quote".',
  ],
  [/_COLLATERAL_FORMAT$|_CRL_MISSING$/, 'Pass complete Intel collateral; the README lists the formats.'],
];

export function adviceFor({ code, remedy }: CocoonError): string[] {
  const found = ADVICE.find(([pattern]) => pattern.test(code));
  return [found?.[1] ?? remedy.replace(/^Nothing was sent\. /, '')];
}
