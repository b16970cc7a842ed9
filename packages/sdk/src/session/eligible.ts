// May this verified machine serve this request? Read from its quoted manifest, never from the proxy's hints.
import type { Config } from '../config.js';
import { CocoonError } from '../errors.js';
import { equalBytes } from '../internal/bytes.js';
import type { WorkerClaims } from '../protocol/manifest.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';

export interface Needs {
  model: string;
  /** Each must be offered; alternatives are given as a list. */
  features: readonly (string | readonly string[])[];
  priceDigest: Uint8Array;
}

/** In the order in which they are reported when nothing is eligible: the nearest to success last. */
const REASONS = [
  'MODEL_UNKNOWN',
  'UNSUPPORTED_SUITE',
  'PRICE_MISMATCH',
  'PRICE_ABOVE_CAP',
  'EXTERNAL_ENGINE_REFUSED',
  'MODEL_LACKS_FEATURE',
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
  return missingFeature(claims, needs.features) === undefined ? undefined : 'MODEL_LACKS_FEATURE';
}

function missingFeature(claims: WorkerClaims, features: Needs['features']): string | undefined {
  const missing = features.find(
    (feature) => ![feature].flat().some((name) => claims.features.includes(name)),
  );
  return missing === undefined ? undefined : [missing].flat().join(' or ');
}

/** The error when machines were verified and none of them fits. */
export function nothingEligible(
  machines: readonly VerifiedMachine[],
  needs: Needs,
  config: Config,
): CocoonError {
  const reasons = machines.map((machine) => ineligible(machine, needs, config));
  const code = REASONS.findLast((reason) => reasons.includes(reason)) ?? 'MODEL_UNKNOWN';
  const claims = machines
    .map(({ manifest }) => manifest.worker)
    .find((worker) => worker?.model === needs.model);
  const missing = claims === undefined ? undefined : missingFeature(claims, needs.features);
  const [message, remedy] = describe(code, missing);
  const kind =
    code === 'EXTERNAL_ENGINE_REFUSED' ? 'attestation' : code.startsWith('PRICE') ? 'payment' : 'model';
  return new CocoonError({
    kind,
    code,
    message,
    remedy: `${remedy} Nothing was sent.`,
    details: { machines: machines.length, ...(missing === undefined ? {} : { feature: missing }) },
  });
}

function describe(code: Reason, missing: string | undefined): readonly [string, string] {
  switch (code) {
    case 'MODEL_UNKNOWN':
      return ['No verified worker runs this model.', 'See cocoon.models().'];
    case 'UNSUPPORTED_SUITE':
      return ['No verified worker offers the cipher suite of your policy.', 'Use suite 1.'];
    case 'PRICE_MISMATCH':
      return ['The workers use another price table than the registry.', 'Fetch the registry again.'];
    case 'PRICE_ABOVE_CAP':
      return ['Every worker’s price factor is above your policy.', 'Raise policy.maxCoefficient.'];
    case 'EXTERNAL_ENGINE_REFUSED':
      return [
        'The model runs outside the attested machine, where the quote proves nothing.',
        'Choose another model, or set policy.allowExternalEngine if you accept that.',
      ];
    case 'MODEL_LACKS_FEATURE':
      return [
        `The model does not offer ${missing ?? 'what the request needs'}.`,
        'Choose another model, or change the request.',
      ];
    default:
      return code satisfies never;
  }
}
