// Which signatures does one verification rest on?
import { equalBytes } from '../../internal/bytes.js';
import type { Collateral } from '../collateral/collateral.js';
import type { TdxQuote } from '../parse-quote.js';
import type { SignatureJob } from '../signature-job.js';
import type { Certificate } from '../x509/parse-certificate.js';
import type { Crl } from '../x509/parse-crl.js';
import type { PckChain } from './check-pck-chain.js';

interface Signed {
  readonly quote: TdxQuote;
  readonly chain: PckChain;
  readonly collateral: Collateral;
  readonly rootCrl: Crl;
  readonly pckCrl: Crl;
  readonly tcbSigner: Certificate;
  readonly qeSigner: Certificate;
}

/** Nine signatures, ten when the two documents come with different signer certificates. */
export function collectSignatures(parts: Signed): readonly SignatureJob[] {
  const { quote, chain, collateral, rootCrl, pckCrl, tcbSigner, qeSigner } = parts;
  const { root, ca, leaf } = chain;
  const jobs: SignatureJob[] = [
    job('PCK_CA_SIG', root, ca),
    job('PCK_SIG', ca, leaf),
    job('CRL_SIG', root, rootCrl, 'root CRL'),
    job('CRL_SIG', ca, pckCrl, 'PCK CRL'),
    job('COLLATERAL_SIGNER_SIG', root, tcbSigner),
    job('TCB_INFO_SIG', tcbSigner, collateral.tcbInfo),
    job('QE_IDENTITY_SIG', qeSigner, collateral.qeIdentity),
    job('QE_REPORT_SIG', leaf, { signed: quote.qeReport, signature: quote.qeReportSignature }),
    job('QUOTE_SIG', { publicKey: quote.attestationKey }, quote),
  ];
  if (!equalBytes(tcbSigner.der, qeSigner.der)) jobs.push(job('COLLATERAL_SIGNER_SIG', root, qeSigner));
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
