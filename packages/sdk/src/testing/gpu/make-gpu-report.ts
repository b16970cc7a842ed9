// How does a simulated GPU answer a nonce? An SPDM request and response in the layout of Hopper's reports, or a faulty one on request.
import { concat, fromHex, utf8 } from '../../internal/bytes.js';
import { flipBit, simulatedBytes } from '../tdx/keys.js';
import { simulatedGpuKey } from './gpu-keys.js';
import { gpuReportKey } from './make-gpu-chain.js';

const BLOCKS = 64;
const REQUEST_HEAD = fromHex('11e001ff');
const RESPONSE_HEAD = fromHex('11600000');

export interface GpuReportFaults {
  /** Answers this nonce instead. */
  readonly nonce?: Uint8Array | undefined;
  /** Changes NVIDIA's opaque data, by type. */
  readonly opaque?: ReadonlyMap<number, Uint8Array> | undefined;
  /** Changes what is signed before it is signed, and the finished report after. */
  readonly editSigned?: ((signed: Uint8Array) => Uint8Array) | undefined;
  readonly editReport?: ((report: Uint8Array) => Uint8Array) | undefined;
  readonly signedBy?: string | undefined;
  readonly breakSignature?: boolean | undefined;
}

/** What a simulated GPU says about itself. */
export const SIMULATED_GPU = { driver: '570.00', vbios: '96.00.9f.00.01' } as const;

export function makeGpuReport(
  seed: string,
  nonce: Uint8Array,
  fwid: Uint8Array,
  faults: GpuReportFaults = {},
): Uint8Array {
  const record = concat(...Array.from({ length: BLOCKS }, (_, i) => measurement(seed, i + 1)));
  const opaque = new Map<number, Uint8Array>([
    [6, fromHex('009f009601000000')],
    [14, fromHex('b1030000')],
    [15, utf8('882\0')],
    [17, utf8('1010\0')],
    [18, utf8('0200\0')],
    [3, utf8(`${SIMULATED_GPU.driver}\0`)],
    [20, fwid],
    ...(faults.opaque ?? []),
  ]);
  const fields = concat(
    ...[...opaque].flatMap(([type, value]) => [littleEndian(type, 2), littleEndian(value.length, 2), value]),
  );
  const plain = concat(
    REQUEST_HEAD,
    faults.nonce ?? nonce,
    Uint8Array.of(0),
    RESPONSE_HEAD,
    Uint8Array.of(BLOCKS),
    littleEndian(record.length, 3),
    record,
    simulatedBytes(`gpu nonce ${seed}`, 32),
    littleEndian(fields.length, 2),
    fields,
  );
  const signed = faults.editSigned?.(plain) ?? plain;
  const signature = simulatedGpuKey(faults.signedBy ?? gpuReportKey(seed)).sign(signed);
  const report = concat(signed, faults.breakSignature === true ? flipBit(signature) : signature);
  return faults.editReport?.(report) ?? report;
}

/** A DMTF digest block. */
function measurement(seed: string, index: number): Uint8Array {
  const digest = simulatedBytes(`gpu measurement ${seed} ${index}`, 48);
  return concat(Uint8Array.of(index, 1), littleEndian(51, 2), Uint8Array.of(1), littleEndian(48, 2), digest);
}

function littleEndian(value: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (value >>> (8 * i)) & 0xff);
}
