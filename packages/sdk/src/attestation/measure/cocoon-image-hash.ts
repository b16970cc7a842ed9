// By which one number does the Cocoon network know an image on one machine shape?
import { quotePrimitives } from '#platform';
import { concat, fromHex, toHex } from '../../internal/bytes.js';
import type { Measurements } from '../claims.js';
import { check } from '../fail.js';

const REPORT_DATA_BYTES = 64;

/** The registers that the image hash covers. */
export type ImageRegisters = Pick<
  Measurements,
  'mrtd' | 'mrConfigId' | 'mrOwner' | 'mrOwnerConfig' | 'rtmr0' | 'rtmr1' | 'rtmr2' | 'rtmr3'
>;

/**
 * The image hash of the public Cocoon network, 64 hex digits: SHA-256 over the eight registers in quote order and 64 zero bytes in the
 * place of the report data. It does not cover TD attributes, XFAM or the TDX module: a policy has to judge those itself.
 * @throws CocoonError `ATTESTATION_OPTIONS` when a register is not 96 hex digits.
 */
export function cocoonImageHash(
  registers: ImageRegisters,
  sha256: (data: Uint8Array) => Uint8Array = quotePrimitives.sha256,
): string {
  const { mrtd, mrConfigId, mrOwner, mrOwnerConfig, rtmr0, rtmr1, rtmr2, rtmr3 } = registers;
  const ordered = [mrtd, mrConfigId, mrOwner, mrOwnerConfig, rtmr0, rtmr1, rtmr2, rtmr3];
  const bytes = ordered.map((register) => {
    check(/^[0-9a-fA-F]{96}$/.test(register), 'OPTIONS', 'a register is not 96 hex digits');
    return fromHex(register);
  });
  return toHex(sha256(concat(...bytes, new Uint8Array(REPORT_DATA_BYTES))));
}
