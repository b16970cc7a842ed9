// Which platform does a PCK certificate describe (extension 1.2.840.113741.1.13.1)?
import { toHex } from '../../internal/bytes.js';
import { expectFormat } from '../format/cursor.js';
import {
  children,
  type DerNode,
  ENUMERATED,
  isTrue,
  OCTET_STRING,
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
  const values = readPairs(readDer(der, SEQUENCE), EXTENSION.sgx);
  const tcb = readPairs(required(values, 2), `${EXTENSION.sgx}02`);
  const componentSvns = Array.from({ length: 16 }, (_, i) => smallInteger(required(tcb, i + 1), 255));
  octets(required(tcb, 18), 16);
  const kind = required(values, 5);
  expectFormat(kind.tag === ENUMERATED && kind.content.length === 1);
  const instance = values.get(6);
  const configuration = values.get(7);
  const smt = configuration && readPairs(configuration, `${EXTENSION.sgx}07`).get(3);
  return {
    ppid: octets(required(values, 1), 16),
    fmspc: octets(required(values, 4), 6),
    pceId: octets(required(values, 3), 2),
    componentSvns,
    pceSvn: smallInteger(required(tcb, 17), 65_535),
    platformInstanceId: instance && octets(instance, 16),
    smtEnabled: smt && isTrue(smt),
  };
}

/** Values by the last arc of their object identifier, all arcs being direct children of `parent`. */
function readPairs(sequence: DerNode, parent: string): ReadonlyMap<number, DerNode> {
  expectFormat(sequence.tag === SEQUENCE);
  const values = new Map<number, DerNode>();
  for (const node of children(sequence)) {
    const pair = children(node);
    const [oid, value] = pair;
    expectFormat(node.tag === SEQUENCE && pair.length === 2 && oid !== undefined && value !== undefined);
    const name = oidHex(oid);
    const arc = Number.parseInt(name.slice(parent.length), 16);
    expectFormat(name.length === parent.length + 2 && name.startsWith(parent));
    expectFormat(!values.has(arc));
    values.set(arc, value);
  }
  return values;
}

function required(values: ReadonlyMap<number, DerNode>, arc: number): DerNode {
  const value = values.get(arc);
  expectFormat(value !== undefined);
  return value;
}

function octets(node: DerNode, length: number): string {
  expectFormat(
    node.tag === OCTET_STRING && node.content.length === length,
    `SGX value is not ${length} bytes`,
  );
  return toHex(node.content);
}
