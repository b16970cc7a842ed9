// What did the application decide, and what holds where it said nothing? Every option, every default, every check.
import { platformFetch } from '#fetch';
import { platform } from '#platform';
import type { Account } from './account/account.js';
import type { Grant } from './account/grant.js';
import type { SimulatedAnchor } from './attestation/anchor.js';
import type { GpuOptions } from './attestation/gpu/verify-gpu-evidence.js';
import type { QuotePolicy } from './attestation/policy.js';
import { CocoonError } from './errors.js';
import type { CocoonEvent, EventBody } from './events.js';
import type { Padding } from './protocol/core.js';
import { LIMITS } from './protocol/limits.js';
import type { Role } from './protocol/manifest.js';
import { isSuite, type SuiteId } from './protocol/suites.js';
import type { BeaconSource } from './registry/beacon-source.js';
import type { Registry } from './registry/registry.js';
import type { Random } from './seal/random.js';
import type { Fetch } from './transport/fetch.js';

export const DEFAULT_CANDIDATES = 3;
export const DEFAULT_POOL_SIZE = 12;
const MAX_PROXIES = 16;
const MAX_POOL_SIZE = LIMITS.evidenceBatch;

/** Demands on the quotes of one role; measurements and report data come from the registry and the manifest. */
export type RoleQuotePolicy = Omit<QuotePolicy, 'measurements' | 'reportData'>;

/** What this client accepts. Everything left out has the `balanced` value. */
export interface ClientPolicy {
  readonly quote?: { readonly [R in Role]?: RoleQuotePolicy | undefined } | undefined;
  /** Key set of NVIDIA's attestation service and which GPUs are accepted, for machines that serve GPU evidence. Default: any GPU of NVIDIA's root. */
  readonly gpu?: Omit<GpuOptions, 'judge'> | undefined;
  /** Machines a request is sealed to, 1 to 8. Default 3, or as many as are eligible. */
  readonly candidates?: number | undefined;
  /** Default 1: X-Wing with AES-256-GCM. 3 needs `allowClassical`. */
  readonly suite?: SuiteId | undefined;
  /** Permits suite 3, which a future quantum computer could open. Default false. */
  readonly allowClassical?: boolean | undefined;
  /** How much sizes and times of the answer are blurred. Default `balanced`. */
  readonly padding?: Padding | undefined;
  /** Machines whose model runs outside the attested machine. Default: only simulated ones. */
  readonly allowExternalEngine?: boolean | undefined;
  /** Refuse machines whose freshness no beacon source confirms. Default false. */
  readonly requireBeacon?: boolean | undefined;
  /** Highest price factor; 1000 is 1×. Default: any. */
  readonly maxCoefficient?: number | undefined;
  /** PPIDs or platform instance ids (32 hex digits) of processors known to be guarded, for `requires: { tier: 'registered-chip' }`. */
  readonly registeredChips?: readonly string[] | undefined;
  /** Verified machines kept per model, up to 16. Default 12. */
  readonly poolSize?: number | undefined;
}

export type PolicyName = 'fast' | 'balanced' | 'strict';

/** Registry and beacons from wherever the application gets them. A function is asked again about once a minute. */
export interface NetworkSource {
  readonly registry: Registry | (() => Promise<Registry>);
  readonly beacons?: BeaconSource | undefined;
}

export interface CocoonOptions {
  /** Base URLs of proxies; the first that verifies is used, the others stand by. */
  readonly proxy?: string | readonly string[] | undefined;
  /** Whose rules hold: which code machines may run, and what a token costs. */
  readonly network: Registry | NetworkSource | 'mainnet' | 'testnet';
  readonly policy?: PolicyName | ClientPolicy | undefined;
  /** Who pays. Without it machines can be verified and models listed, nothing more. */
  readonly account?: Account | Grant | (() => Promise<Grant>) | undefined;
  /** Only from `simulatedAnchor()` of `@cocoonkit/sdk/unsafe`. Default: Intel's root. */
  readonly anchor?: SimulatedAnchor | undefined;
  /** Short for `policy.candidates`. */
  readonly candidates?: number | undefined;
  /** Milliseconds without a byte after which a running answer's connection counts as lost, and the rest is asked for again. Default 45,000. */
  readonly answerSilenceMs?: number | undefined;
  /** Default: the global one; in Node, as long as neither it nor its dispatcher was replaced, node:http, which costs a fourth. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly now?: (() => Date) | undefined;
  /** Waits between attempts. Default: a timer. */
  readonly wait?: ((ms: number) => Promise<void>) | undefined;
  readonly onEvent?: ((event: CocoonEvent) => void) | undefined;
}

/** The options with every default filled in. */
export interface Config {
  readonly proxies: readonly string[];
  readonly network: NetworkSource;
  readonly quote: Readonly<Record<Role, RoleQuotePolicy>>;
  readonly gpu: GpuOptions | undefined;
  readonly candidates: number;
  readonly suite: SuiteId;
  readonly padding: Padding;
  readonly allowExternalEngine: boolean | undefined;
  readonly requireBeacon: boolean;
  readonly maxCoefficient: number;
  readonly registeredChips: readonly string[];
  readonly poolSize: number;
  readonly account: CocoonOptions['account'];
  readonly anchor: SimulatedAnchor | undefined;
  readonly answerSilenceMs: number;
  readonly fetch: typeof globalThis.fetch;
  /** How sealed messages travel: the caller's `fetch`, or whatever costs this platform least. */
  readonly transport: Fetch;
  readonly now: () => Date;
  readonly wait: ((ms: number) => Promise<void>) | undefined;
  readonly random: Random;
  readonly emit: (event: EventBody) => void;
}

const PRESETS: Readonly<Record<PolicyName, ClientPolicy>> = {
  fast: { padding: 'fast' },
  balanced: {},
  strict: { padding: 'strict', candidates: 1, requireBeacon: true, allowExternalEngine: false },
};

/** @throws CocoonError kind `config`: `NETWORK_NOT_AVAILABLE`, `OPTIONS_INVALID`, `CLASSICAL_NOT_ALLOWED` */
export function readConfig(options: CocoonOptions): Config {
  const policy = readPolicy(options.policy);
  const suite = policy.suite ?? 1;
  if (!isSuite(suite)) throw invalid('policy.suite is not 1, 2 or 3');
  if (suite === 3 && policy.allowClassical !== true) throw classicalNotAllowed();
  const padding = policy.padding ?? 'balanced';
  if (!['fast', 'balanced', 'strict'].includes(padding)) throw invalid('policy.padding is unknown');
  const candidates = options.candidates ?? policy.candidates ?? DEFAULT_CANDIDATES;
  const poolSize = policy.poolSize ?? DEFAULT_POOL_SIZE;
  checkWhole('candidates', candidates, 1, LIMITS.candidates);
  checkWhole('policy.poolSize', poolSize, 1, MAX_POOL_SIZE);
  checkWhole('policy.maxCoefficient', policy.maxCoefficient ?? 0, 0, 0xffffffff);
  const answerSilenceMs = options.answerSilenceMs ?? LIMITS.answerSilenceMs;
  checkWhole('answerSilenceMs', answerSilenceMs, 100, LIMITS.maxMs);
  return {
    proxies: readProxies(options.proxy),
    network: readNetwork(options.network),
    quote: { worker: policy.quote?.worker ?? {}, proxy: policy.quote?.proxy ?? {} },
    gpu: policy.gpu,
    candidates,
    suite,
    padding,
    allowExternalEngine: policy.allowExternalEngine,
    requireBeacon: policy.requireBeacon ?? false,
    maxCoefficient: policy.maxCoefficient ?? 0xffffffff,
    registeredChips: readChips(policy.registeredChips),
    poolSize: Math.max(poolSize, candidates),
    account: options.account,
    anchor: options.anchor,
    answerSilenceMs,
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    transport: options.fetch ?? platformFetch,
    now: options.now ?? (() => new Date()),
    wait: options.wait,
    random: platform.randomBytes,
    emit: quietly(options.onEvent, options.anchor !== undefined),
  };
}

function readPolicy(policy: CocoonOptions['policy']): ClientPolicy {
  if (policy === undefined) return PRESETS.balanced;
  if (typeof policy !== 'string') return policy;
  if (!Object.hasOwn(PRESETS, policy)) throw invalid('policy is not fast, balanced or strict');
  return PRESETS[policy];
}

function readChips(chips: readonly string[] = []): string[] {
  if (!chips.every((chip) => /^[0-9a-fA-F]{32}$/.test(chip)))
    throw invalid('policy.registeredChips is not a list of 32 hex digits each');
  return chips.map((chip) => chip.toLowerCase());
}

function readProxies(proxy: CocoonOptions['proxy']): string[] {
  const list = proxy === undefined ? [] : typeof proxy === 'string' ? [proxy] : [...proxy];
  if (list.length > MAX_PROXIES) throw invalid(`proxy lists more than ${MAX_PROXIES} addresses`);
  return list.map((entry) => {
    const url = URL.canParse(entry) ? new URL(entry) : undefined;
    if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
      throw invalid('proxy is not an http(s) address');
    }
    if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
      throw invalid('proxy carries a query, a fragment or credentials');
    }
    return url.href.replace(/\/$/, '');
  });
}

function readNetwork(network: CocoonOptions['network']): NetworkSource {
  if (typeof network === 'string') throw networkNotAvailable(network);
  if (typeof network !== 'object' || network === null) throw invalid('network is missing');
  return 'registry' in network ? network : { registry: network };
}

// A listener that throws must not break a request.
function quietly(listen: CocoonOptions['onEvent'], simulated: boolean): (event: EventBody) => void {
  if (listen === undefined) return () => undefined;
  return (event) => {
    try {
      listen({ ...event, simulated });
    } catch {
      // The application's own fault, and it has no caller to hear of it.
    }
  };
}

function checkWhole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw invalid(`${name} is not a whole number from ${least} to ${most}`);
  }
}

function invalid(reason: string): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'OPTIONS_INVALID',
    message: `createCocoon cannot use its options: ${reason}.`,
    remedy: 'Correct the option; nothing was sent.',
  });
}

function classicalNotAllowed(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'CLASSICAL_NOT_ALLOWED',
    message: 'Suite 3 has no protection against recorded traffic being opened by a later quantum computer.',
    remedy: 'Use suite 1, or set policy.allowClassical if you accept that.',
  });
}

function networkNotAvailable(name: string): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'NETWORK_NOT_AVAILABLE',
    message: `The registry of '${name === 'mainnet' || name === 'testnet' ? name : 'this network'}' cannot be read yet: this version ships no chain registry.`,
    remedy: 'Pass a registry: fetchLocalRegistry(), parseLocalRegistry() or { registry, beacons }.',
  });
}
