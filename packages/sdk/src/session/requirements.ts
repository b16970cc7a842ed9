// What does this request demand of the machine that answers it, beyond the model? Judged on verified machines alone.
import type { Requirements } from '../chat-types.js';
import type { Config } from '../config.js';
import { CocoonError } from '../errors.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';

const GPU_LEVELS = ['none', 'attested-by-guest', 'evidence-verified'] as const;
const FIELDS = ['gpu', 'minContext', 'tier', 'maxCoefficient', 'sealedModel'];

/**
 * Reads the field `requires` of a request; the function names the first demand that a machine does not meet.
 * @throws CocoonError `REQUEST_INVALID`
 */
export function readRequirements(
  value: unknown,
  config: Config,
): (machine: VerifiedMachine) => keyof Requirements | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('is not an object');
  const fields: Record<string, unknown> = { ...value };
  if (Object.keys(fields).some((name) => !FIELDS.includes(name))) throw invalid('has an unknown field');
  const { gpu, minContext, tier, maxCoefficient, sealedModel } = fields;
  if (gpu !== undefined && gpu !== 'attested-by-guest' && gpu !== 'evidence-verified') throw invalid('.gpu');
  if (tier !== undefined && tier !== 'registered-chip') throw invalid('.tier');
  if (minContext !== undefined && !isWhole(minContext)) throw invalid('.minContext');
  if (maxCoefficient !== undefined && !isWhole(maxCoefficient)) throw invalid('.maxCoefficient');
  if (sealedModel !== undefined && !isDigest(sealedModel)) throw invalid('.sealedModel');
  return (machine) =>
    unmetRequirement(machine, { gpu, minContext, tier, maxCoefficient, sealedModel }, config);
}

/** The first demand this machine does not meet. */
function unmetRequirement(
  machine: VerifiedMachine,
  requires: Requirements,
  config: Config,
): keyof Requirements | undefined {
  const { gpu, minContext, tier, maxCoefficient, sealedModel } = requires;
  const claims = machine.manifest.worker;
  if (claims === undefined) return 'minContext';
  if (gpu !== undefined && GPU_LEVELS.indexOf(machine.gpu) < GPU_LEVELS.indexOf(gpu)) return 'gpu';
  if (minContext !== undefined && claims.maxContext < minContext) return 'minContext';
  if (maxCoefficient !== undefined && claims.coefficient > maxCoefficient) return 'maxCoefficient';
  if (sealedModel !== undefined && hex(claims.sealedModel ?? []) !== sealedModel.toLowerCase())
    return 'sealedModel';
  if (tier !== undefined && !isRegistered(machine, config.registeredChips)) return 'tier';
  return undefined;
}

/** A quote of a machine that nobody guards may be forged with a tapped memory bus; known chips are guarded ones. */
function isRegistered({ quote }: VerifiedMachine, chips: readonly string[]): boolean {
  return [quote.ppid, quote.platformInstanceId].some(
    (id) => id !== undefined && chips.includes(id.toLowerCase()),
  );
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

// Its own: a page that loads this file would else load one more for the shared one.
function hex(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function isDigest(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-fA-F]{64}$/.test(value);
}

function invalid(what: string): CocoonError {
  return new CocoonError({
    kind: 'model',
    code: 'REQUEST_INVALID',
    message: `The request cannot be read: requires${what.startsWith('.') ? what : ` ${what}`}${what.startsWith('.') ? ' has no meaning' : ''}.`,
    remedy: 'Correct the request. Nothing was sent.',
  });
}
