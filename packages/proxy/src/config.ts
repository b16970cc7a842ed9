// What can an operator set, and which values make sense? All problems are reported at once.
import { CocoonError } from '@cocoonkit/sdk/errors';
import { LIMITS } from '@cocoonkit/sdk/protocol';
import { z } from 'zod';
import { NEW_GRANTS_PER_HOUR, RUNNING_PER_ACCOUNT } from './ledger/limits.js';

const port = z.coerce.number().int().min(0).max(65_535);
const count = (initial: number, max = 1_000_000) => z.coerce.number().int().min(1).max(max).default(initial);

/** How much of everything the proxy takes on before it says no. */
const limits = z.strictObject({
  /** TCP connections at once. */
  connections: count(20_000),
  /** Inference requests at once. */
  openRequests: count(8_192),
  /** Sealed messages per second and address, and how many at once after a pause. */
  addressRate: count(200),
  addressBurst: count(400),
  /** Requests of one account at once, and grants it may bring for the first time within an hour. */
  accountRunning: count(RUNNING_PER_ACCOUNT),
  accountNewGrants: count(NEW_GRANTS_PER_HOUR),
  /** Sealed messages being opened at once, and waiting for it. */
  opening: count(8, 256),
  openQueue: count(512),
  /** From this many waiting on, or failing to open per second, only clients with a ticket are admitted. */
  ticketsAbove: count(128),
  junkRate: count(200),
  /** Worker channels, and handshakes at once. */
  workers: count(12_000),
  handshakes: count(64, 4_096),
  /** Time a client has for head and envelope, and between two pieces of a body. */
  headMs: count(10_000, 600_000),
  bodyIdleMs: count(30_000, 600_000),
  /** A worker that owes something, or a client that takes nothing, for this long is given up (PROTOCOL.md §14). */
  silenceMs: count(LIMITS.silenceMs, 600_000),
  /** How long running requests may go on after SIGTERM. */
  drainMs: count(30_000, 3_600_000),
});

const proxyConfig = z.strictObject({
  dir: z.string().min(1),
  host: z.string().min(1).default('127.0.0.1'),
  port: port.default(0),
  adminPort: port.default(0),
  /** URL or file of the registry's signed snapshot, and the pinned key it must be signed with (hex). */
  registry: z.string().min(1),
  registryKey: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits'),
  quote: z.enum(['simulated', 'configfs']),
  /** PCCS, or Intel's service, that collateral for this machine's quotes is fetched from; or a file that somebody keeps fresh. */
  pccs: z
    .url({ protocol: /^https?$/, error: 'must be an address like https://pccs.example:8081' })
    .optional(),
  collateralFile: z.string().min(1).optional(),
  /** Boot log to hand over; by default the kernel’s, where there is one. */
  eventLog: z.string().min(1).optional(),
  ledger: z.enum(['sqlite', 'memory']).default('sqlite'),
  /** Also offers suite 3, which has no post-quantum protection. */
  classical: z.boolean().default(false),
  /** Life of one set of keys, and how long the next set exists before it ends. Clients refuse keys whose block is older than 90 minutes. */
  epochSeconds: z.coerce.number().int().min(10).max(5_280).default(3_600),
  overlapSeconds: z.coerce.number().int().min(5).max(2_640).default(600),
  /** Stable public address of this replica, told in the manifest. */
  url: z.url().max(512).optional(),
  /** Header with the client's address, only behind a load balancer that sets it itself. */
  addressHeader: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .optional(),
  limits: limits.prefault({}),
});

export type ProxyConfig = z.output<typeof proxyConfig>;
export type ProxyConfigInput = z.input<typeof proxyConfig>;
export type ProxyLimits = ProxyConfig['limits'];

/** @throws CocoonError `CONFIG_INVALID`, naming every problem. */
export function parseProxyConfig(input: unknown): ProxyConfig {
  const parsed = proxyConfig.safeParse(input);
  const problems = parsed.success ? [] : parsed.error.issues.map(sayIssue);
  if (parsed.success) problems.push(...mismatches(parsed.data));
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new CocoonError({
    kind: 'config',
    code: 'CONFIG_INVALID',
    message: `The configuration cannot be used: ${problems.join('; ')}.`,
    remedy: 'Correct the named settings and start again.',
    details: { problems: problems.length },
  });
}

function* mismatches(config: ProxyConfig): Generator<string> {
  const { quote, pccs, collateralFile, eventLog, epochSeconds, overlapSeconds } = config;
  // Workers open a channel to the next keys in the last twelfth of the old ones' life: those must exist by then, also after failed attempts.
  if (overlapSeconds * 6 < epochSeconds || overlapSeconds * 2 > epochSeconds)
    yield 'overlapSeconds: must be from a sixth to a half of epochSeconds';
  if (quote === 'configfs' && pccs === undefined && collateralFile === undefined)
    yield 'pccs or collateralFile: one is needed with quote configfs';
  if (pccs !== undefined && collateralFile !== undefined) yield 'pccs and collateralFile: exclude each other';
  if (quote === 'simulated' && pccs !== undefined) yield 'pccs: belongs to quote configfs';
  if (quote === 'simulated' && eventLog !== undefined) yield 'eventLog: belongs to quote configfs';
}

function sayIssue(issue: z.core.$ZodIssue): string {
  return `${issue.path.map(String).join('.') || 'configuration'}: ${issue.message}`;
}
