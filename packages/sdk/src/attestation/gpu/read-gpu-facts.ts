// Which GPU, driver and firmware does a report name? NVIDIA's opaque data, types and layouts as NVIDIA/nvtrust documents them.
import { toHex } from '../../internal/bytes.js';
import { expectFormat } from '../format/cursor.js';

const TYPE = {
  driver: 3,
  vbios: 6,
  boardId: 14,
  chipSku: 15,
  project: 17,
  projectSku: 18,
  fwid: 20,
} as const;
const MAX_TEXT_BYTES = 64;

/** What the GPU says about itself, under its signature. */
export interface GpuFacts {
  readonly driver: string;
  /** Written as NVIDIA does, for example `96.00.9f.00.01`. */
  readonly vbios: string;
  /** 8 hex digits. */
  readonly boardId: string;
  readonly chipSku: string;
  readonly project: string;
  readonly projectSku: string;
  /** Hash of the firmware that holds the signing key, 96 hex digits. */
  readonly fwid: string;
}

/** @throws FormatError */
export function readGpuFacts(opaque: ReadonlyMap<number, Uint8Array>): GpuFacts {
  return {
    driver: text(opaque, TYPE.driver),
    vbios: vbiosVersion(exactly(opaque, TYPE.vbios, 8)),
    boardId: toHex(exactly(opaque, TYPE.boardId, 4)),
    chipSku: text(opaque, TYPE.chipSku),
    project: text(opaque, TYPE.project),
    projectSku: text(opaque, TYPE.projectSku),
    fwid: toHex(exactly(opaque, TYPE.fwid, 48)),
  };
}

/** Two little-endian words: four parts of the version, then the fifth. */
function vbiosVersion(bytes: Uint8Array): string {
  const [d, c, b, a, e, ...rest] = Array.from(bytes, (byte) => toHex(Uint8Array.of(byte)));
  expectFormat(
    rest.every((part) => part === '00'),
    'VBIOS version',
  );
  return [a, b, c, d, e].join('.');
}

function exactly(opaque: ReadonlyMap<number, Uint8Array>, type: number, length: number): Uint8Array {
  const value = opaque.get(type);
  expectFormat(value?.length === length, `opaque data ${type}`);
  return value;
}

/** ASCII before the first zero byte; only zeros may follow. */
function text(opaque: ReadonlyMap<number, Uint8Array>, type: number): string {
  const value = opaque.get(type);
  expectFormat(value !== undefined && value.length <= MAX_TEXT_BYTES, `opaque data ${type}`);
  const out = String.fromCharCode(...value).replace(/\0+$/, '');
  expectFormat(/^[\x21-\x7e]+$/.test(out), `opaque data ${type}`);
  return out;
}
