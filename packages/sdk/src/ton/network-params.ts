// What are a network's rules on chain, and which copy of them does each contract hold?
import { Builder, beginCell, type Cell } from '@ton/core';
import { chainDataInvalid, readingChain, structVersionUnsupported } from './chain-error.js';

/** The params cell of the root contract. Amounts in nanoTON, delays in seconds, multipliers in units of 1/10000. */
export interface NetworkParams {
  /** Layout: 1 to 5. 3, 4 and 5 are the same in this cell. */
  readonly structVersion: number;
  /** Grows with every change; all contract addresses depend on it. */
  readonly paramsVersion: number;
  /** Separates networks: part of every address, and so of every signature. */
  readonly uniqueId: number;
  readonly isTest: boolean;
  readonly pricePerToken: bigint;
  readonly workerFeePerToken: bigint;
  readonly promptMultiplier: number;
  readonly cachedMultiplier: number;
  readonly completionMultiplier: number;
  readonly reasoningMultiplier: number;
  readonly proxyDelaySeconds: number;
  readonly clientDelaySeconds: number;
  readonly minProxyStake: bigint;
  readonly minClientStake: bigint;
  readonly proxyCode?: Cell | undefined;
  readonly workerCode?: Cell | undefined;
  readonly clientCode?: Cell | undefined;
}

const ONCE = 10_000;

/**
 * Strict: nothing may follow. Fields an old layout lacks read as a multiplier of 1.
 * @throws CocoonError `REGISTRY_VERSION_UNSUPPORTED`, `CHAIN_DATA_INVALID`
 */
export function parseNetworkParams(cell: Cell): NetworkParams {
  return readingChain('network parameters', () => {
    const slice = cell.beginParse();
    const structVersion = slice.loadUint(8);
    if (structVersion < 1 || structVersion > 5) throw structVersionUnsupported(structVersion);
    const multiplier = (since: number) => (structVersion >= since ? slice.loadUint(32) : ONCE);
    const params: NetworkParams = {
      structVersion,
      paramsVersion: slice.loadUint(32),
      uniqueId: slice.loadUint(32),
      isTest: slice.loadBit(),
      pricePerToken: slice.loadCoins(),
      workerFeePerToken: slice.loadCoins(),
      promptMultiplier: multiplier(3),
      cachedMultiplier: multiplier(2),
      completionMultiplier: multiplier(3),
      reasoningMultiplier: multiplier(2),
      proxyDelaySeconds: slice.loadUint(32),
      clientDelaySeconds: slice.loadUint(32),
      minProxyStake: slice.loadCoins(),
      minClientStake: slice.loadCoins(),
      proxyCode: slice.loadMaybeRef() ?? undefined,
      workerCode: slice.loadMaybeRef() ?? undefined,
      clientCode: slice.loadMaybeRef() ?? undefined,
    };
    slice.endParse();
    // A fee above the price would be a negative share of the proxy: its contract could never pay.
    if (params.workerFeePerToken > params.pricePerToken)
      throw chainDataInvalid('network parameters: the worker’s fee is above the price');
    return params;
  });
}

/** Layout 3, 4 or 5. */
export function storeNetworkParams(params: NetworkParams): Cell {
  if (params.structVersion < 3 || params.structVersion > 5)
    throw structVersionUnsupported(params.structVersion);
  return beginCell()
    .storeUint(params.structVersion, 8)
    .storeUint(params.paramsVersion, 32)
    .storeUint(params.uniqueId, 32)
    .storeBit(params.isTest)
    .storeCoins(params.pricePerToken)
    .storeCoins(params.workerFeePerToken)
    .storeUint(params.promptMultiplier, 32)
    .storeUint(params.cachedMultiplier, 32)
    .storeUint(params.completionMultiplier, 32)
    .storeUint(params.reasoningMultiplier, 32)
    .storeUint(params.proxyDelaySeconds, 32)
    .storeUint(params.clientDelaySeconds, 32)
    .storeCoins(params.minProxyStake)
    .storeCoins(params.minClientStake)
    .storeMaybeRef(params.proxyCode ?? null)
    .storeMaybeRef(params.workerCode ?? null)
    .storeMaybeRef(params.clientCode ?? null)
    .endCell();
}

export interface KeptCodes {
  readonly proxy: boolean;
  readonly worker: boolean;
  readonly client: boolean;
}

/** What a proxy's contract holds. */
export const PROXY_COPY: KeptCodes = { proxy: false, worker: true, client: true };
/** What a client's and a worker's contract hold. */
export const BARE_COPY: KeptCodes = { proxy: false, worker: false, client: false };

const FLAGS = 3;

/**
 * The same parameters with fewer code cells. The three flags are the last bits in every layout, so this needs no knowledge of the fields.
 * @throws CocoonError `CHAIN_DATA_INVALID`
 */
export function copyParams(cell: Cell, keep: KeptCodes): Cell {
  return readingChain('network parameters', () => {
    const scalars = cell.bits.length - FLAGS;
    const builder = new Builder().storeBits(cell.bits.substring(0, scalars));
    let next = 0;
    for (const [place, kept] of [keep.proxy, keep.worker, keep.client].entries()) {
      const code = cell.bits.at(scalars + place) ? cell.refs[next++] : undefined;
      if (kept && code !== undefined) builder.storeBit(true).storeRef(code);
      else builder.storeBit(false);
    }
    return builder.endCell();
  });
}
