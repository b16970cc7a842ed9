// Which signatures does one verification rest on that were not verified before?
import { equalBytes } from '../../internal/bytes.js';
import type { TdxQuote } from '../parse-quote.js';
import type { SignatureJob } from '../signature-job.js';
import type { PckChain } from './check-pck-chain.js';
import type { IssuedDocuments } from './read-documents.js';

interface Signed {
  readonly quote: TdxQuote;
  readonly chain: PckChain;
  /** Absent when lists, documents and the CA above the machine are known. */
  readonly issued: IssuedDocuments | undefined;
  /** Whether the machine's certificate is, and whether the report of its quoting enclave is. */
  readonly knownMachine: boolean;
  readonly knownReport: boolean;
}

/** Nine signatures, ten when the two documents come with different signer certificates; with a cache three, two or one. */
export function collectSignatures({
  quote,
  chain,
  issued,
  knownMachine,
  knownReport,
}: Signed): readonly SignatureJob[] {
  const { root, ca, leaf } = chain;
  const jobs: SignatureJob[] = [];
  if (issued !== undefined && !knownMachine) jobs.push(job('PCK_CA_SIG', root, ca));
  if (!knownMachine) jobs.push(job('PCK_SIG', ca, leaf));
  if (issued !== undefined) {
    const { collateral, rootCrl, pckCrl, tcbSigner, qeSigner } = issued;
    jobs.push(
      job('CRL_SIG', root, rootCrl, 'root CRL'),
      job('CRL_SIG', ca, pckCrl, 'PCK CRL'),
      job('COLLATERAL_SIGNER_SIG', root, tcbSigner),
      job('TCB_INFO_SIG', tcbSigner, collateral.tcbInfo),
      job('QE_IDENTITY_SIG', qeSigner, collateral.qeIdentity),
    );
    if (!equalBytes(tcbSigner.der, qeSigner.der)) jobs.push(job('COLLATERAL_SIGNER_SIG', root, qeSigner));
  }
  const { qeReport: signed, qeReportSignature: signature } = quote;
  if (!knownReport) jobs.push(job('QE_REPORT_SIG', leaf, { signed, signature }));
  jobs.push(job('QUOTE_SIG', { publicKey: quote.attestationKey }, quote));
  return jobs;
}

function job(
  code: SignatureJob['code'],
  signer: { readonly publicKey: Uint8Array },
  document: { readonly signed: Uint8Array; readonly signature: Uint8Array },
  what?: string,
): SignatureJob {
  return { code, what, publicKey: signer.publicKey, message: document.signed, signature: document.signature };
}
