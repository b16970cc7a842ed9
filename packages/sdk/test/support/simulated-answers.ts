// What would Intel's service answer about simulated machines at a given time?
import type { DcapQvlCollateral } from '../../src/attestation/index.js';
import type { PcsAnswers } from './pcs-server.js';

export function simulatedAnswers(collateral: DcapQvlCollateral): PcsAnswers {
  const list = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
  return {
    tcbInfo: `{"tcbInfo":${collateral.tcb_info},"signature":"${collateral.tcb_info_signature}"}`,
    tcbInfoChain: collateral.tcb_info_issuer_chain,
    qeIdentity: `{"enclaveIdentity":${collateral.qe_identity},"signature":"${collateral.qe_identity_signature}"}`,
    qeIdentityChain: collateral.qe_identity_issuer_chain,
    pckCrl: list(collateral.pck_crl),
    pckCrlChain: collateral.pck_crl_issuer_chain,
    rootCrl: list(collateral.root_ca_crl),
  };
}
