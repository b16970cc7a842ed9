// Which platform does a PCK certificate describe (extension 1.2.840.113741.1.13.1)?
import { toHex } from '../../internal/bytes.js';
import { expectFormat } from '../format/cursor.js';
import {
  children,
  DerFields,
  type DerNode,
  ENUMERATED,
  isTrue,
  OCTET_STRING,
  OID,
  oidHex,
  readDer,
  SEQUENCE,
  smallInteger,
} from './der.js';
import { EXTENSION, type Extensions } from './extensions.js';

/** The platform as Intel certified it, from the PCK certificate. */
export interface PckPlatform {
  /** 16 bytes hex: stable per CPU package set, so it identifies the machine. */
  readonly ppid: string;
  /** 6 bytes hex: family, model, stepping and platform of the CPU. */
  readonly fmspc: string;
  /** 2 bytes hex. */
  readonly pceId: string;
  /** The 16 component SVNs by their own OIDs, which the TCB comparison uses. */
  readonly componentSvns: readonly number[];
  readonly pceSvn: number;
  /** 16 bytes hex; only below the Platform CA. */
  readonly platformInstanceId?: string | undefined;
  /** Simultaneous multithreading; only below the Platform CA. */
  readonly smtEnabled?: boolean | undefined;
}

export function parseSgxExtension(extensions: Extensions): PckPlatform {
  const der = extensions.get(EXTENSION.sgx);
  expectFormat(der !== undefined, 'no SGX extension');
  const values = readPairs(readDer(der, SEQUENCE));
  const tcb = readPairs(required(values, '02'));
  // The text form of the same versions, which nothing here uses: it must only be there.
  octets(required(tcb, '0212'), 16);
  expectFormat(required(values, '05').tag === ENUMERATED);
  const instance = values.get(`${EXTENSION.sgx}06`);
  const configuration = values.get(`${EXTENSION.sgx}07`);
  const smt = configuration && readPairs(configuration).get(`${EXTENSION.sgx}0703`);
  return {
    ppid: octets(required(values, '01'), 16),
    fmspc: octets(required(values, '04'), 6),
    pceId: octets(required(values, '03'), 2),
    componentSvns: Array.from({ length: 16 }, (_, i) =>
      smallInteger(required(tcb, `02${toHex(Uint8Array.of(i + 1))}`), 255),
    ),
    pceSvn: smallInteger(required(tcb, '0211'), 65_535),
    platformInstanceId: instance && octets(instance, 16),
    smtEnabled: smt && isTrue(smt),
  };
}

/** Values by object identifier. */
function readPairs(sequence: DerNode): ReadonlyMap<string, DerNode> {
  expectFormat(sequence.tag === SEQUENCE);
  const values = new Map<string, DerNode>();
  for (const node of children(sequence)) {
    const pair = new DerFields(node);
    const name = oidHex(pair.take(OID));
    expectFormat(!values.has(name), 'duplicate SGX value');
    values.set(name, pair.take());
    pair.end();
  }
  return values;
}

/** The value whose identifier ends in these arcs below the extension's own. */
function required(values: ReadonlyMap<string, DerNode>, arcs: string): DerNode {
  const value = values.get(EXTENSION.sgx + arcs);
  expectFormat(value !== undefined, 'missing SGX value');
  return value;
}

function octets(node: DerNode, length: number): string {
  expectFormat(node.tag === OCTET_STRING && node.content.length === length, 'SGX value');
  return toHex(node.content);
}
