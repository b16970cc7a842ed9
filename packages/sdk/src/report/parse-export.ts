// Is this text an exported report, and is it whole? Shape and checksum only: nothing in it is trusted yet.
import { platform } from '#platform';
import { CocoonError } from '../errors.js';
import { fromBase64Url, utf8 } from '../internal/bytes.js';
import type { Role } from '../protocol/manifest.js';
import { DEFAULT_PRICES } from '../protocol/price.js';
import { parseStrictJson } from '../protocol/strict-json.js';
import { isSuite } from '../protocol/suites.js';
import type { Registry } from '../registry/registry.js';
import { EXPORT_FORMAT, EXPORT_VERSION, exportDigest } from './export-report.js';
import type { Seen } from './receipt-lines.js';
import type { ReportPolicy } from './report-policy.js';
import { SIMULATED_TDX } from './simulated-label.js';

const MAX_EXPORT_BYTES = 4 * 1024 * 1024;
/** One proxy and as many candidates as a request can have. */
const MAX_MACHINES = 9;

export interface ExportedMachine {
  readonly role: Role;
  readonly verifiedAt: Date;
  readonly manifest: Uint8Array;
  readonly quote: Uint8Array;
  readonly collateral: Uint8Array;
  readonly gpuEvidence?: Uint8Array | undefined;
  readonly beacon: {
    readonly kind: string;
    readonly chain: string;
    readonly seqno: string;
    readonly rootHash: Uint8Array;
    readonly utime: number;
    readonly confirmed: boolean;
  };
}

export interface ExportedAnswer {
  readonly core: Uint8Array;
  readonly receipt: Uint8Array;
  readonly signature: Uint8Array;
  readonly privateReceipt: Uint8Array;
  readonly transcript: Uint8Array;
  readonly frames: number;
  readonly seen: Seen;
}

export interface ExportedReport {
  readonly simulated: boolean;
  readonly at: Date;
  readonly candidates: number;
  readonly registry: Registry;
  readonly policy: ReportPolicy;
  readonly machines: readonly ExportedMachine[];
  readonly answer: ExportedAnswer | undefined;
  /** base64url. */
  readonly digest: string;
}

/** @throws CocoonError `REPORT_EXPORT_INVALID`, `REPORT_EXPORT_VERSION`, `REPORT_EXPORT_DIGEST` */
export function parseExport(text: string | Uint8Array): ExportedReport {
  if (text.length > MAX_EXPORT_BYTES) throw invalid('longer than 4 MiB');
  const { digest, ...document } = parseJson(text);
  if (document['format'] !== EXPORT_FORMAT) throw invalid('not an exported report');
  if (document['version'] !== EXPORT_VERSION || document['route'] !== 'sealed') {
    throw exportError(
      'VERSION',
      'The report was exported in a format this version does not know.',
      'Update this program.',
    );
  }
  if (typeof digest !== 'string' || exportDigest(document, platform.sha256) !== digest) {
    throw exportError('DIGEST', 'The exported report was altered or damaged.', 'Use an unaltered copy.');
  }
  const simulated = flag(document['simulated'], 'simulated');
  if (document['label'] !== (simulated ? SIMULATED_TDX : undefined))
    throw invalid('label and simulated differ');
  const collaterals = list(document['collaterals'], MAX_MACHINES, 'collaterals').map((item) =>
    bytes(item, 'collateral'),
  );
  return {
    simulated,
    at: time(document['at'], 'at'),
    candidates: whole(document['candidates'], 'candidates'),
    registry: parseRegistry(record(document['registry'], 'registry')),
    policy: parsePolicy(record(document['policy'], 'policy')),
    machines: list(document['evidence'], MAX_MACHINES, 'evidence').map((item) =>
      parseMachine(record(item, 'evidence'), collaterals),
    ),
    answer: document['answer'] === undefined ? undefined : parseAnswer(record(document['answer'], 'answer')),
    digest,
  };
}

function parseJson(text: string | Uint8Array): Record<string, unknown> {
  try {
    return parseStrictJson(typeof text === 'string' ? utf8(text) : text);
  } catch {
    throw invalid('not a JSON object');
  }
}

function parseRegistry(registry: Record<string, unknown>): Registry {
  const source = registry['source'];
  if (source !== 'local' && source !== 'pinned' && source !== 'origin' && source !== 'endpoints') {
    throw invalid('registry.source is unknown');
  }
  const stated = record(registry['prices'], 'prices');
  const prices = { ...DEFAULT_PRICES };
  for (const name of [
    'paramsVersion',
    'promptMultiplier',
    'cachedMultiplier',
    'completionMultiplier',
    'reasoningMultiplier',
  ] as const) {
    prices[name] = whole(stated[name], name);
  }
  for (const name of ['pricePerToken', 'workerPerToken'] as const) {
    const amount = string(stated[name], name);
    if (!/^[0-9]{1,18}$/.test(amount)) throw invalid(`${name} is not an amount`);
    prices[name] = BigInt(amount);
  }
  const measurements = record(registry['measurements'], 'measurements');
  return {
    network: string(registry['network'], 'network'),
    source,
    issuedAt: whole(registry['issuedAt'], 'issuedAt'),
    prices,
    // verifyQuote checks every rule before it uses one.
    measurements: {
      worker: list(measurements['worker'], 256, 'measurements').map((rule) => record(rule, 'rule')),
      proxy: list(measurements['proxy'], 256, 'measurements').map((rule) => record(rule, 'rule')),
    },
  };
}

function parsePolicy(policy: Record<string, unknown>): ReportPolicy {
  const suite = whole(policy['suite'], 'suite');
  if (!isSuite(suite)) throw invalid('policy.suite is unknown');
  const quote = record(policy['quote'], 'policy.quote');
  // verifyQuote checks the fields before it uses one.
  return {
    suite,
    quote: { worker: record(quote['worker'], 'policy'), proxy: record(quote['proxy'], 'policy') },
  };
}

function parseMachine(machine: Record<string, unknown>, collaterals: readonly Uint8Array[]): ExportedMachine {
  const role = machine['role'];
  if (role !== 'proxy' && role !== 'worker') throw invalid('role is unknown');
  const collateral = collaterals[whole(machine['collateral'], 'collateral')];
  if (collateral === undefined) throw invalid('collateral is missing');
  const beacon = record(machine['beacon'], 'beacon');
  const gpuEvidence = machine['gpuEvidence'];
  return {
    role,
    verifiedAt: time(machine['verifiedAt'], 'verifiedAt'),
    manifest: bytes(machine['manifest'], 'manifest'),
    quote: bytes(machine['quote'], 'quote'),
    collateral,
    gpuEvidence: gpuEvidence === undefined ? undefined : bytes(gpuEvidence, 'gpuEvidence'),
    beacon: {
      kind: string(beacon['kind'], 'beacon.kind'),
      chain: string(beacon['chain'], 'beacon.chain'),
      seqno: string(beacon['seqno'], 'beacon.seqno'),
      rootHash: bytes(beacon['rootHash'], 'beacon.rootHash'),
      utime: whole(beacon['utime'], 'beacon.utime'),
      confirmed: flag(beacon['confirmed'], 'beacon.confirmed'),
    },
  };
}

function parseAnswer(answer: Record<string, unknown>): ExportedAnswer {
  const seen = record(answer['seen'], 'seen');
  return {
    core: bytes(answer['core'], 'core'),
    receipt: bytes(answer['receipt'], 'receipt'),
    signature: bytes(answer['signature'], 'signature'),
    privateReceipt: bytes(answer['privateReceipt'], 'privateReceipt'),
    transcript: bytes(answer['transcript'], 'transcript'),
    frames: whole(answer['frames'], 'frames'),
    seen: {
      textBytes: whole(seen['textBytes'], 'textBytes'),
      choices: whole(seen['choices'], 'choices'),
      jsonBytes: whole(seen['jsonBytes'], 'jsonBytes'),
      messages: whole(seen['messages'], 'messages'),
    },
  };
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(`${name} is not an object`);
  return Object.fromEntries(Object.entries(value));
}

function list(value: unknown, limit: number, name: string): unknown[] {
  if (!Array.isArray(value) || value.length > limit) throw invalid(`${name} is not a list`);
  return value;
}

function string(value: unknown, name: string): string {
  if (typeof value !== 'string' || value.length > 1024) throw invalid(`${name} is not a text`);
  return value;
}

function whole(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw invalid(`${name} is not a number`);
  return value;
}

function flag(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw invalid(`${name} is not true or false`);
  return value;
}

function time(value: unknown, name: string): Date {
  const date = new Date(string(value, name));
  if (Number.isNaN(date.getTime()) || date.toISOString() !== value) throw invalid(`${name} is not a time`);
  return date;
}

function bytes(value: unknown, name: string): Uint8Array {
  if (typeof value !== 'string' || !/^[\w-]*$/.test(value) || value.length % 4 === 1)
    throw invalid(`${name} is not base64url`);
  return fromBase64Url(value);
}

function invalid(reason: string): CocoonError {
  return exportError('INVALID', `The exported report cannot be read: ${reason}.`, 'Use an unaltered copy.');
}

/** Code `REPORT_EXPORT_<name>`. */
export function exportError(
  name: 'INVALID' | 'VERSION' | 'DIGEST' | 'MISMATCH',
  message: string,
  remedy: string,
): CocoonError {
  return new CocoonError({
    kind: 'attestation',
    code: `REPORT_EXPORT_${name}`,
    message,
    remedy,
    stage: 'export',
  });
}
