// Are the machines what they say, right now? Verification without a request.
import { platform } from '#platform';
import type { Config } from './config.js';
import type { VerificationReport } from './report/verification-report.js';
import type { Session } from './session.js';

/** @throws CocoonError `ATTESTATION_…`, `MANIFEST_…`, `BEACON_…`, `NO_VERIFIED_WORKER` and transport errors */
export async function verifyNow(
  { model }: { model?: string | undefined },
  { session, config }: { session: Session; config: Config },
): Promise<VerificationReport> {
  // What was verified earlier is not an answer to "now".
  for (const connection of session.connections()) connection.forget(undefined);
  for (const pool of session.pools()) if (pool.model === model) pool.forget();
  const connection = await session.proxy();
  const workers = model === undefined ? [] : (await session.ready(model)).workers;
  const proxy = await connection.machine();
  const candidates = workers.map(({ machine }) => machine).slice(0, config.candidates);
  const { machineReport } = await import('./report/build-report.js');
  return machineReport({
    proxy,
    candidates,
    config,
    registry: await session.registry(),
    sha256: platform.sha256,
  });
}
