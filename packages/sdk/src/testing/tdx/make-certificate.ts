// How is a certificate of Intel's profile made, or a faulty one on request?
import { concat, fromHex, utf8 } from '../../internal/bytes.js';
import { bits, der, distinguishedName, integer, octets, oid, sequence, TRUE, time } from './der-writer.js';
import { flipBit, highS, type SimulatedKey, signatureDer, simulatedBytes, simulatedKey } from './keys.js';
import { type SgxFields, sgxExtension } from './sgx-extension.js';

const ECDSA_WITH_SHA256 = fromHex('300a06082a8648ce3d040302');
const P256_KEY_PREFIX = fromHex('3059301306072a8648ce3d020106082a8648ce3d03010703420004');

/** What a certificate says. */
export interface CertificatePlan {
  readonly commonName: string;
  readonly issuer: string;
  /** Names of simulated keys. */
  readonly key: string;
  readonly signedBy: string;
  /** Name of the key the authority key identifier stands for. */
  readonly authority: string;
  readonly serial: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly ca: boolean;
  readonly pathLength?: number | undefined;
  /** First byte of the key usage bits. */
  readonly keyUsage: number;
  readonly crlUrl: string;
  readonly sgx?: SgxFields | undefined;
}

/** Deviations from the plan; everything is optional. */
export interface CertificateFault extends Partial<CertificatePlan> {
  /** Extensions to leave out, by OID hex, and whole encoded extensions to add. */
  readonly omit?: readonly string[] | undefined;
  readonly extra?: readonly Uint8Array[] | undefined;
  readonly breakSignature?: boolean | undefined;
  /** The valid signature with s in the upper half. */
  readonly highS?: boolean | undefined;
  /** Changes the signed part before it is signed, and the finished certificate after. */
  readonly editSigned?: ((signed: Uint8Array) => Uint8Array) | undefined;
  readonly editDer?: ((der: Uint8Array) => Uint8Array) | undefined;
}

export function keyId(name: string): Uint8Array {
  return simulatedBytes(`key id ${name}`, 20);
}

export function extension(oidHex: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(oidHex), critical ? TRUE : new Uint8Array(), octets(value));
}

/** The six extensions of Intel's certificates, in their order. */
function extensions(plan: CertificatePlan): readonly (readonly [string, Uint8Array])[] {
  const { keyUsage, ca, pathLength } = plan;
  const unused = keyUsage === 0x06 ? 1 : 6;
  const constraints = ca ? [TRUE, ...(pathLength === undefined ? [] : [integer(pathLength)])] : [];
  const list: [string, boolean, Uint8Array][] = [
    ['551d23', false, sequence(der(0x80, keyId(plan.authority)))],
    ['551d1f', false, sequence(sequence(der(0xa0, der(0xa0, der(0x86, utf8(plan.crlUrl))))))],
    ['551d0e', false, octets(keyId(plan.key))],
    ['551d0f', true, bits(Uint8Array.of(keyUsage), unused)],
    ['551d13', true, sequence(...constraints)],
  ];
  if (plan.sgx !== undefined) list.push(['2a864886f84d010d01', false, sgxExtension(plan.sgx)]);
  return list.map(([oidHex, critical, value]) => [oidHex, extension(oidHex, critical, value)]);
}

export function makeCertificate(base: CertificatePlan, fault: CertificateFault = {}): Uint8Array {
  const plan: CertificatePlan = { ...base, ...fault };
  const kept = extensions(plan).filter(([oidHex]) => fault.omit?.includes(oidHex) !== true);
  const signed = sequence(
    der(0xa0, integer(2)),
    integer(plan.serial),
    ECDSA_WITH_SHA256,
    distinguishedName(plan.issuer),
    sequence(time(plan.notBefore), time(plan.notAfter)),
    distinguishedName(plan.commonName),
    concat(P256_KEY_PREFIX, simulatedKey(plan.key).publicKey),
    der(0xa3, sequence(...kept.map(([, bytes]) => bytes), ...(fault.extra ?? []))),
  );
  const certificate = signDer(fault.editSigned?.(signed) ?? signed, simulatedKey(plan.signedBy), fault);
  return fault.editDer?.(certificate) ?? certificate;
}

/** The frame of certificates and revocation lists. */
export function signDer(
  signed: Uint8Array,
  key: SimulatedKey,
  fault: Pick<CertificateFault, 'breakSignature' | 'highS'> = {},
): Uint8Array {
  return sequence(signed, ECDSA_WITH_SHA256, bits(signatureDer(faultySignature(key.sign(signed), fault))));
}

export function faultySignature(
  signature: Uint8Array,
  fault: Pick<CertificateFault, 'breakSignature' | 'highS'>,
): Uint8Array {
  if (fault.breakSignature === true) return flipBit(signature);
  return fault.highS === true ? highS(signature) : signature;
}
