// Is this quote from a genuine, current Intel TDX machine that meets the policy? The numbered list of every check.
import { quotePrimitives } from '#platform';
import { concat, equalBytes } from '../internal/bytes.js';
import type { QuotePrimitives } from '../internal/primitives.js';
import { type SimulatedAnchor, trustedRoot } from './anchor.js';
import { fingerprint, openCache } from './cache-memory.js';
import { type QuoteClaims, readTdClaims } from './claims.js';
import { type Collateral, collateralParts } from './collateral/collateral.js';
import type { DcapQvlCollateral } from './collateral/parse-dcap-json.js';
import { parseDocument } from './collateral/parse-document.js';
import type { CollateralCache } from './collateral-cache.js';
import { evaluatePolicy } from './evaluate-policy.js';
import { check } from './fail.js';
import { parseQuote } from './parse-quote.js';
import { checkPolicyShape, type QuotePolicy } from './policy.js';
import { runFlow, type VerificationFlow } from './signature-job.js';
import { adviseRelaunch } from './steps/advise-relaunch.js';
import { checkNotRevoked } from './steps/check-crl.js';
import { checkPckChain } from './steps/check-pck-chain.js';
import { checkQeBinding, checkQeIdentity } from './steps/check-qe.js';
import { checkTcbLevel } from './steps/check-tcb-level.js';
import { checkTdxModule, readModuleTcb } from './steps/check-tdx-module.js';
import { collectSignatures } from './steps/collect-signatures.js';
import { mergeTcb } from './steps/merge-tcb.js';
import { checkIssued, readDocuments } from './steps/read-documents.js';
import { Validity } from './validity.js';
import type { QuoteCheck, VerifiedQuote } from './verified-quote.js';

export interface VerifyQuoteOptions {
  /** What `parseCollateral` made, the dcap-qvl object, or the bytes of a staple or of that JSON. Bytes a cache knows are not read again. */
  readonly collateral: Collateral | DcapQvlCollateral | Uint8Array;
  /** The time to judge at. */
  readonly now: Date;
  readonly policy: QuotePolicy;
  /** Default: Intel's pinned root. Only `simulatedAnchor` of `@cocoonkit/sdk/unsafe` makes another value. */
  readonly anchor?: SimulatedAnchor | undefined;
  /** From `createCollateralCache`: what it knows is not verified again, and collateral older than what it saw is refused. */
  readonly cache?: CollateralCache | undefined;
  /** Default: the platform's cryptography. */
  readonly primitives?: QuotePrimitives | undefined;
}

/**
 * Verifies an Intel TDX quote (DCAP v4, or v5 with a TD report) against collateral and policy, without network.
 * @throws CocoonError of kind `attestation`; codes in `ATTESTATION_CODES`.
 * Sources: Intel TDX DCAP Quoting Library API; Intel SGX PCK Certificate and CRL Profile; Intel PCS API v4; RFC 5280.
 */
export async function verifyQuote(bytes: Uint8Array, options: VerifyQuoteOptions): Promise<VerifiedQuote> {
  check(typeof options === 'object' && options !== null, 'OPTIONS', 'missing');
  const primitives = options.primitives ?? quotePrimitives;
  return runFlow(verificationFlow(bytes, options, primitives.sha256), primitives);
}

/** The checks in their order; stops once to have signatures verified. Behind `verifyQuote` and `verifyQuoteSync`. */
export function* verificationFlow(
  bytes: Uint8Array,
  options: VerifyQuoteOptions,
  sha256: (data: Uint8Array) => Uint8Array,
): VerificationFlow<VerifiedQuote> {
  const checks: QuoteCheck[] = [];
  const passed = (step: number, name: string, detail?: string): void => {
    checks.push({ step, name, detail });
  };
  const { policy, collateral } = options;
  checkPolicyShape(policy);
  const validity = new Validity(options.now);
  const anchor = trustedRoot(options.anchor, sha256);
  const memory = openCache(options.cache);
  const nameOf = (...parts: readonly Uint8Array[]): string =>
    memory === undefined ? '' : fingerprint([anchor.id, ...parts], sha256);

  const quote = parseQuote(bytes);
  passed(1, 'Quote', `version ${quote.version}, body type ${quote.bodyType}`);
  const written = collateral instanceof Uint8Array ? collateral : parseDocument(collateral);

  const machineName = nameOf(...quote.certificates);
  const machine = memory?.machine(machineName);
  const chain = machine?.chain ?? checkPckChain(quote.certificates, anchor);
  const documentsName = nameOf(chain.ca.der, ...(memory === undefined ? [] : collateralParts(written)));
  const known = memory?.documents(documentsName);
  const issued = known === undefined ? checkIssued(parseDocument(written), chain) : undefined;
  passed(2, 'Collateral', known && 'known');
  passed(3, 'Root', anchor.simulated ? 'SIMULATED' : 'Intel');
  passed(4, 'PCK chain', chain.ca.commonName);

  const report = concat(quote.qeReport, quote.qeReportSignature);
  const knownReport = machine !== undefined && equalBytes(machine.vouched, report);
  const knownMachine = machine !== undefined;
  const signatures = collectSignatures({ quote, chain, issued, knownMachine, knownReport });
  yield signatures;
  passed(5, 'Signatures', `${signatures.length}${known === undefined ? '' : ' and those known'}`);
  const documents = issued === undefined ? known : readDocuments(issued);
  // Either was issued just now or is known.
  check(documents !== undefined, 'COLLATERAL_FORMAT');
  const { rootCrl, pckCrl, tcbSigner, qeSigner, tcbInfo, qeIdentity } = documents;
  if (issued !== undefined) memory?.keepDocuments(documentsName, documents);
  if (!knownReport) memory?.keepMachine(machineName, { chain, vouched: report });

  for (const certificate of [chain.root, chain.ca, chain.leaf]) {
    validity.require(certificate, 'PCK_CHAIN', certificate.commonName);
  }
  validity.require(rootCrl, 'CRL', 'root CRL');
  validity.require(pckCrl, 'CRL', 'PCK CRL');
  passed(6, 'Certificates and CRLs now valid');
  for (const certificate of [chain.ca, tcbSigner, qeSigner]) checkNotRevoked(certificate, rootCrl);
  checkNotRevoked(chain.leaf, pckCrl);
  passed(7, 'Nothing is revoked', `${pckCrl.revoked.size} on the PCK CRL`);

  for (const signer of [tcbSigner, qeSigner]) {
    validity.require(signer, 'COLLATERAL', signer.commonName);
  }
  passed(8, 'TCB signer');
  validity.require(tcbInfo, 'COLLATERAL', 'TCB info');
  validity.require(qeIdentity, 'COLLATERAL', 'QE identity');
  memory?.refuseRollback(documents, anchor.simulated);
  passed(9, 'Collateral now valid', memory && 'none older than seen before');
  check(tcbInfo.fmspc === chain.platform.fmspc, 'FMSPC_MISMATCH');
  check(tcbInfo.pceId === chain.platform.pceId, 'PCEID_MISMATCH');
  passed(10, 'TCB info', tcbInfo.fmspc);
  passed(11, 'QE identity');

  checkQeBinding(quote, sha256);
  passed(12, 'Attestation key');
  const qe = checkQeIdentity(quote, qeIdentity);
  passed(13, 'Quoting enclave', qe.status);
  checkTdxModule(quote.report, tcbInfo);
  passed(14, 'TDX module');

  const judge = (teeTcbSvn: Uint8Array) => {
    const platform = checkTcbLevel(tcbInfo, chain.platform, teeTcbSvn);
    return mergeTcb(platform, readModuleTcb(teeTcbSvn, tcbInfo), qe);
  };
  const { teeTcbSvn, teeTcbSvn2 } = quote.report;
  const launch = judge(teeTcbSvn);
  passed(15, 'Platform TCB', launch.platform.status);
  passed(16, 'TDX module TCB', launch.module?.status);
  passed(17, 'TCB status', launch.status);
  const tcb = teeTcbSvn2 === undefined ? launch : adviseRelaunch(launch, judge(teeTcbSvn2));
  passed(18, 'TCB status now', tcb.current?.status);

  const claims: QuoteClaims = {
    tcb,
    tcbEvaluationDataNumber: Math.min(tcbInfo.evaluationDataNumber, qeIdentity.evaluationDataNumber),
    ...readTdClaims(quote.report, sha256),
    ...chain.platform,
    collateralIssuedAt: new Date(Math.min(tcbInfo.from, qeIdentity.from, pckCrl.from)),
    verifiedAt: new Date(validity.now),
    validFrom: new Date(validity.from),
    validUntil: new Date(validity.until),
    simulated: anchor.simulated,
  };
  const verdict = evaluatePolicy(claims, policy);
  passed(19, 'TD attributes', claims.attributes.hex);
  passed(20, 'TCB policy', tcb.status);
  const { rule } = verdict;
  passed(21, 'Measurements', rule === undefined ? 'any' : (rule.name ?? `rule ${rule.index}`));
  passed(22, 'Report data', policy.reportData === 'any' ? 'any' : 'expected');
  if (policy.machines !== undefined) passed(23, 'Known machine');
  memory?.remember(documents, anchor.simulated);
  return { ...claims, ...verdict, checks };
}
