// What does a whole simulated TDX machine consist of: certificates, collateral and quotes under the simulated root?
import type { DcapQvlCollateral } from '../../attestation/collateral/parse-dcap-json.js';
import { toHex, utf8 } from '../../internal/bytes.js';
import { pem } from './der-writer.js';
import {
  COMPONENT_SVNS,
  isoSeconds,
  PCE_SVN,
  SIMULATED_FMSPC,
  SIMULATED_PCE_ID,
  type SimulatedQeIdentity,
  type SimulatedTcbInfo,
  simulatedQeIdentity,
  simulatedTcbInfo,
} from './documents.js';
import { simulatedBytes, simulatedKey } from './keys.js';
import {
  type CertificateFault,
  type CertificatePlan,
  faultySignature,
  makeCertificate,
} from './make-certificate.js';
import { type CrlFault, makeCrl } from './make-crl.js';
import { makeQuote, type QuoteRequest } from './make-quote.js';
import type { SgxFields } from './sgx-extension.js';
import { CRL_URL, makeRoot, ROOT_NAME, simulatedRootDer } from './simulated-root.js';

const DAY_MS = 86_400_000;
const ISSUED_BEFORE_MS = 3_600_000;

/** A fault in a signed document: edits before signing, a wrong signer, a broken signature, other certificates. */
export interface DocumentFault<T> {
  readonly edit?: ((document: T) => void) | undefined;
  readonly editText?: ((text: string) => string) | undefined;
  readonly signedBy?: string | undefined;
  readonly breakSignature?: boolean | undefined;
  readonly highS?: boolean | undefined;
  readonly chain?: ((chain: readonly Uint8Array[]) => readonly Uint8Array[]) | undefined;
}

export interface SimulatedFaults {
  readonly root?: CertificateFault | undefined;
  readonly ca?: CertificateFault | undefined;
  readonly pck?: CertificateFault | undefined;
  readonly sgx?: Partial<SgxFields> | undefined;
  readonly tcbSigner?: CertificateFault | undefined;
  readonly rootCrl?: CrlFault | undefined;
  readonly pckCrl?: CrlFault | undefined;
  readonly tcbInfo?: DocumentFault<SimulatedTcbInfo> | undefined;
  readonly qeIdentity?: DocumentFault<SimulatedQeIdentity> | undefined;
}

export interface SimulatedTdxOptions {
  /** Collateral is issued an hour before and expires after 30 days. */
  readonly now: Date;
  /** Names the machine: its keys and ids follow from it. The root does not depend on it. */
  readonly seed?: string | undefined;
  /** Default `platform`. */
  readonly pckCa?: 'platform' | 'processor' | undefined;
  /** How this world deviates from a healthy one. */
  readonly faults?: SimulatedFaults | undefined;
}

/** One simulated machine and the collateral for it. */
export interface SimulatedTdx {
  readonly rootDer: Uint8Array;
  /** DER, leaf first, as in the quotes. */
  readonly pckChain: readonly Uint8Array[];
  /** Serial numbers, for revocation lists. */
  readonly serials: { readonly ca: Uint8Array; readonly pck: Uint8Array; readonly tcbSigner: Uint8Array };
  collateral(): DcapQvlCollateral;
  /** The same, as UTF-8 JSON. */
  collateralBytes(): Uint8Array;
  quote(request?: QuoteRequest): Uint8Array;
}

/** Makes a simulated machine. Costs some P-256 signatures; each quote after that costs one. Works in browsers and Node. */
export function createSimulatedTdx(options: SimulatedTdxOptions): SimulatedTdx {
  const { seed = 'default', pckCa = 'platform', faults = {} } = options;
  const caName = pckCa === 'platform' ? 'Intel SGX PCK Platform CA' : 'Intel SGX PCK Processor CA';
  const caKey = `${pckCa} ca`;
  const pckKey = `pck ${seed}`;
  const serials = {
    ca: simulatedBytes(`serial ${caKey}`, 20),
    pck: simulatedBytes(`serial ${pckKey}`, 20),
    tcbSigner: simulatedBytes('serial tcb signer', 20),
  };
  const sgx: SgxFields = {
    ppid: toHex(simulatedBytes(`ppid ${seed}`, 16)),
    componentSvns: COMPONENT_SVNS,
    pceSvn: PCE_SVN,
    pceId: SIMULATED_PCE_ID,
    fmspc: SIMULATED_FMSPC,
    platformInstanceId: pckCa === 'platform' ? toHex(simulatedBytes(`instance ${seed}`, 16)) : undefined,
    ...faults.sgx,
  };
  const common = {
    issuer: ROOT_NAME,
    signedBy: 'root',
    authority: 'root',
    notBefore: new Date('2018-05-22T00:00:00Z'),
    notAfter: new Date('2048-12-31T23:59:59Z'),
    crlUrl: CRL_URL,
  };
  const ca: CertificatePlan = {
    ...common,
    commonName: caName,
    key: caKey,
    serial: serials.ca,
    ca: true,
    pathLength: 0,
    keyUsage: 0x06,
  };
  const leaf = { ...common, ca: false, keyUsage: 0xc0 };
  const pck: CertificatePlan = {
    ...leaf,
    commonName: 'Intel SGX PCK Certificate',
    issuer: caName,
    key: pckKey,
    signedBy: caKey,
    authority: caKey,
    serial: serials.pck,
    sgx,
  };
  const tcbSigner: CertificatePlan = {
    ...leaf,
    commonName: 'Intel SGX TCB Signing',
    key: 'tcb signer',
    serial: serials.tcbSigner,
  };

  const rootDer = faults.root === undefined ? simulatedRootDer() : makeRoot(faults.root);
  const pckChain = [makeCertificate(pck, faults.pck), makeCertificate(ca, faults.ca), rootDer];
  const machine = { attestationKey: `attestation ${seed}`, pckKey, chain: pckChain };
  let collateral: DcapQvlCollateral | undefined;
  const makeCollateral = (): DcapQvlCollateral => {
    const issued = new Date(Math.floor((options.now.getTime() - ISSUED_BEFORE_MS) / 1000) * 1000);
    const after = (days: number): Date => new Date(issued.getTime() + days * DAY_MS);
    const signerChain = [makeCertificate(tcbSigner, faults.tcbSigner), rootDer];
    const times = [isoSeconds(issued), isoSeconds(after(30))] as const;
    const tcbInfo = signDocument(simulatedTcbInfo(...times, SIMULATED_FMSPC), signerChain, faults.tcbInfo);
    const qeIdentity = signDocument(simulatedQeIdentity(...times), signerChain, faults.qeIdentity);
    const list = { thisUpdate: issued, revoked: [] };
    const rootCrl = makeCrl(
      { ...list, issuer: ROOT_NAME, signedBy: 'root', authority: 'root', nextUpdate: after(365) },
      faults.rootCrl,
    );
    const pckCrl = makeCrl(
      { ...list, issuer: caName, signedBy: caKey, authority: caKey, nextUpdate: after(30) },
      faults.pckCrl,
    );
    return {
      pck_crl_issuer_chain: pckChain.slice(1).map(pem).join(''),
      root_ca_crl: toHex(rootCrl),
      pck_crl: toHex(pckCrl),
      tcb_info_issuer_chain: tcbInfo.chain,
      tcb_info: tcbInfo.text,
      tcb_info_signature: tcbInfo.signature,
      qe_identity_issuer_chain: qeIdentity.chain,
      qe_identity: qeIdentity.text,
      qe_identity_signature: qeIdentity.signature,
    };
  };
  const cachedCollateral = (): DcapQvlCollateral => {
    collateral ??= makeCollateral();
    return { ...collateral };
  };
  return {
    rootDer,
    pckChain,
    serials,
    collateral: cachedCollateral,
    collateralBytes: () => utf8(JSON.stringify(cachedCollateral())),
    quote: (request = {}) => makeQuote(machine, request),
  };
}

function signDocument<T>(document: T, chain: readonly Uint8Array[], fault: DocumentFault<T> = {}) {
  fault.edit?.(document);
  const plain = JSON.stringify(document);
  const text = fault.editText?.(plain) ?? plain;
  const signature = simulatedKey(fault.signedBy ?? 'tcb signer').sign(utf8(text));
  return {
    text,
    signature: toHex(faultySignature(signature, fault)),
    chain: (fault.chain?.(chain) ?? chain).map(pem).join(''),
  };
}
