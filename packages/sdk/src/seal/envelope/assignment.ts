// Did the connected proxy really hand this request to this worker? (PROTOCOL.md §11.3)

import { equalBytes } from '../../internal/bytes.js';
import { labelledHash } from '../../internal/labelled-hash.js';
import type { Signer } from '../../internal/primitives.js';
import { type Assignment, assignmentLayout } from '../../protocol/assignment.js';
import { LABELS, PROTOCOL_VERSION } from '../../protocol/labels.js';
import { LIMITS } from '../../protocol/limits.js';
import { brokenProtocol } from '../seal-error.js';
import { signedLabelled, signLabelled } from './sign-digest.js';

export function assignmentHash(assignment: Uint8Array): Uint8Array {
  return labelledHash(LABELS.assignment, assignment);
}

export async function signAssignment(
  signer: Signer,
  assignment: Assignment,
): Promise<{ assignment: Uint8Array; signature: Uint8Array }> {
  const encoded = assignmentLayout.encode(assignment);
  return { assignment: encoded, signature: await signLabelled(signer, LABELS.assignment, encoded) };
}

/** @throws CocoonError `ASSIGNMENT_INVALID` for a wrong signature, request, worker, ledger or a passed deadline; `MALFORMED` */
export async function verifyAssignment(
  proxySigningKey: Uint8Array,
  encoded: Uint8Array,
  signature: Uint8Array,
  expected: { coreHash: Uint8Array; workerDigest: Uint8Array; audience: string; now: Date },
): Promise<{ assignment: Assignment; hash: Uint8Array }> {
  if (!(await signedLabelled(proxySigningKey, LABELS.assignment, encoded, signature))) {
    throw invalid('is not signed by the connected proxy');
  }
  const assignment = assignmentLayout.decode(encoded);
  if (assignment.version !== PROTOCOL_VERSION) throw invalid('has another version');
  if (!equalBytes(assignment.coreHash, expected.coreHash)) throw invalid('is for another request');
  if (!equalBytes(assignment.workerDigest, expected.workerDigest)) throw invalid('is for another worker');
  if (assignment.audience !== expected.audience) throw invalid('is for another ledger');
  const seconds = expected.now.getTime() / 1000;
  if (assignment.deadline + LIMITS.clockToleranceSeconds <= seconds) throw invalid('is past its deadline');
  return { assignment, hash: assignmentHash(encoded) };
}

function invalid(what: string) {
  return brokenProtocol('ASSIGNMENT_INVALID', `The assignment ${what}.`);
}
