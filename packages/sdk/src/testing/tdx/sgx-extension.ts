// How does a PCK certificate describe its platform?
import { fromHex } from '../../internal/bytes.js';
import { der, integer, octets, oid, sequence, TRUE } from './der-writer.js';

const SGX = '2a864886f84d010d01';

/** Hex strings have the sizes of Intel's profile: PPID 16 bytes, PCEID 2, FMSPC 6, instance id 16. */
export interface SgxFields {
  readonly ppid: string;
  readonly componentSvns: readonly number[];
  readonly pceSvn: number;
  readonly pceId: string;
  readonly fmspc: string;
  /** Platform CA only: instance id and configuration. */
  readonly platformInstanceId?: string | undefined;
}

export function sgxExtension(fields: SgxFields): Uint8Array {
  const pair = (arcs: string, value: Uint8Array): Uint8Array => sequence(oid(SGX + arcs), value);
  const component = (svn: number, i: number): Uint8Array =>
    pair(`02${(i + 1).toString(16).padStart(2, '0')}`, integer(svn));
  const cpuSvn = Uint8Array.from(fields.componentSvns);
  const items = [
    pair('01', octets(fromHex(fields.ppid))),
    pair(
      '02',
      sequence(
        ...fields.componentSvns.map(component),
        pair('0211', integer(fields.pceSvn)),
        pair('0212', octets(cpuSvn)),
      ),
    ),
    pair('03', octets(fromHex(fields.pceId))),
    pair('04', octets(fromHex(fields.fmspc))),
    pair('05', der(0x0a, Uint8Array.of(fields.platformInstanceId === undefined ? 0 : 1))),
  ];
  if (fields.platformInstanceId !== undefined) {
    items.push(pair('06', octets(fromHex(fields.platformInstanceId))));
    items.push(pair('07', sequence(pair('0701', TRUE), pair('0702', TRUE), pair('0703', TRUE))));
  }
  return sequence(...items);
}
