// What can a proxy's operator do, whose code is not what it should be or who controls everything around it?
import { decodeCore, encodeCore } from '../../protocol/core.js';
import type { Roster } from '../../protocol/roster.js';
import { flipRecord, swapEvidence } from '../memory-faults.js';
import { type Fault, faultsOf } from './fault.js';
import { type MachineDefect, machineDefects } from './machine-defects.js';

function roster(change: (roster: Roster) => Roster): Pick<Fault, 'charged' | 'turnOn'> {
  return {
    charged: false,
    turnOn: ({ faults }) => {
      faults.rosterClaims = change;
    },
  };
}

function refusing(code: string): Pick<Fault, 'charged' | 'turnOn'> {
  return {
    charged: false,
    turnOn: ({ faults }) => {
      faults.refusals = Array.from({ length: 50 }, () => ({ code }));
    },
  };
}

function machine(defect: MachineDefect): Pick<Fault, 'code' | 'charged' | 'machines'> {
  const { code, options } = machineDefects[defect];
  return { code, charged: false, machines: { proxy: options } };
}

export const PROXY_FAULTS = faultsOf('proxy', [
  {
    name: 'proxy-unknown-code',
    what: 'The proxy runs code the registry does not allow.',
    ...machine('code'),
  },
  {
    name: 'proxy-stolen-quote',
    what: 'The proxy shows a genuine quote that was made for other keys.',
    ...machine('stolenQuote'),
  },
  { name: 'proxy-forged-quote', what: 'The proxy’s quote is not signed.', ...machine('forgedQuote') },
  { name: 'proxy-old-quote', what: 'The proxy’s quote is over an old block.', ...machine('oldBlock') },
  {
    name: 'proxy-unknown-block',
    what: 'The proxy’s quote is over a block that nobody else knows.',
    ...machine('unknownBlock'),
  },
  { name: 'proxy-expired-keys', what: 'The proxy’s keys are past their end.', ...machine('expired') },
  { name: 'proxy-keys-for-days', what: 'The proxy’s keys live too long.', ...machine('longLife') },
  { name: 'proxy-one-key-for-all', what: 'The proxy signs with its sealing key.', ...machine('oneKey') },
  { name: 'proxy-of-another-network', what: 'The proxy is of another network.', ...machine('network') },
  {
    name: 'proxy-is-a-worker',
    what: 'A worker poses as the proxy.',
    code: 'MANIFEST_ROLE',
    charged: false,
    turnOn: ({ faults, workers }) => {
      faults.proxyEvidence = (bundle) => swapEvidence(bundle, (own) => workers[0]?.machine.evidence ?? own);
    },
  },
  {
    name: 'roster-altered',
    what: 'The list of workers is changed after it was signed.',
    code: 'ROSTER_SIGNATURE',
    charged: false,
    turnOn: ({ faults }) => {
      faults.roster = (answer) => ({ ...answer, roster: flipRecord(answer.roster) });
    },
  },
  {
    name: 'roster-page-altered',
    what: 'A page is not the one the signed list names: one client is shown other workers.',
    code: 'ROSTER_PAGE_UNKNOWN',
    charged: false,
    turnOn: ({ faults }) => {
      faults.roster = (answer) => ({ ...answer, pages: answer.pages.map((page) => flipRecord(page)) });
    },
  },
  {
    name: 'roster-old',
    what: 'The signed list of workers is an old one.',
    code: 'ROSTER_EXPIRED',
    ...roster((one) => ({ ...one, epoch: one.epoch - 600, validUntil: one.validUntil - 600 })),
  },
  {
    name: 'roster-for-hours',
    what: 'The signed list of workers claims to hold for an hour.',
    code: 'ROSTER_EXPIRED',
    ...roster((one) => ({ ...one, validUntil: one.epoch + 3600 })),
  },
  {
    name: 'roster-of-another-proxy',
    what: 'The signed list of workers names another proxy.',
    code: 'ROSTER_WRONG_PROXY',
    ...roster((one) => ({ ...one, proxyDigest: new Uint8Array(32) })),
  },
  {
    name: 'roster-of-another-model',
    what: 'The signed list of workers is for another model.',
    code: 'ROSTER_WRONG_MODEL',
    ...roster((one) => ({ ...one, model: 'cheaper-model' })),
  },
  {
    name: 'evidence-of-another-machine',
    what: 'Asked for one worker’s evidence, the proxy sends its own.',
    code: 'NO_VERIFIED_WORKER',
    cause: 'EVIDENCE_MISSING',
    charged: false,
    turnOn: (network) => {
      network.faults.evidence = (bundle) => swapEvidence(bundle, () => network.proxy.evidence);
    },
  },
  {
    name: 'worker-evidence-withheld',
    what: 'The proxy keeps the evidence of its workers back.',
    code: 'NO_VERIFIED_WORKER',
    cause: 'EVIDENCE_MISSING',
    charged: false,
    turnOn: ({ faults }) => {
      faults.evidence = () => ({ machines: [], collaterals: [] });
    },
  },
  {
    name: 'reselect-for-ever',
    what: 'The proxy refuses every choice of workers, to wait for the one it likes.',
    code: 'RESELECT',
    ...refusing('RESELECT'),
  },
  {
    name: 'funds-denied',
    what: 'The proxy says that the account has no money.',
    code: 'INSUFFICIENT_FUNDS',
    ...refusing('INSUFFICIENT_FUNDS'),
  },
  {
    name: 'unheard-of-refusal',
    what: 'The proxy refuses with a code that no specification has.',
    code: 'NO_SUCH_CODE',
    ...refusing('NO_SUCH_CODE'),
  },
  {
    name: 'core-edited',
    what: 'The proxy raises the caps of the request before it hands it on.',
    code: 'REQUEST_REFUSED',
    charged: false,
    turnOn: ({ faults }) => {
      faults.job = (job) => ({
        ...job,
        coreBytes: encodeCore({ ...decodeCore(job.coreBytes), maxOutput: 4_000_000 }),
      });
    },
  },
  {
    name: 'wrap-of-another-candidate',
    what: 'The proxy hands the worker a wrap that was not made for it.',
    code: 'REQUEST_REFUSED',
    charged: false,
    turnOn: ({ faults }) => {
      faults.job = (job) => ({ ...job, wrap: flipRecord(job.wrap, 0) });
    },
  },
  {
    name: 'body-exchanged',
    what: 'The proxy hands the worker a body of its own making.',
    code: 'REQUEST_REFUSED',
    charged: false,
    turnOn: ({ faults }) => {
      faults.job = (job) => ({ ...job, body: new Uint8Array(job.body.length) });
    },
  },
  {
    name: 'charge-above-receipt',
    what: 'The proxy claims to have charged more than the worker’s bill says.',
    code: undefined,
    cause: 'CHARGE_MISMATCH',
    charged: true,
    turnOn: ({ faults }) => {
      faults.chargedTokens = 1_000_000n;
    },
  },
]);
