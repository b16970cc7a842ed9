// What can be wrong with a machine before it says anything? The same for proxies and workers.
import type { SimulatedMachineOptions } from '../simulated-machine.js';

export interface Defective {
  readonly code: string;
  readonly options: Partial<SimulatedMachineOptions>;
}

const OLD_SECONDS = 3 * 3600;

/** Code of the check that must find it, and how to make such a machine. */
export const machineDefects = {
  code: { code: 'ATTESTATION_MEASUREMENT', options: { variant: 'v2' } },
  stolenQuote: {
    code: 'ATTESTATION_REPORT_DATA',
    options: { faults: { reportData: new Uint8Array(64) } },
  },
  forgedQuote: {
    code: 'ATTESTATION_QUOTE_SIG',
    options: { faults: { quote: { breakQuoteSignature: true } } },
  },
  oldBlock: {
    code: 'EVIDENCE_STALE',
    options: {
      edit: (m) => ({ ...m, beacon: { ...m.beacon, utime: m.beacon.utime - OLD_SECONDS } }),
    },
  },
  unknownBlock: {
    code: 'BEACON_UNKNOWN',
    options: { edit: (m) => ({ ...m, beacon: { ...m.beacon, rootHash: new Uint8Array(32) } }) },
  },
  expired: {
    code: 'MANIFEST_EXPIRED',
    options: { edit: (m) => ({ ...m, notBefore: m.notBefore - 7200, notAfter: m.notBefore - 3600 }) },
  },
  longLife: { code: 'MANIFEST_LIFE', options: { lifeSeconds: 90_000 } },
  oneKey: {
    code: 'MANIFEST_KEYS',
    options: { edit: (m) => ({ ...m, signingPublicKey: m.kemPublicKey.subarray(1184) }) },
  },
  network: {
    code: 'MANIFEST_NETWORK',
    options: { edit: (m) => ({ ...m, network: `local:${'0'.repeat(32)}` }) },
  },
} as const satisfies Record<string, Defective>;

export type MachineDefect = keyof typeof machineDefects;
