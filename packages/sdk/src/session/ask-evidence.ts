// Which of these workers does a proxy have evidence for, and does it hold? One message for all of them.
import { equalBytes } from '../internal/bytes.js';
import { evidenceQuestionLayout } from '../protocol/control.js';
import { decodeEvidenceBundle } from '../protocol/evidence.js';
import type { Registry } from '../registry/registry.js';
import { manifestDigest } from '../seal/envelope/digests.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';
import type { EvidenceVerifier } from './evidence.js';
import type { ProxyConnection } from './proxy-connection.js';

/** Undefined for machines the proxy has no evidence for. @throws CocoonError those of `ask`; the function, those of `verifyMachine` */
export async function askEvidence(
  digests: readonly Uint8Array[],
  parts: { connection: ProxyConnection; evidence: EvidenceVerifier; rules: Registry },
): Promise<(digest: Uint8Array) => Promise<VerifiedMachine> | undefined> {
  const { connection, evidence, rules } = parts;
  const payload = evidenceQuestionLayout.encode({ digests, have: evidence.have() });
  const bundle = decodeEvidenceBundle(await connection.ask({ operation: 'evidence', payload }));
  return (digest) => {
    const found = bundle.machines.find(({ manifest }) => equalBytes(manifestDigest(manifest), digest));
    return found && evidence.verify(found, bundle, 'worker', rules);
  };
}
