// Which rules hold now? The registry, read once and looked at again while the client lives.
import type { NetworkSource } from '../config.js';
import { CocoonError } from '../errors.js';
import type { EventBody } from '../events.js';
import { singleFlight } from '../internal/single-flight.js';
import type { Registry } from '../registry/registry.js';

const LOOK_AGAIN_MS = 60_000;
/** Older than this, requests wait for a new look. */
const TOO_OLD_MS = 300_000;

export interface RegistryWatch {
  /** @throws CocoonError `REGISTRY_…` */
  current(): Promise<Registry>;
}

/** `changed` is called with the new value when measurements or prices differ from before. */
export function watchRegistry(options: {
  source: NetworkSource['registry'];
  now: () => Date;
  emit: (event: EventBody) => void;
  changed: (registry: Registry) => void;
}): RegistryWatch {
  const { source, now, emit, changed } = options;
  if (typeof source !== 'function') return { current: async () => source };
  let known: { registry: Registry; readAt: number } | undefined;

  const read = singleFlight(async () => {
    const registry = await source();
    const before = known?.registry;
    if (before !== undefined && registry.network !== before.network) throw otherNetwork();
    if (before !== undefined && registry.issuedAt < before.issuedAt) throw rolledBack();
    known = { registry, readAt: now().getTime() };
    if (before !== undefined && rules(before) !== rules(registry)) changed(registry);
    return registry;
  });

  return {
    async current() {
      if (known === undefined) return read();
      const age = now().getTime() - known.readAt;
      if (age >= TOO_OLD_MS || age < 0) return read();
      if (age >= LOOK_AGAIN_MS) {
        read().catch((error: unknown) => {
          emit({ type: 'warning', code: error instanceof CocoonError ? error.code : 'REGISTRY_UNAVAILABLE' });
        });
      }
      return known.registry;
    },
  };
}

function rules({ measurements, prices }: Registry): string {
  return JSON.stringify([measurements, prices], (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}

function otherNetwork(): CocoonError {
  return new CocoonError({
    kind: 'attestation',
    code: 'REGISTRY_NETWORK_CHANGED',
    message: 'The registry source now describes another network.',
    remedy: 'Create a new client for the other network.',
  });
}

function rolledBack(): CocoonError {
  return new CocoonError({
    kind: 'attestation',
    code: 'REGISTRY_ROLLED_BACK',
    message: 'The registry source returned an older snapshot than before.',
    remedy: 'Nothing was trusted. Check who serves the snapshot.',
  });
}
