// Does the GPU's certificate chain lead from its attestation key to NVIDIA's root? The fixed shape of Hopper's chains.
import { toHex } from '../../internal/bytes.js';
import { expectFormat } from '../format/cursor.js';
import { type Profile, readIssued } from '../steps/certificate-profile.js';
import { DerFields, INTEGER, OCTET_STRING, OID, readDer, SEQUENCE, smallInteger } from '../x509/der.js';
import type { Extensions } from '../x509/extensions.js';
import { type Certificate, parseCertificate, type SignatureKind } from '../x509/parse-certificate.js';
import { parseGpu } from './gpu-fail.js';
import type { GpuTrust } from './gpu-trust.js';

const MAX_CERTIFICATE_BYTES = 4_096;

/** P-384, ecdsa-with-SHA384. */
const P384: SignatureKind = {
  algorithm: '300a06082a8648ce3d040303',
  keyPrefix: '3076301006072a8648ce3d020106052b8104002203620004',
  size: 48,
};

const ISSUING: Profile = { kind: P384, constraints: '30030101ff', usage: '03020106' };
/** The boot ROM certifies the firmware's key, and issues no revocation list. */
const BOOT_ROM: Profile = { kind: P384, constraints: '30030101ff', usage: '03020204' };
/** Signs reports; no basic constraints, so never a CA. */
const LEAF: Profile = { kind: P384, constraints: '', usage: '03020780' };

/** 2.23.133.5.4.1, the firmware identity of the Trusted Computing Group's DICE profile. */
const FWID = '678105050401';
/** SHA-384, 2.16.840.1.101.3.4.2.2, as an encoded object identifier. */
const SHA384 = '0609608648016503040202';

export interface GpuChain {
  /** Leaf first. */
  readonly certificates: readonly [Certificate, Certificate, Certificate, Certificate, Certificate];
  /** Common name of the boot ROM's certificate: NVIDIA's `hwmodel`. */
  readonly model: string;
  /** Firmware identity in the leaf, 96 hex digits. */
  readonly fwid: string;
}

/** Exactly five certificates, leaf first. Only chains of the GH100 are known; one of another GPU is refused. */
export function checkGpuChain(chain: readonly Uint8Array[], trust: GpuTrust): GpuChain {
  return parseGpu('GPU_CHAIN', 'GPU chain', () => {
    const [leafDer, romDer, provisionerDer, identityDer, rootDer, more] = chain;
    expectFormat(
      leafDer !== undefined && romDer !== undefined && provisionerDer !== undefined && more === undefined,
      'not five certificates',
    );
    expectFormat(identityDer !== undefined && rootDer !== undefined, 'not five certificates');
    expectFormat(
      chain.every(({ length }) => length <= MAX_CERTIFICATE_BYTES),
      'certificate too long',
    );
    trust.checkRoot(rootDer);
    const root = parseCertificate(rootDer, P384);
    const identity = readIssued(identityDer, root, ISSUING, 'NVIDIA GH100 Identity');
    const provisioner = readIssued(provisionerDer, identity, ISSUING, 'NVIDIA GH100 Provisioner ICA 1');
    const rom = readIssued(romDer, provisioner, BOOT_ROM, 'GH100 A01 GSP BROM');
    const leaf = readIssued(leafDer, rom, LEAF, 'GH100 A01 GSP FMC LF');
    return {
      certificates: [leaf, rom, provisioner, identity, root],
      model: rom.commonName,
      fwid: readFwid(leaf.extensions),
    };
  });
}

/** Version 1, the device's public key, and the hash of the firmware that may use it. */
function readFwid(extensions: Extensions): string {
  const der = extensions.get(FWID);
  expectFormat(der !== undefined, 'no firmware identity');
  const fields = new DerFields(readDer(der, SEQUENCE));
  expectFormat(smallInteger(fields.take(INTEGER), 1) === 1, 'firmware identity');
  const key = toHex(fields.take(SEQUENCE).bytes);
  expectFormat(
    key.length === P384.keyPrefix.length + 4 * P384.size && key.startsWith(P384.keyPrefix),
    'firmware identity',
  );
  const hash = new DerFields(fields.take(SEQUENCE));
  fields.end();
  expectFormat(toHex(hash.take(OID).bytes) === SHA384, 'firmware identity');
  const digest = hash.take(OCTET_STRING).content;
  hash.end();
  expectFormat(digest.length === 48, 'firmware identity');
  return toHex(digest);
}
