// Which hostile bytes must every implementation refuse, and with which code? The files below spec/vectors/attacks.
import { answerAttacks } from './attacks/answer-attacks.js';
import { documentAttacks } from './attacks/document-attacks.js';
import { controlAttacks, envelopeAttacks, requestAttacks } from './attacks/message-attacks.js';
import {
  assignmentAttacks,
  authorizationAttacks,
  linkAttacks,
  rosterAttacks,
} from './attacks/signed-attacks.js';
import type { FixedMachine } from './fixed-machines.js';
import type { Json } from './make-vectors.js';

/** Workers and proxy are those of seal/machines.json. */
export async function attackVectors(
  workers: readonly FixedMachine[],
  proxy: FixedMachine,
): Promise<[name: string, content: Json][]> {
  const [worker] = workers;
  if (worker === undefined) throw new Error('no worker');
  return [
    ['attacks/documents.json', await documentAttacks(worker, proxy)],
    ['attacks/answers.json', await answerAttacks(workers)],
    ['attacks/envelopes.json', await envelopeAttacks(workers, proxy)],
    ['attacks/controls.json', await controlAttacks(proxy)],
    ['attacks/requests.json', await requestAttacks(workers)],
    ['attacks/authorizations.json', await authorizationAttacks()],
    ['attacks/rosters.json', await rosterAttacks(worker, proxy)],
    ['attacks/assignments.json', await assignmentAttacks(worker, proxy)],
    ['attacks/links.json', await linkAttacks(worker, proxy)],
  ];
}
