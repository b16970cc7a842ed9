// Which lists and documents came with the quote, from whom, and what do they say?
import type { Collateral } from '../collateral/collateral.js';
import { parseAs } from '../fail.js';
import { parseQeIdentity, type QeIdentity } from '../parse-qe-identity.js';
import { parseTcbInfo, type TcbInfo } from '../parse-tcb-info.js';
import type { Certificate } from '../x509/parse-certificate.js';
import type { Crl } from '../x509/parse-crl.js';
import { checkCrl } from './check-crl.js';
import type { PckChain } from './check-pck-chain.js';
import { checkTcbSigner } from './check-tcb-signer.js';

/** Lists and documents with the certificates they must be signed by; not one signature is checked yet. */
export interface IssuedDocuments {
  readonly collateral: Collateral;
  readonly rootCrl: Crl;
  readonly pckCrl: Crl;
  readonly tcbSigner: Certificate;
  readonly qeSigner: Certificate;
}

/** The same after the signatures were found good, and read. Holds no bytes that a caller could change. */
export interface VerifiedDocuments extends Omit<IssuedDocuments, 'collateral'> {
  readonly tcbInfo: TcbInfo;
  readonly qeIdentity: QeIdentity;
}

export function checkIssued(collateral: Collateral, { root, ca }: PckChain): IssuedDocuments {
  return {
    collateral,
    rootCrl: checkCrl(collateral.rootCrl, root, 'root CRL'),
    pckCrl: checkCrl(collateral.pckCrl, ca, 'PCK CRL'),
    tcbSigner: checkTcbSigner(collateral.tcbInfo, root, 'TCB info'),
    qeSigner: checkTcbSigner(collateral.qeIdentity, root, 'QE identity'),
  };
}

/** Reads the bytes that were signed, after their signatures were checked. */
export function readDocuments({ collateral, ...issued }: IssuedDocuments): VerifiedDocuments {
  const tcbInfo = parseAs('TCB_INFO', 'TCB info', () => parseTcbInfo(collateral.tcbInfo.signed));
  const qeIdentity = parseAs('QE_IDENTITY', 'QE identity', () =>
    parseQeIdentity(collateral.qeIdentity.signed),
  );
  return { ...issued, tcbInfo, qeIdentity };
}
