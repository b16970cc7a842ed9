// What does the root contract say? The same as `readRoot` of `@cocoonkit/sdk/ton`, for pages: from bytes, without a chain library.
import { toHex } from '../../internal/bytes.js';
import { chainDataInvalid, structVersionUnsupported } from '../../ton/chain-error.js';
import type { NetworkParams } from '../../ton/network-params.js';
import type { KeyManager, RegisteredProxy } from '../../ton/read-root.js';
import { CellReader } from './cell-reader.js';
import { type BocCell, parseBoc } from './parse-boc.js';
import { readDictionary } from './read-dictionary.js';

/** Instead of code, its representation hash: 64 hexadecimal digits. */
export interface RegistryParams extends Omit<NetworkParams, 'proxyCode' | 'workerCode' | 'clientCode'> {
  readonly proxyCodeHash?: string | undefined;
  readonly workerCodeHash?: string | undefined;
  readonly clientCodeHash?: string | undefined;
}

/** A network's registry. Hashes are 64 hexadecimal digits, in ascending order. */
export interface RegistryConfig {
  /** Representation hash of the data cell: two snapshots with the same hash are the same. */
  readonly dataHash: string;
  /** `workchain:hash`. */
  readonly owner: string;
  /** Grows with every change by the owner. */
  readonly version: number;
  readonly proxyHashes: readonly string[];
  readonly workerHashes: readonly string[];
  /** SHA-256 of a model's full name. */
  readonly modelHashes: readonly string[];
  readonly registeredProxies: readonly RegisteredProxy[];
  readonly lastProxySeqno: number;
  readonly params: RegistryParams;
  /** From layout 4 on. */
  readonly keyManager?: KeyManager | undefined;
}

const ONCE = 10_000;

/**
 * `dataBoc`: the root contract's data, as every endpoint gives it. Layouts 1 to 5.
 * @throws CocoonError `BOC_INVALID`, `CHAIN_DATA_INVALID`, `REGISTRY_VERSION_UNSUPPORTED`
 */
export function parseRegistry(dataBoc: Uint8Array): RegistryConfig {
  const root = parseBoc(dataBoc);
  const reader = new CellReader(root);
  const owner = readAddress(reader);
  const version = reader.uint(32);
  const lists = new CellReader(reader.ref());
  const params = readParams(new CellReader(reader.ref()));
  const keyManager = params.structVersion >= 4 ? readKeyManager(new CellReader(reader.ref())) : undefined;
  // Sets of verifier keys, which no policy here uses.
  if (params.structVersion >= 5) reader.ref();
  reader.end();
  const proxyHashes = readSet(lists);
  const registeredProxies = readProxies(lists);
  const lastProxySeqno = lists.uint(32);
  const workerHashes = readSet(lists);
  const modelHashes = readSet(lists);
  lists.end();
  return {
    dataHash: toHex(root.hash),
    owner,
    version,
    proxyHashes,
    workerHashes,
    modelHashes,
    registeredProxies,
    lastProxySeqno,
    params,
    keyManager,
  };
}

function readAddress(reader: CellReader): string {
  // A standard address that is not rewritten on its way.
  if (reader.uint(3) !== 0b100) throw chainDataInvalid('an owner that is no address');
  const workchain = reader.uint(8);
  return `${workchain < 128 ? workchain : workchain - 256}:${reader.hex(32)}`;
}

function readParams(reader: CellReader): RegistryParams {
  const structVersion = reader.uint(8);
  if (structVersion < 1 || structVersion > 5) throw structVersionUnsupported(structVersion);
  const multiplier = (since: number): number => (structVersion >= since ? reader.uint(32) : ONCE);
  const hash = (cell: BocCell | undefined): string | undefined => cell && toHex(cell.hash);
  const params: RegistryParams = {
    structVersion,
    paramsVersion: reader.uint(32),
    uniqueId: reader.uint(32),
    isTest: reader.bit() === 1,
    pricePerToken: reader.coins(),
    workerFeePerToken: reader.coins(),
    promptMultiplier: multiplier(3),
    cachedMultiplier: multiplier(2),
    completionMultiplier: multiplier(3),
    reasoningMultiplier: multiplier(2),
    proxyDelaySeconds: reader.uint(32),
    clientDelaySeconds: reader.uint(32),
    minProxyStake: reader.coins(),
    minClientStake: reader.coins(),
    proxyCodeHash: hash(reader.maybeRef()),
    workerCodeHash: hash(reader.maybeRef()),
    clientCodeHash: hash(reader.maybeRef()),
  };
  reader.end();
  if (params.workerFeePerToken > params.pricePerToken)
    throw chainDataInvalid('network parameters: the worker’s fee is above the price');
  return params;
}

function readSet(lists: CellReader): string[] {
  return readDictionary(lists, 256, (value) => value.end()).map(([hash]) => hash);
}

function readProxies(lists: CellReader): RegisteredProxy[] {
  return readDictionary(lists, 32, readNetworkAddress).flatMap(([seqno, text]) => {
    // An unknown type of address is somebody else's news, not a fault.
    if (text === undefined) return [];
    const [workers = '', clients = workers] = text.split(' ');
    return [{ seqno: Number.parseInt(seqno, 16), workers, clients }];
  });
}

/** Printable ASCII; `undefined` for an unknown type. */
function readNetworkAddress(reader: CellReader): string | undefined {
  if (reader.bit() === 1) return undefined;
  let text = '';
  for (let left = reader.uint(7); left > 0; left--) {
    const code = reader.uint(8);
    if (code < 0x20 || code > 0x7e) throw chainDataInvalid('a network address that is no printable text');
    text += String.fromCharCode(code);
  }
  reader.end();
  return text;
}

function readKeyManager(reader: CellReader): KeyManager {
  const publicKeys = new Map(
    readDictionary(reader, 256, (value) => {
      const entry = { keyType: value.uint(8), expires: value.uint(32) };
      value.end();
      return entry;
    }),
  );
  return {
    publicKeys,
    publicKey: reader.hex(32),
    imageHash: reader.hex(32),
    address: readNetworkAddress(reader) ?? '',
  };
}
