// What do the smallest firmware and kernel files look like that a machine could be measured by?

const PAGE = 4_096;
const TDX_METADATA_OFFSET = '35657ae44a989847865e4685a7bf8ec2';
const TABLE_FOOTER = 'de82b596b21ff745baeaa366c55a082d';

export interface TinySection {
  offset: number;
  stored: number;
  address: number;
  size: number;
  type: number;
  attributes: number;
}

/** Variables (not measured), code (measured), and memory for the start, as in OVMF; the file is three pages long. */
export const TINY_SECTIONS: readonly TinySection[] = [
  { offset: PAGE, stored: 2 * PAGE, address: 0xffffe000, size: 2 * PAGE, type: 0, attributes: 1 },
  { offset: 0, stored: PAGE, address: 0xffffd000, size: PAGE, type: 1, attributes: 0 },
  { offset: 0, stored: 0, address: 0x809000, size: 2 * PAGE, type: 2, attributes: 0 },
  { offset: 0, stored: 0, address: 0x80b000, size: PAGE, type: 3, attributes: 0 },
  { offset: 0, stored: 0, address: 0x900000, size: PAGE, type: 4, attributes: 2 },
];

export interface TinyFirmware {
  sections?: readonly TinySection[];
  signature?: string;
  version?: number;
  count?: number;
  /** Distance of the metadata from the end of the file. */
  fromEnd?: number;
  /** How many entries name the metadata. */
  entries?: number;
  entryLength?: number;
  /** Length of the entry before it, of another kind. */
  otherLength?: number;
  tableLength?: number;
  footer?: string;
}

export function tinyFirmware(parts: TinyFirmware = {}): Uint8Array<ArrayBuffer> {
  const {
    sections = TINY_SECTIONS,
    signature = 'TDVF',
    version = 1,
    entries = 1,
    footer = TABLE_FOOTER,
  } = parts;
  const file = Buffer.alloc(3 * PAGE, 0);
  for (let i = 0; i < file.length; i++) file[i] = (i * 31 + (i >> 8)) & 0xff;
  const metadata = 2 * PAGE + 100;
  file.write(signature, metadata, 'latin1');
  file.writeUInt32LE(16 + 32 * sections.length, metadata + 4);
  file.writeUInt32LE(version, metadata + 8);
  file.writeUInt32LE(parts.count ?? sections.length, metadata + 12);
  sections.forEach(({ offset, stored, address, size, type, attributes }, i) => {
    const at = metadata + 16 + 32 * i;
    file.writeUInt32LE(offset, at);
    file.writeUInt32LE(stored, at + 4);
    file.writeBigUInt64LE(BigInt(address), at + 8);
    file.writeBigUInt64LE(BigInt(size), at + 16);
    file.writeUInt32LE(type, at + 24);
    file.writeUInt32LE(attributes, at + 28);
  });
  const value = Buffer.alloc(4);
  value.writeUInt32LE(parts.fromEnd ?? file.length - metadata);
  const named = entry(value, TDX_METADATA_OFFSET, parts.entryLength);
  const table = Buffer.concat([
    entry(Buffer.from('other'), '11'.repeat(16), parts.otherLength),
    ...Array(entries).fill(named),
  ]);
  const whole = Buffer.concat([
    table,
    entry(Buffer.alloc(0), footer, parts.tableLength ?? table.length + 18),
  ]);
  whole.copy(file, file.length - 32 - whole.length);
  return Uint8Array.from(file);
}

function entry(data: Buffer, guid: string, length = data.length + 18): Buffer {
  const header = Buffer.alloc(2);
  header.writeUInt16LE(length);
  return Buffer.concat([data, header, Buffer.from(guid, 'hex')]);
}

export interface TinyKernel {
  magic?: string;
  signature?: string;
  machine?: number;
  optionalMagic?: number;
  headers?: number;
  sections?: readonly { offset: number; size: number }[];
  directories?: number;
  /** Length of the header that holds them. */
  optional?: number;
  certificates?: number;
  length?: number;
}

/** A PE32+ program: headers of 512 bytes, two sections that lie in the file in the other order, 64 bytes after them. */
export function tinyKernel(parts: TinyKernel = {}): Uint8Array<ArrayBuffer> {
  const { certificates = 0, directories = 6 } = parts;
  const optional = parts.optional ?? 112 + 8 * directories;
  const sections = parts.sections ?? [
    { offset: 1_024, size: 512 },
    { offset: 512, size: 512 },
    { offset: 0, size: 0 },
  ];
  const file = Buffer.alloc(parts.length ?? 1_600 + certificates, 0x5a);
  for (let i = 512; i < file.length; i++) file[i] = (i * 7) & 0xff;
  file.write(parts.magic ?? 'MZ', 0, 'latin1');
  file.writeUInt32LE(64, 0x3c);
  file.write(parts.signature ?? 'PE\0\0', 64, 'latin1');
  file.writeUInt16LE(parts.machine ?? 0x8664, 68);
  file.writeUInt16LE(sections.length, 70);
  file.writeUInt16LE(optional, 84);
  file.writeUInt16LE(parts.optionalMagic ?? 0x20b, 88);
  file.writeUInt32LE(parts.headers ?? 512, 88 + 60);
  file.writeUInt32LE(0xdeadbeef, 88 + 64);
  file.writeUInt32LE(directories, 88 + 108);
  if (directories > 4) {
    file.writeUInt32LE(1_600, 88 + 144);
    file.writeUInt32LE(certificates, 88 + 148);
  }
  sections.forEach(({ offset, size }, i) => {
    const at = 88 + optional + 40 * i;
    file.writeUInt32LE(size, at + 16);
    file.writeUInt32LE(offset, at + 20);
  });
  return Uint8Array.from(file);
}
