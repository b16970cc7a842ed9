// Which security versions does Intel's TCB info call up to date for a platform?
import { toHex } from '../internal/bytes.js';
import { expectFormat } from './format/cursor.js';
import {
  asObject,
  field,
  hexField,
  integerField,
  type JsonObject,
  listField,
  objectField,
  textField,
} from './format/json.js';
import { parseSignedJson, type SignedHead } from './parse-signed-json.js';
import {
  type IsvLevel,
  type LevelVerdict,
  type Masked,
  parseComponents,
  parseIsvLevels,
  parseLevels,
  parseMasked,
  parseVerdict,
} from './parse-tcb-level.js';
import { MODULE_STATUSES, PLATFORM_STATUSES } from './tcb-status.js';

const MAX_MODULES = 64;

export interface PlatformLevel extends LevelVerdict {
  readonly sgx: readonly number[];
  readonly pceSvn: number;
  readonly tdx: readonly number[];
}

export interface TdxModule {
  readonly mrSigner: Uint8Array;
  readonly attributes: Masked;
}

/** A signed TDX TCB info document, version 3 (Intel PCS API v4). */
export interface TcbInfo extends SignedHead {
  readonly fmspc: string;
  readonly pceId: string;
  readonly module: TdxModule;
  /** By id, for example `TDX_01`. */
  readonly moduleIdentities: ReadonlyMap<string, TdxModule & { readonly levels: readonly IsvLevel[] }>;
  /** Highest first. */
  readonly levels: readonly PlatformLevel[];
}

export function parseTcbInfo(signed: Uint8Array): TcbInfo {
  const { json, head } = parseSignedJson(signed, 'TDX', 3);
  expectFormat(field(json, 'tcbType') === 0, 'tcbType');
  const identities =
    field(json, 'tdxModuleIdentities') === undefined
      ? []
      : listField(json, 'tdxModuleIdentities', MAX_MODULES);
  const moduleIdentities = new Map(
    identities.map((entry) => {
      const identity = asObject(entry, 'identity');
      return [
        textField(identity, 'id'),
        { ...parseModule(identity), levels: parseIsvLevels(identity, MODULE_STATUSES) },
      ];
    }),
  );
  expectFormat(moduleIdentities.size === identities.length, 'duplicate id');
  return {
    ...head,
    fmspc: toHex(hexField(json, 'fmspc', 6)),
    pceId: toHex(hexField(json, 'pceId', 2)),
    module: parseModule(objectField(json, 'tdxModule')),
    moduleIdentities,
    levels: sortLevels(parseLevels(json).map(parseLevel)),
  };
}

function parseModule(object: JsonObject): TdxModule {
  return { mrSigner: hexField(object, 'mrsigner', 48), attributes: parseMasked(object, 'attributes', 8) };
}

function parseLevel(level: JsonObject): PlatformLevel {
  const tcb = objectField(level, 'tcb');
  return {
    sgx: parseComponents(tcb, 'sgxtcbcomponents'),
    pceSvn: integerField(tcb, 'pcesvn', 65_535),
    tdx: parseComponents(tcb, 'tdxtcbcomponents'),
    ...parseVerdict(level, PLATFORM_STATUSES),
  };
}

/** Descending by SGX components, PCE and TDX components: the document's own order proves nothing. */
function sortLevels(levels: PlatformLevel[]): readonly PlatformLevel[] {
  const key = ({ sgx, pceSvn, tdx }: PlatformLevel): readonly number[] => [...sgx, pceSvn, ...tdx];
  return levels.sort((a, b) => {
    const first = key(a);
    const difference = key(b)
      .map((value, i) => value - (first[i] ?? 0))
      .find((value) => value !== 0);
    expectFormat(difference !== undefined, 'equal levels');
    return difference;
  });
}
