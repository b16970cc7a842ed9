// Which MRTD does a machine have that starts with this firmware? Intel TDX Module Base Architecture Specification, "Measurement and Attestation".
import { concat, toHex, utf8 } from '../../internal/bytes.js';
import type { Sha384 } from '../event-log/prove-event.js';
import { PAGE_BYTES, parseFirmware } from './parse-firmware.js';

/**
 * In which order the host adds pages and measures their content: page by page (Linux since KVM has TDX, QEMU 10.1), or all pages of a
 * section before their content (host kernels patched for TDX before that).
 */
export type PageOrder = 'page' | 'section';

const CHUNK_BYTES = 256;
const OPERATION_BYTES = 128;
/** Where an operation's record has the address. */
const ADDRESS_AT = 16;

/** 96 hex digits. @throws CocoonError `ATTESTATION_MEASURE_FIRMWARE` */
export async function firmwareMrtd(file: Uint8Array, order: PageOrder, sha384: Sha384): Promise<string> {
  const parts: Uint8Array[] = [];
  for (const { address, size, extended, augmented, data } of parseFirmware(file)) {
    if (augmented) continue;
    const extend = (offset: number): void => {
      if (!extended) return;
      for (let at = offset; at < offset + PAGE_BYTES; at += CHUNK_BYTES)
        parts.push(operation('MR.EXTEND', address + at), data.subarray(at, at + CHUNK_BYTES));
    };
    for (let offset = 0; offset < size; offset += PAGE_BYTES) {
      parts.push(operation('MEM.PAGE.ADD', address + offset));
      if (order === 'page') extend(offset);
    }
    if (order === 'section') for (let offset = 0; offset < size; offset += PAGE_BYTES) extend(offset);
  }
  return toHex(await sha384(concat(...parts)));
}

/** What the TDX module hashes for one operation: its name, the address at byte 16, zeros. */
function operation(name: string, address: number): Uint8Array {
  const record = new Uint8Array(OPERATION_BYTES);
  record.set(utf8(name));
  new DataView(record.buffer).setUint32(ADDRESS_AT, address, true);
  return record;
}
