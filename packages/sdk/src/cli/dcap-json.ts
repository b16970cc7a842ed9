// How is collateral written for tools that know only the JSON of dcap-qvl?
import type { Collateral, SignedDocument } from '../attestation/collateral/collateral.js';
import type { DcapQvlCollateral } from '../attestation/collateral/parse-dcap-json.js';
import { fromUtf8, toHex, utf8 } from '../internal/bytes.js';

/** UTF-8 JSON. The chain of the PCK CRL is left empty: the quote carries it. */
export function dcapJson({ tcbInfo, qeIdentity, rootCrl, pckCrl }: Collateral): Uint8Array {
  const json: DcapQvlCollateral = {
    pck_crl_issuer_chain: '',
    root_ca_crl: toHex(rootCrl),
    pck_crl: toHex(pckCrl),
    tcb_info_issuer_chain: pemChain(tcbInfo),
    tcb_info: fromUtf8(tcbInfo.signed),
    tcb_info_signature: toHex(tcbInfo.signature),
    qe_identity_issuer_chain: pemChain(qeIdentity),
    qe_identity: fromUtf8(qeIdentity.signed),
    qe_identity_signature: toHex(qeIdentity.signature),
  };
  return utf8(`${JSON.stringify(json)}\n`);
}

function pemChain({ issuerChain }: SignedDocument): string {
  return issuerChain
    .map((der) => {
      const base64 = btoa(String.fromCharCode(...der)).replaceAll(/(.{64})(?!$)/g, '$1\n');
      return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
    })
    .join('');
}
