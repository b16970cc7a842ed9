// What may anybody know about this proxy? Offers, prices and rules; nothing of accounts or requests.
import type { Role } from '@cocoonkit/sdk/protocol';
import { toHex } from '../hex.js';
import type { ProxyParts } from '../proxy-parts.js';
import type { WorkerChannel } from '../workers/worker-channel.js';
import type { MeasurementHistory } from './measurement-history.js';

const MODELS_MAX = 200;
const NANO_PER_TON = 1_000_000_000;

export interface ModelStatus {
  readonly model: string;
  /** Machines whose quotes this proxy has verified and that are connected now. */
  readonly workers: number;
  readonly slots: number;
  readonly running: number;
  readonly maxContext: number;
  readonly features: readonly string[];
  /** TON for a million prompt and completion tokens at the lowest and highest price factor offered. */
  readonly promptPrice: readonly [number, number];
  readonly completionPrice: readonly [number, number];
}

export interface MeasurementStatus {
  readonly role: Role;
  readonly name: string;
  readonly registers: Readonly<Record<string, readonly string[]>>;
  /** When this proxy first saw the rule in the registry. */
  readonly since: string;
}

export interface NetworkStatus {
  readonly at: string;
  readonly status: 'ok' | 'draining';
  /** True when machines are only simulated: then nothing here is protected. */
  readonly simulated: boolean;
  readonly network: string;
  readonly ledger: 'memory' | 'sqlite';
  /** First 16 hex digits of this replica's manifest digest. */
  readonly replica: string;
  readonly models: readonly ModelStatus[];
  readonly measurements: readonly MeasurementStatus[];
}

export function readNetworkStatus(parts: ProxyParts, history: MeasurementHistory): NetworkStatus {
  const { identity, registry, workers, now, state, journal } = parts;
  const rules = registry.current();
  const names = [...workers.models()].sort().slice(0, MODELS_MAX);
  return {
    at: now().toISOString(),
    status: state.draining ? 'draining' : 'ok',
    simulated: parts.simulated,
    network: rules.network,
    ledger: journal === undefined ? 'memory' : 'sqlite',
    replica: toHex(identity.current().digest).slice(0, 16),
    models: names.flatMap((model) => modelStatus(model, parts) ?? []),
    measurements: (['worker', 'proxy'] as const).flatMap((role) =>
      rules.measurements[role].map(({ name, ...registers }, index) => ({
        role,
        name: name ?? `rule ${index + 1}`,
        registers: Object.fromEntries(
          Object.entries(registers).flatMap(([register, value]) =>
            value === undefined ? [] : [[register, [value].flat()]],
          ),
        ),
        since: history.since(role, registers).toISOString(),
      })),
    ),
  };
}

function modelStatus(model: string, { workers, registry }: ProxyParts): ModelStatus | undefined {
  const offered = workers.offering(model);
  if (offered.length === 0) return undefined;
  const { prices } = registry.current();
  // Spreading ten thousands of values into a call would exceed what a call may take.
  const least = (read: (channel: WorkerChannel) => number): number =>
    offered.reduce((value, channel) => Math.min(value, read(channel)), Number.POSITIVE_INFINITY);
  const most = (read: (channel: WorkerChannel) => number): number => -least((channel) => -read(channel));
  const sum = (read: (channel: WorkerChannel) => number): number =>
    offered.reduce((total, channel) => total + read(channel), 0);
  const lowest = least(({ claims }) => claims.coefficient);
  const highest = most(({ claims }) => claims.coefficient);
  const range = (multiplier: number): readonly [number, number] => {
    const price = (coefficient: number) =>
      (((coefficient * multiplier) / 10) * Number(prices.pricePerToken)) / NANO_PER_TON;
    return [price(lowest), price(highest)];
  };
  return {
    model,
    workers: offered.length,
    slots: sum(({ slots }) => slots),
    running: sum(({ running }) => running),
    maxContext: most(({ claims }) => claims.maxContext),
    features: [...new Set(offered.flatMap(({ claims }) => claims.features))].sort(),
    promptPrice: range(prices.promptMultiplier),
    completionPrice: range(prices.completionMultiplier),
  };
}
