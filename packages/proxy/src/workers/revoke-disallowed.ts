// What happens to connected workers when the registry's rules change? Those no longer allowed finish what runs, and get nothing new.
import { verifyMachine } from '@cocoonkit/sdk/attestation';
import { CocoonError } from '@cocoonkit/sdk/errors';
import type { Registry } from '@cocoonkit/sdk/registry';
import type { SimulatedAnchor } from '@cocoonkit/sdk/unsafe';
import { EventLoopTurns } from '../event-loop-turns.js';
import type { Log } from '../log.js';
import type { WorkerTable } from './worker-table.js';

/**
 * The keys behind a running answer were verified under the rules of their time, and its prompt was opened long ago: cutting it would protect
 * nobody and cost its reader the answer. The worker cannot come back: its next handshake is verified under the new rules.
 */
export async function revokeDisallowed(
  rules: Registry,
  parts: { workers: WorkerTable; anchor: SimulatedAnchor | undefined; now: () => Date; log: Log },
): Promise<void> {
  const { workers, anchor, now, log } = parts;
  const turns = new EventLoopTurns();
  for (const channel of [...workers.all()]) {
    if (channel.revoked || channel.closed) continue;
    // Judging thousands of machines takes seconds; answers must flow meanwhile.
    await turns.next();
    const terms = { role: 'worker', registry: rules, now: now(), anchor, gpu: { judge: 'relay' } } as const;
    await verifyMachine(channel.worker.evidence, terms).catch((error: unknown) => {
      const { model } = channel.claims;
      log('warn', {
        event: 'worker-revoked',
        code: error instanceof CocoonError ? error.code : 'INTERNAL',
        model,
        machine: channel.digest.slice(0, 16),
        count: channel.streams,
      });
      workers.revoke(channel);
    });
  }
}
