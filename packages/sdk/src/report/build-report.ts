// What is put together for one answer, or for a verification without one?
import type { Config } from '../config.js';
import type { VerifiedReceipt } from '../receipts/verify-receipt.js';
import type { Registry } from '../registry/registry.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';
import type { RunningAnswer } from '../session/running-answer.js';
import type { ReportProof, Sha256 } from './export-report.js';
import { machineLabel, machineLines } from './machine-lines.js';
import { notCovered, readersOf } from './readers.js';
import { receiptLines } from './receipt-lines.js';
import { type ReportLine, VerificationReport } from './verification-report.js';

/** The report of a finished answer. A broken byte bound counts against the worker. */
export function buildReport(parts: {
  answer: RunningAnswer;
  receipt: VerifiedReceipt;
  config: Config;
  registry: Registry;
  sha256: Sha256;
  supportId: string | undefined;
  /** The code with which `registry` refuses the worker that answered: it was allowed when the request was sealed. */
  revoked: string | undefined;
}): VerificationReport {
  const { answer, receipt, config, registry, sha256, supportId = '', revoked } = parts;
  const { request, plan, proxy, candidates, progress: seen, sealed } = answer;
  const sizes = {
    textBytes: seen.textBytes,
    choices: Math.max(1, seen.choices.size),
    jsonBytes: request.json.length,
    messages: request.messages,
  };
  const bill = receiptLines(receipt, sizes, plan.capTokens);
  const worker = candidates.find(({ machine }) => machine === receipt.worker);
  if (worker !== undefined && bill.some(({ passed }) => !passed)) worker.strikes++;
  return machineReport({
    proxy,
    candidates: candidates.map(({ machine }) => machine),
    config,
    registry,
    more: [...limitLines(answer, supportId), ...revocation(receipt.worker, registry, revoked), ...bill],
    sha256,
    // An export without one of the candidates would not verify.
    answer:
      candidates.length === sealed.core.candidates.length
        ? { core: sealed.coreBytes, receipt, seen: sizes }
        : undefined,
  });
}

/** The report of machines alone: what `cocoon.verify()` shows. */
export function machineReport(parts: {
  proxy: VerifiedMachine;
  candidates: readonly VerifiedMachine[];
  config: Pick<Config, 'now' | 'suite' | 'quote'>;
  registry: Registry;
  sha256: Sha256;
  more?: readonly ReportLine[] | undefined;
  answer?: ReportProof['answer'];
}): VerificationReport {
  const { proxy, candidates, config, registry, sha256, more = [], answer } = parts;
  const machines = [proxy, ...candidates];
  const simulated = machines.some((machine) => machine.simulated);
  return new VerificationReport(
    {
      simulated,
      network: registry.network,
      at: config.now().toISOString(),
      candidates: candidates.length,
      lines: [
        registryLine(registry),
        ...machines.flatMap((machine) => machineLines(machine, registry)),
        ...more,
      ],
      readers: readersOf(candidates),
      notCovered: notCovered({
        simulated,
        classical: config.suite === 3,
        freshness: machines.every(({ freshness }) => freshness === 'beacon-known'),
      }),
    },
    { machines, registry, policy: { suite: config.suite, quote: config.quote }, sha256, answer },
  );
}

function revocation(worker: VerifiedMachine, registry: Registry, code: string | undefined): ReportLine[] {
  if (code === undefined) return [];
  return [
    {
      check: 'still allowed',
      expected: 'by the registry, until the end of the answer',
      actual: `REVOKED while it answered (${code}); this client asks it nothing more`,
      basis: registry.source === 'endpoints' ? 'proven' : 'assumed',
      passed: false,
      machine: machineLabel(worker),
    },
  ];
}

function registryLine({ network, source, issuedAt }: Registry): ReportLine {
  return {
    check: 'rules',
    expected: 'the network’s registry',
    actual: `${source} snapshot of ${network} from ${new Date(issuedAt * 1000).toISOString()}`,
    basis: source === 'endpoints' ? 'proven' : 'assumed',
    passed: true,
    machine: 'registry',
  };
}

function limitLines(
  { plan, retries, candidates, resumed, sealed }: RunningAnswer,
  supportId: string,
): ReportLine[] {
  const line = (check: string, expected: string, actual: string): ReportLine => ({
    check,
    expected,
    actual,
    basis: 'proven',
    passed: true,
    machine: 'client',
  });
  return [
    resumed === true
      ? {
          ...line(
            'sealed to',
            'machines drawn by the process that asked',
            `${sealed.core.candidates.length} candidate(s), ${candidates.length} of them verified again`,
          ),
          basis: 'assumed',
        }
      : line(
          'sealed to',
          'machines drawn by this client',
          `${candidates.length} candidate(s) after ${retries} retries`,
        ),
    line('support id', 'safe to quote to the operator', supportId),
    ...(plan.lowered === undefined
      ? []
      : [
          line(
            'answer length',
            'as asked, or 4096 tokens',
            `lowered to ${plan.maxOutput} tokens to fit the ${plan.lowered}`,
          ),
        ]),
  ];
}
