// How is a GPU's certificate chain made in NVIDIA's shape, or a faulty one on request?
import { concat, fromHex } from '../../internal/bytes.js';
import { bits, der, distinguishedName, integer, octets, sequence, time } from '../tdx/der-writer.js';
import { flipBit, simulatedBytes } from '../tdx/keys.js';
import { extension, keyId } from '../tdx/make-certificate.js';
import { gpuSignatureDer, simulatedGpuKey } from './gpu-keys.js';

const ECDSA_WITH_SHA384 = fromHex('300a06082a8648ce3d040303');
const P384_KEY_PREFIX = fromHex('3076301006072a8648ce3d020106052b8104002203620004');
const SHA384 = fromHex('0609608648016503040202');
const ORGANIZATION = 'SIMULATED - not NVIDIA';

export type GpuCertificateName = 'leaf' | 'rom' | 'provisioner' | 'identity' | 'root';

/** What one certificate says; names of keys are names of simulated keys. */
export interface GpuCertificatePlan {
  readonly commonName: string;
  readonly issuer: string;
  readonly key: string;
  readonly signedBy: string;
  readonly authority: string;
  readonly serial: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Hex of the values of basic constraints (none if absent) and key usage. */
  readonly constraints?: string | undefined;
  readonly usage: string;
  /** Firmware identity, 48 bytes; the leaf has one. */
  readonly fwid?: Uint8Array | undefined;
}

/** Deviations from the plan; everything is optional. */
export interface GpuCertificateFault extends Partial<GpuCertificatePlan> {
  readonly breakSignature?: boolean | undefined;
  readonly editDer?: ((der: Uint8Array) => Uint8Array) | undefined;
}

export type GpuChainFaults = { readonly [Name in GpuCertificateName]?: GpuCertificateFault | undefined };

/** DER, leaf first. Everything below the provisioner belongs to the GPU called `seed`. */
export function makeGpuChain(seed: string, fwid: Uint8Array, faults: GpuChainFaults = {}): Uint8Array[] {
  const names = {
    root: 'NVIDIA Device Identity CA',
    identity: 'NVIDIA GH100 Identity',
    provisioner: 'NVIDIA GH100 Provisioner ICA 1',
    rom: 'GH100 A01 GSP BROM',
    leaf: 'GH100 A01 GSP FMC LF',
  };
  const keys = {
    root: 'root',
    identity: 'identity',
    provisioner: 'provisioner',
    rom: `rom ${seed}`,
    leaf: gpuReportKey(seed),
  };
  const plan = (name: GpuCertificateName, issuer: GpuCertificateName, from: string): GpuCertificatePlan => ({
    commonName: names[name],
    issuer: names[issuer],
    key: keys[name],
    signedBy: keys[issuer],
    authority: keys[issuer],
    serial: simulatedBytes(`gpu serial ${keys[name]}`, 16),
    notBefore: new Date(from),
    notAfter: new Date('9999-12-31T23:59:59Z'),
    constraints: '30030101ff',
    usage: '03020106',
  });
  const plans: readonly [GpuCertificateName, GpuCertificatePlan][] = [
    [
      'leaf',
      { ...plan('leaf', 'rom', '2020-10-17T00:00:00Z'), constraints: undefined, usage: '03020780', fwid },
    ],
    ['rom', { ...plan('rom', 'provisioner', '2020-10-17T00:00:00Z'), usage: '03020204' }],
    ['provisioner', plan('provisioner', 'identity', '2022-03-01T00:00:00Z')],
    ['identity', plan('identity', 'root', '2022-01-12T00:00:00Z')],
    ['root', plan('root', 'root', '2021-11-05T00:00:00Z')],
  ];
  return plans.map(([name, each]) => makeGpuCertificate(each, faults[name]));
}

/** Name of the key a GPU signs its reports with. */
export function gpuReportKey(seed: string): string {
  return `report ${seed}`;
}

function makeGpuCertificate(base: GpuCertificatePlan, fault: GpuCertificateFault = {}): Uint8Array {
  const plan: GpuCertificatePlan = { ...base, ...fault };
  const { constraints, fwid } = plan;
  const name = (commonName: string) => distinguishedName(commonName, ORGANIZATION);
  const subjectKey = concat(P384_KEY_PREFIX, simulatedGpuKey(plan.key).publicKey);
  const extensions = [
    ...(constraints === undefined ? [] : [extension('551d13', true, fromHex(constraints))]),
    extension('551d0f', true, fromHex(plan.usage)),
    extension('551d0e', false, octets(gpuKeyId(plan.key))),
    extension('551d23', false, sequence(der(0x80, gpuKeyId(plan.authority)))),
    ...(fwid === undefined
      ? []
      : [extension('678105050401', false, sequence(integer(1), subjectKey, sequence(SHA384, octets(fwid))))]),
  ];
  const signed = sequence(
    der(0xa0, integer(2)),
    integer(plan.serial),
    ECDSA_WITH_SHA384,
    name(plan.issuer),
    sequence(time(plan.notBefore), time(plan.notAfter)),
    name(plan.commonName),
    subjectKey,
    der(0xa3, sequence(...extensions)),
  );
  const signature = simulatedGpuKey(plan.signedBy).sign(signed);
  const broken = fault.breakSignature === true ? flipBit(signature) : signature;
  const certificate = sequence(signed, ECDSA_WITH_SHA384, bits(gpuSignatureDer(broken)));
  return fault.editDer?.(certificate) ?? certificate;
}

function gpuKeyId(name: string): Uint8Array {
  return keyId(`gpu ${name}`);
}
