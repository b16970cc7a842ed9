// What does Intel's provisioning certification service, or a PCCS, say about a platform today?
import { z } from 'zod';
import type { Collateral } from '../attestation/collateral/collateral.js';
import { parseCollateral } from '../attestation/collateral/parse-collateral.js';
import type { PcsResponse, PcsResponses } from '../attestation/collateral/parse-pcs-responses.js';
import { CocoonError } from '../errors.js';
import { collateralFetchError, type FetchSubject } from './fetch-error.js';
import { type GetOptions, getAnswer } from './get-answer.js';

export const INTEL_PCS_URL = 'https://api.trustedservices.intel.com';
/** Where the root certificate's own CRL distribution point leads. */
const INTEL_ROOT_CRL_URL = 'https://certificates.trustedservices.intel.com/IntelSGXRootCA.der';
/** How operators' QCNL configuration writes a PCCS. */
const QCNL_SUFFIX = /\/(?:sgx|tdx)\/certification\/v4\/?$/;

export interface FetchCollateralOptions {
  /** 12 hex digits; `quotePlatform` reads it from a quote. */
  readonly fmspc: string;
  readonly ca: 'platform' | 'processor';
  /** Intel's service (the default) or a PCCS: its origin, or its address as in `sgx_default_qcnl.conf`. */
  readonly baseUrl?: string | undefined;
  /** Default: Intel's for Intel's service, else the PCCS's own copy. */
  readonly rootCrlUrl?: string | undefined;
  /** `early` has an update from the day Intel publishes it, `standard` (the default) when machines had time to be patched. */
  readonly update?: 'standard' | 'early' | undefined;
  /** One evaluation data number; excludes `update`. */
  readonly tcbEvaluationDataNumber?: number | undefined;
  /** For one attempt at one answer; default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** For everything, retries and bodies included; default 60,000. */
  readonly totalTimeoutMs?: number | undefined;
  /** After the first attempt; on 408, 429, 5xx, timeouts and broken connections. Waits double from 300 ms, or as `Retry-After` says. Default 3. */
  readonly retries?: number | undefined;
  /** Of one answer; default 1 MiB. */
  readonly maxBytes?: number | undefined;
  /** 0 <= x < 1; spreads retries of many machines. Default: they are not spread. */
  readonly jitter?: (() => number) | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly signal?: AbortSignal | undefined;
}

const address = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .refine((url) => new URL(url).username === '', 'must not hold credentials');
const checked = z
  .object({
    fmspc: z.string().regex(/^[0-9a-fA-F]{12}$/, 'must be 12 hex digits'),
    ca: z.enum(['platform', 'processor'], { error: 'must be platform or processor' }),
    baseUrl: address.default(INTEL_PCS_URL),
    rootCrlUrl: address.optional(),
    update: z.enum(['standard', 'early'], { error: 'must be standard or early' }).optional(),
    tcbEvaluationDataNumber: z.int().min(1).max(0xffff_ffff).optional(),
    timeoutMs: z.int().min(1).max(600_000).default(10_000),
    totalTimeoutMs: z.int().min(1).max(3_600_000).default(60_000),
    retries: z.int().min(0).max(10).default(3),
    maxBytes: z
      .int()
      .min(1)
      .max(16 * 1024 * 1024)
      .default(1024 * 1024),
  })
  .refine(
    ({ update, tcbEvaluationDataNumber }) => update === undefined || tcbEvaluationDataNumber === undefined,
    'update and tcbEvaluationDataNumber exclude each other',
  );

/**
 * Fetches the four documents that `verifyQuote` needs and reads them. Nothing is verified here: whoever answers is not trusted,
 * and http is as good as https, since Intel signs all of it.
 * @throws CocoonError `COLLATERAL_UNKNOWN_PLATFORM` (404), `COLLATERAL_WITHDRAWN` (410), `COLLATERAL_REFUSED` (other 4xx),
 * `COLLATERAL_UNAVAILABLE` (429, 5xx, network, time), `COLLATERAL_TOO_LARGE`, `ABORTED`, `CONFIG_INVALID`, and what `parseCollateral` throws.
 * Source: Intel SGX and TDX Provisioning Certification Service API version 4; Intel PCCS design guide.
 */
export async function fetchCollateral(options: FetchCollateralOptions): Promise<Collateral> {
  const { fetch = globalThis.fetch, jitter = () => 1, signal } = options;
  const config = checkOptions(options);
  const base = config.baseUrl.replace(QCNL_SUFFIX, '').replace(/\/+$/, '');
  const isIntel = new URL(base).host === new URL(INTEL_PCS_URL).host;
  const rootCrlUrl =
    config.rootCrlUrl ?? (isIntel ? INTEL_ROOT_CRL_URL : `${base}/sgx/certification/v4/rootcacrl`);
  const version = versionQuery(config);
  const stop = new AbortController();
  const deadline = AbortSignal.timeout(config.totalTimeoutMs);
  const parts: GetOptions = {
    ...config,
    fetch,
    jitter,
    signal: AbortSignal.any([stop.signal, deadline, ...(signal === undefined ? [] : [signal])]),
  };
  const get = async (subject: FetchSubject, url: string): Promise<PcsResponse> => {
    try {
      return await getAnswer(url, parts);
    } catch (cause) {
      // One document is missing, so the others are of no use.
      stop.abort();
      throw collateralFetchError(cause, subject, signal?.aborted === true);
    }
  };
  const [tcbInfo, qeIdentity, pckCrl, rootCrl] = await allOrFirstError([
    get('TCB info', `${base}/tdx/certification/v4/tcb?fmspc=${config.fmspc.toUpperCase()}${version('&')}`),
    get('QE identity', `${base}/tdx/certification/v4/qe/identity${version('?')}`),
    get('PCK CRL', `${base}/sgx/certification/v4/pckcrl?ca=${config.ca}&encoding=der`),
    get('root CRL', rootCrlUrl),
  ]);
  const answers: PcsResponses = { tcbInfo, qeIdentity, pckCrl, rootCrl };
  return parseCollateral(answers);
}

function checkOptions(options: FetchCollateralOptions): z.output<typeof checked> {
  const result = checked.safeParse(options);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => [...path.map(String), message].join(' '));
  throw new CocoonError({
    kind: 'config',
    code: 'CONFIG_INVALID',
    message: `Collateral cannot be fetched like this: ${problems.join('; ')}.`,
    remedy: 'Correct the named options.',
  });
}

function versionQuery(config: z.output<typeof checked>): (before: '?' | '&') => string {
  const { update, tcbEvaluationDataNumber: number } = config;
  if (number !== undefined) return (before) => `${before}tcbEvaluationDataNumber=${number}`;
  // Left out unless asked for: a PCCS may not know it, and `standard` is what it means.
  return (before) => (update === 'early' ? `${before}update=early` : '');
}

/** The error that came first, not the ones its abort caused. */
async function allOrFirstError(
  wanted: readonly [Promise<PcsResponse>, Promise<PcsResponse>, Promise<PcsResponse>, Promise<PcsResponse>],
): Promise<[PcsResponse, PcsResponse, PcsResponse, PcsResponse]> {
  try {
    return await Promise.all(wanted);
  } finally {
    await Promise.allSettled(wanted);
  }
}
