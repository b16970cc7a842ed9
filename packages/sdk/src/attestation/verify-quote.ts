// Is this quote from a genuine, current Intel TDX machine that meets the policy? The numbered list of every check.
import { quotePrimitives } from '#platform';
import { toHex } from '../internal/bytes.js';
import type { QuotePrimitives } from '../internal/primitives.js';
import { type SimulatedAnchor, trustedRoot } from './anchor.js';
import { type QuoteClaims, readAttributes, readMeasurements, readServiceTd } from './claims.js';
import type { Collateral } from './collateral/collateral.js';
import type { DcapQvlCollateral } from './collateral/parse-dcap-json.js';
import { parseDocument } from './collateral/parse-document.js';
import { evaluatePolicy } from './evaluate-policy.js';
import { check, parseAs } from './fail.js';
import { parseQeIdentity } from './parse-qe-identity.js';
import { parseQuote } from './parse-quote.js';
import { parseTcbInfo } from './parse-tcb-info.js';
import { checkPolicyShape, type QuotePolicy } from './policy.js';
import { runFlow, type VerificationFlow } from './signature-job.js';
import { checkCrl, checkNotRevoked } from './steps/check-crl.js';
import { checkPckChain } from './steps/check-pck-chain.js';
import { checkQeBinding, checkQeIdentity } from './steps/check-qe.js';
import { checkTcbLevel } from './steps/check-tcb-level.js';
import { checkTcbSigner } from './steps/check-tcb-signer.js';
import { checkTdxModule } from './steps/check-tdx-module.js';
import { collectSignatures } from './steps/collect-signatures.js';
import { mergeTcb } from './steps/merge-tcb.js';
import { Validity } from './validity.js';
import type { QuoteCheck, VerifiedQuote } from './verified-quote.js';

export interface VerifyQuoteOptions {
  readonly collateral: Collateral | DcapQvlCollateral;
  /** The time to judge at. */
  readonly now: Date;
  readonly policy: QuotePolicy;
  /** Default: Intel's pinned root. Only `simulatedAnchor` of `@cocoonkit/sdk/unsafe` makes another value. */
  readonly anchor?: SimulatedAnchor | undefined;
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

function* verificationFlow(
  bytes: Uint8Array,
  options: VerifyQuoteOptions,
  sha256: (data: Uint8Array) => Uint8Array,
): VerificationFlow<VerifiedQuote> {
  const checks: QuoteCheck[] = [];
  const passed = (step: number, name: string, detail?: string): void => {
    checks.push({ step, name, detail });
  };
  checkPolicyShape(options.policy);
  const validity = new Validity(options.now);
  const anchor = trustedRoot(options.anchor, sha256);

  const quote = parseQuote(bytes);
  passed(1, 'Quote', `version ${quote.version}, body type ${quote.bodyType}`);
  const collateral = parseDocument(options.collateral);
  passed(2, 'Collateral');

  const chain = checkPckChain(quote.certificates, anchor);
  passed(3, 'Root', anchor.simulated ? 'SIMULATED' : 'Intel');
  passed(4, 'PCK chain', chain.ca.commonName);
  const rootCrl = checkCrl(collateral.rootCrl, chain.root, 'root CRL');
  const pckCrl = checkCrl(collateral.pckCrl, chain.ca, 'PCK CRL');
  const tcbSigner = checkTcbSigner(collateral.tcbInfo, chain.root, 'TCB info');
  const qeSigner = checkTcbSigner(collateral.qeIdentity, chain.root, 'QE identity');

  const signatures = collectSignatures({ quote, chain, collateral, rootCrl, pckCrl, tcbSigner, qeSigner });
  yield signatures;
  passed(5, 'Signatures', `${signatures.length}`);

  for (const certificate of [chain.root, chain.ca, chain.leaf]) {
    validity.require(certificate, 'PCK_CHAIN', 'PCK_CHAIN', certificate.commonName);
  }
  validity.require(rootCrl, 'CRL_NOT_YET_VALID', 'CRL_EXPIRED', 'root CRL');
  validity.require(pckCrl, 'CRL_NOT_YET_VALID', 'CRL_EXPIRED', 'PCK CRL');
  passed(6, 'Certificates and CRLs now valid');
  checkNotRevoked(chain.ca, rootCrl);
  checkNotRevoked(tcbSigner, rootCrl);
  checkNotRevoked(qeSigner, rootCrl);
  checkNotRevoked(chain.leaf, pckCrl);
  passed(7, 'Nothing is revoked', `${pckCrl.revoked.size} on the PCK CRL`);

  for (const signer of [tcbSigner, qeSigner]) {
    validity.require(signer, 'COLLATERAL_NOT_YET_VALID', 'COLLATERAL_EXPIRED', signer.commonName);
  }
  passed(8, 'TCB signer');
  const tcbInfo = parseAs('TCB_INFO', 'TCB info', () => parseTcbInfo(collateral.tcbInfo.signed));
  const qeIdentity = parseAs('QE_IDENTITY', 'QE identity', () =>
    parseQeIdentity(collateral.qeIdentity.signed),
  );
  validity.require(tcbInfo, 'COLLATERAL_NOT_YET_VALID', 'COLLATERAL_EXPIRED', 'TCB info');
  validity.require(qeIdentity, 'COLLATERAL_NOT_YET_VALID', 'COLLATERAL_EXPIRED', 'QE identity');
  passed(9, 'Collateral now valid');
  check(tcbInfo.fmspc === chain.platform.fmspc, 'FMSPC_MISMATCH');
  check(tcbInfo.pceId === chain.platform.pceId, 'PCEID_MISMATCH');
  passed(10, 'TCB info', tcbInfo.fmspc);
  passed(11, 'QE identity');

  checkQeBinding(quote, sha256);
  passed(12, 'Attestation key');
  const qe = checkQeIdentity(quote, qeIdentity);
  passed(13, 'Quoting enclave', qe.status);
  const module = checkTdxModule(quote.report, tcbInfo);
  passed(14, 'TDX module', module?.status);
  const platformTcb = checkTcbLevel(tcbInfo, chain.platform, quote.report.teeTcbSvn);
  passed(15, 'Platform TCB', platformTcb.status);
  passed(16, 'TDX module TCB', module?.status);
  const tcb = mergeTcb(platformTcb, module, qe);
  passed(17, 'TCB status', tcb.status);

  const claims: QuoteClaims = {
    tcb,
    tcbEvaluationDataNumber: Math.min(tcbInfo.evaluationDataNumber, qeIdentity.evaluationDataNumber),
    measurements: readMeasurements(quote.report),
    reportData: quote.report.reportData,
    attributes: readAttributes(quote.report.tdAttributes),
    xfam: toHex(quote.report.xfam),
    serviceTd: readServiceTd(quote.report),
    ...chain.platform,
    collateralIssuedAt: new Date(Math.min(tcbInfo.from, qeIdentity.from, pckCrl.from)),
    verifiedAt: new Date(validity.now),
    validFrom: new Date(validity.from),
    validUntil: new Date(validity.until),
    simulated: anchor.simulated,
  };
  const verdict = evaluatePolicy(claims, options.policy);
  passed(19, 'TD attributes', claims.attributes.hex);
  passed(20, 'TCB policy', tcb.status);
  passed(
    21,
    'Measurements',
    verdict.rule === undefined ? 'any' : (verdict.rule.name ?? `rule ${verdict.rule.index}`),
  );
  passed(22, 'Report data', options.policy.reportData === 'any' ? 'any' : 'expected');
  if (options.policy.machines !== undefined) passed(23, 'Known machine');
  return { ...claims, ...verdict, checks };
}
