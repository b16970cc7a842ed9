// Which digest does firmware measure for a program it starts? Authenticode SHA-384; "Windows Authenticode Portable Executable Signature Format".
import { concat, equalBytes, toHex, utf8 } from '../../internal/bytes.js';
import { checkEvent, parseEventAs } from '../event-log/event-fail.js';
import type { Sha384 } from '../event-log/prove-event.js';
import { Cursor, expectFormat } from '../format/cursor.js';

const MAX_FILE_BYTES = 512 * 1024 * 1024;
const MAX_SECTIONS = 96;
const PE_POINTER_AT = 0x3c;
const COFF_BYTES = 20;
const X86_64 = 0x8664;
const PE32_PLUS = 0x20b;
const SIZE_OF_HEADERS_AT = 60;
const CHECKSUM_AT = 64;
const DIRECTORIES_AT = 108;
/** The fifth directory is the certificate table. */
const CERTIFICATES_AT = DIRECTORIES_AT + 4 + 4 * 8;
const CERTIFICATES = 4;

/**
 * Digest of a Linux kernel with EFI stub, or of another x86-64 EFI program: everything but the checksum, the certificate table and the
 * table's place. 96 hex digits.
 * @throws CocoonError `ATTESTATION_MEASURE_KERNEL`
 */
export async function authenticodeDigest(file: Uint8Array, sha384: Sha384): Promise<string> {
  checkEvent(file.length <= MAX_FILE_BYTES, 'MEASURE_KERNEL', `larger than ${MAX_FILE_BYTES} bytes`);
  const parts = parseEventAs('MEASURE_KERNEL', 'kernel', () => measuredParts(file));
  return toHex(await sha384(concat(...parts)));
}

function measuredParts(file: Uint8Array): Uint8Array[] {
  const at = (offset: number): Cursor => new Cursor(file.subarray(Math.min(offset, file.length)));
  const start = at(0);
  expectFormat(equalBytes(start.take(2), utf8('MZ')), 'no EFI program (a kernel needs its EFI stub)');
  const coff = at(PE_POINTER_AT).u32();
  const header = at(coff);
  expectFormat(equalBytes(header.take(4), utf8('PE\0\0')), 'no EFI program (a kernel needs its EFI stub)');
  expectFormat(header.u16() === X86_64, 'not for x86-64');
  const sectionCount = header.u16();
  expectFormat(sectionCount > 0 && sectionCount <= MAX_SECTIONS, 'number of sections');
  header.take(12);
  const optionalBytes = header.u16();
  const optional = coff + 4 + COFF_BYTES;
  expectFormat(at(optional).u16() === PE32_PLUS, 'not PE32+');
  const headers = at(optional + SIZE_OF_HEADERS_AT).u32();
  const sectionTable = optional + optionalBytes;
  expectFormat(headers <= file.length && headers >= sectionTable + 40 * sectionCount, 'size of its headers');

  const hasCertificates = at(optional + DIRECTORIES_AT).u32() > CERTIFICATES;
  const certificatesAt = optional + CERTIFICATES_AT;
  expectFormat(!hasCertificates || certificatesAt + 8 <= sectionTable, 'certificate table entry');
  const afterChecksum = optional + CHECKSUM_AT + 4;
  const parts = [file.subarray(0, optional + CHECKSUM_AT)];
  if (hasCertificates)
    parts.push(file.subarray(afterChecksum, certificatesAt), file.subarray(certificatesAt + 8, headers));
  else parts.push(file.subarray(afterChecksum, headers));

  let [hashed, end] = [headers, headers];
  for (const { offset, size } of sections(at(sectionTable), sectionCount)) {
    expectFormat(offset >= end && offset + size <= file.length, 'sections overlap or leave the file');
    parts.push(file.subarray(offset, offset + size));
    [hashed, end] = [hashed + size, offset + size];
  }
  const certificateBytes = hasCertificates ? at(certificatesAt + 4).u32() : 0;
  expectFormat(hashed + certificateBytes <= file.length, 'certificate table outside the file');
  // Counted, not placed: what follows as many bytes as were hashed, up to the certificates.
  parts.push(file.subarray(hashed, file.length - certificateBytes));
  return parts;
}

/** Sections that have content, in the order of the file. */
function sections(table: Cursor, count: number): { offset: number; size: number }[] {
  const found = Array.from({ length: count }, () => {
    table.take(16);
    const [size, offset] = [table.u32(), table.u32()];
    table.take(16);
    return { offset, size };
  });
  return found.filter(({ size }) => size > 0).sort((one, other) => one.offset - other.offset);
}
