// How is a revocation list made, or a faulty one on request?
import { fromHex } from '../../internal/bytes.js';
import { der, distinguishedName, integer, sequence, time } from './der-writer.js';
import { simulatedKey } from './keys.js';
import { extension, keyId, signDer } from './make-certificate.js';

const ECDSA_WITH_SHA256 = fromHex('300a06082a8648ce3d040302');

export interface CrlPlan {
  readonly issuer: string;
  /** Names of simulated keys. */
  readonly signedBy: string;
  readonly authority: string;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** Serial numbers. */
  readonly revoked: readonly Uint8Array[];
}

export interface CrlFault extends Partial<CrlPlan> {
  readonly omitNextUpdate?: boolean | undefined;
  readonly omitExtensions?: boolean | undefined;
  readonly omitNumber?: boolean | undefined;
  readonly extra?: readonly Uint8Array[] | undefined;
  /** Whole encoded extensions for every entry; default: reason keyCompromise. */
  readonly entryExtensions?: readonly Uint8Array[] | undefined;
  /** 1 for v2, 0 for v1 spelled out. */
  readonly version?: number | undefined;
  readonly breakSignature?: boolean | undefined;
  readonly highS?: boolean | undefined;
  readonly editDer?: ((der: Uint8Array) => Uint8Array) | undefined;
}

export function makeCrl(base: CrlPlan, fault: CrlFault = {}): Uint8Array {
  const plan: CrlPlan = { ...base, ...fault };
  const reason = fault.entryExtensions ?? [extension('551d15', false, Uint8Array.of(0x0a, 1, 1))];
  const entries = plan.revoked.map((serial) =>
    sequence(
      integer(serial),
      time(plan.thisUpdate),
      reason.length === 0 ? new Uint8Array() : sequence(...reason),
    ),
  );
  const extensions = [
    fault.omitNumber === true ? new Uint8Array() : extension('551d14', false, integer(1)),
    extension('551d23', false, sequence(der(0x80, keyId(plan.authority)))),
    ...(fault.extra ?? []),
  ];
  const signed = sequence(
    integer(fault.version ?? 1),
    ECDSA_WITH_SHA256,
    distinguishedName(plan.issuer),
    time(plan.thisUpdate),
    fault.omitNextUpdate === true ? new Uint8Array() : time(plan.nextUpdate),
    entries.length === 0 ? new Uint8Array() : sequence(...entries),
    fault.omitExtensions === true ? new Uint8Array() : der(0xa0, sequence(...extensions)),
  );
  const crl = signDer(signed, simulatedKey(plan.signedBy), fault);
  return fault.editDer?.(crl) ?? crl;
}
