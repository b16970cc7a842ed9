// What does the root contract say? One data cell is one consistent snapshot; everything else is computed from it.
import { type Address, type Cell, Dictionary, type DictionaryValue, type Slice } from '@ton/core';
import { toHex } from '../internal/bytes.js';
import { chainDataInvalid, readingChain } from './chain-error.js';
import type { ParamsOnChain } from './derive.js';
import { parseNetworkParams } from './network-params.js';

export interface RegisteredProxy {
  readonly seqno: number;
  /** `ip:port`, where workers connect. */
  readonly workers: string;
  /** `ip:port`, where clients connect. */
  readonly clients: string;
}

export interface KeyManager {
  /** Hexadecimal key -> kind and Unix seconds of its end. */
  readonly publicKeys: ReadonlyMap<string, { readonly keyType: number; readonly expires: number }>;
  readonly publicKey: string;
  readonly imageHash: string;
  readonly address: string;
}

/** A network's registry. Hashes are 64 hexadecimal digits, in ascending order. */
export interface RegistryConfig {
  readonly owner: Address;
  /** Grows with every change by the owner. */
  readonly version: number;
  readonly proxyHashes: readonly string[];
  readonly workerHashes: readonly string[];
  /** SHA-256 of a model's full name. */
  readonly modelHashes: readonly string[];
  readonly registeredProxies: readonly RegisteredProxy[];
  readonly lastProxySeqno: number;
  readonly chainParams: ParamsOnChain;
  /** From layout 4 on. */
  readonly keyManager?: KeyManager | undefined;
}

const MAX_ENTRIES = 10_000;

/** Counts while reading: branches may share cells, so that a few stand for more entries than could ever be held. */
function counted<T>(parse: (value: Slice) => T): DictionaryValue<T> {
  let entries = 0;
  return {
    serialize: () => {},
    parse: (value) => {
      if (++entries > MAX_ENTRIES) throw chainDataInvalid(`a list of more than ${MAX_ENTRIES} entries`);
      return parse(value);
    },
  };
}

function parseEmpty(value: Slice): true {
  if (value.remainingBits !== 0 || value.remainingRefs !== 0)
    throw chainDataInvalid('a set whose entries hold values');
  return true;
}

/**
 * Reads layouts 1 to 5.
 * @throws CocoonError `CHAIN_DATA_INVALID`, `REGISTRY_VERSION_UNSUPPORTED`
 */
export function readRoot(data: Cell): RegistryConfig {
  return readingChain('root contract', () => {
    const slice = data.beginParse();
    const owner = slice.loadAddress();
    const version = slice.loadUint(32);
    const registry = slice.loadRef().beginParse();
    const cell = slice.loadRef();
    const params = parseNetworkParams(cell);
    const keyManager = params.structVersion >= 4 ? readKeyManager(slice.loadRef().beginParse()) : undefined;
    // Sets of verifier keys, which no policy here uses.
    if (params.structVersion >= 5) slice.loadRef();
    slice.endParse();
    const proxyHashes = readSet(registry);
    const registeredProxies = readProxies(registry);
    const lastProxySeqno = registry.loadUint(32);
    const workerHashes = readSet(registry);
    const modelHashes = readSet(registry);
    registry.endParse();
    return {
      owner,
      version,
      proxyHashes,
      workerHashes,
      modelHashes,
      registeredProxies,
      lastProxySeqno,
      chainParams: { cell, params },
      keyManager,
    };
  });
}

function readSet(slice: Slice): string[] {
  const set = Dictionary.load(Dictionary.Keys.BigUint(256), counted(parseEmpty), slice);
  return set
    .keys()
    .map((hash) => hash.toString(16).padStart(64, '0'))
    .sort();
}

function readProxies(slice: Slice): RegisteredProxy[] {
  const proxies = Dictionary.load(Dictionary.Keys.Uint(32), counted(readNetworkAddress), slice);
  const found: RegisteredProxy[] = [];
  for (const [seqno, text] of proxies) {
    // An unknown type of address is somebody else's news, not a fault.
    if (text === undefined) continue;
    const [workers = '', clients = workers] = text.split(' ');
    found.push({ seqno, workers, clients });
  }
  return found.sort((a, b) => a.seqno - b.seqno);
}

/** Printable ASCII; `undefined` for an unknown type. */
function readNetworkAddress(slice: Slice): string | undefined {
  if (slice.loadBit()) return undefined;
  const bytes = slice.loadUint(7);
  let text = '';
  for (let index = 0; index < bytes; index++) {
    const code = slice.loadUint(8);
    if (code < 0x20 || code > 0x7e) throw chainDataInvalid('a network address that is no printable text');
    text += String.fromCharCode(code);
  }
  slice.endParse();
  return text;
}

function readKeyManager(slice: Slice): KeyManager {
  const values = counted((value) => {
    const entry = { keyType: value.loadUint(8), expires: value.loadUint(32) };
    value.endParse();
    return entry;
  });
  const keys = Dictionary.load(Dictionary.Keys.BigUint(256), values, slice);
  return {
    publicKeys: new Map([...keys].map(([key, value]) => [key.toString(16).padStart(64, '0'), value])),
    publicKey: toHex(Uint8Array.from(slice.loadBuffer(32))),
    imageHash: toHex(Uint8Array.from(slice.loadBuffer(32))),
    address: readNetworkAddress(slice) ?? '',
  };
}
