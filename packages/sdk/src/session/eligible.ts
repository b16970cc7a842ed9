// May this verified machine serve this request? Read from its quoted manifest, never from the proxy's hints.
import type { Config } from '../config.js';
import { CocoonError } from '../errors.js';
import { equalBytes } from '../internal/bytes.js';
import { loadPart } from '../internal/load-part.js';
import type { WorkerClaims } from '../protocol/manifest.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';
import type { InspectedRequest } from './inspect-request.js';

export interface Needs {
  model: string;
  /** Each must be offered; alternatives are given as a list. */
  features: readonly (string | readonly string[])[];
  priceDigest: Uint8Array;
  /** What a machine lacks of the request's own demands (`requirements.ts`). */
  unmet?: ((machine: VerifiedMachine) => string | undefined) | undefined;
}

/** @throws CocoonError `REQUEST_INVALID` for demands that cannot be read */
export async function needsOf(
  { model, features, requires }: InspectedRequest,
  priceDigest: Uint8Array,
  config: Config,
): Promise<Needs> {
  if (requires === undefined || requires === null) return { model, features, priceDigest };
  const { readRequirements } = await loadPart(() => import('./requirements.js'));
  return { model, features, priceDigest, unmet: readRequirements(requires, config) };
}

/** In the order in which they are reported when nothing is eligible: the nearest to success last. */
const REASONS = [
  'MODEL_UNKNOWN',
  'UNSUPPORTED_SUITE',
  'PRICE_MISMATCH',
  'PRICE_ABOVE_CAP',
  'EXTERNAL_ENGINE_REFUSED',
  'MODEL_LACKS_FEATURE',
  'REQUIREMENT_UNMET',
] as const;

export type Reason = (typeof REASONS)[number];

/** Undefined when eligible, else why not. */
export function ineligible(machine: VerifiedMachine, needs: Needs, config: Config): Reason | undefined {
  const claims = machine.manifest.worker;
  if (claims === undefined || claims.model !== needs.model) return 'MODEL_UNKNOWN';
  if (!machine.manifest.suites.includes(config.suite)) return 'UNSUPPORTED_SUITE';
  if (!equalBytes(claims.priceDigest, needs.priceDigest)) return 'PRICE_MISMATCH';
  if (claims.coefficient > config.maxCoefficient) return 'PRICE_ABOVE_CAP';
  if (claims.features.includes('external-engine') && !(config.allowExternalEngine ?? machine.simulated)) {
    return 'EXTERNAL_ENGINE_REFUSED';
  }
  if (missingFeature(claims, needs.features) !== undefined) return 'MODEL_LACKS_FEATURE';
  return needs.unmet?.(machine) === undefined ? undefined : 'REQUIREMENT_UNMET';
}

function missingFeature(claims: WorkerClaims, features: Needs['features']): string | undefined {
  const missing = features.find(
    (feature) => ![feature].flat().some((name) => claims.features.includes(name)),
  );
  return missing === undefined ? undefined : [missing].flat().join(' or ');
}

/** The error when machines were verified and none of them fits. */
export async function nothingEligible(
  machines: readonly VerifiedMachine[],
  needs: Needs,
  config: Config,
): Promise<CocoonError> {
  const reasons = machines.map((machine) => ineligible(machine, needs, config));
  const code = REASONS.findLast((reason) => reasons.includes(reason)) ?? 'MODEL_UNKNOWN';
  const claims = machines
    .map(({ manifest }) => manifest.worker)
    .find((worker) => worker?.model === needs.model);
  const missing = claims === undefined ? undefined : missingFeature(claims, needs.features);
  const unmet = machines.flatMap((machine) => needs.unmet?.(machine) ?? [])[0];
  const [message, remedy] = await explain(code, missing ?? unmet);
  const kind =
    code === 'EXTERNAL_ENGINE_REFUSED' ? 'attestation' : code.startsWith('PRICE') ? 'payment' : 'model';
  return new CocoonError({
    kind,
    code,
    message,
    remedy: `${remedy} Nothing was sent.`,
    details: {
      machines: machines.length,
      ...(missing === undefined ? {} : { feature: missing }),
      ...(unmet === undefined ? {} : { requirement: unmet }),
    },
  });
}

// A page that can no longer load its own files still gets the code, which is what programs act upon.
async function explain(code: Reason, missing: string | undefined): Promise<readonly [string, string]> {
  const texts = await import('./ineligible-texts.js').catch(() => undefined);
  return (
    texts?.describeReason(code, missing) ?? ['No verified worker can serve this.', 'Change the request.']
  );
}
