// Must a promise of privacy be taken back before it is read? Before SIMULATED machines, yes.
import type { AIContext } from '../feature.js';
import type { Say } from '../texts/say.js';
import type { Kit } from './kit.js';

/** The warning to put above anything that promises privacy; nothing for machines that are real, or not known yet. */
export async function simulatedLine<C extends AIContext>(
  kit: Pick<Kit<C>, 'model'>,
  say: Say,
): Promise<string[]> {
  const simulated = await kit.model().then(
    (model) => model.simulated,
    () => false,
  );
  return simulated ? [say('privacy.simulated'), ''] : [];
}
