// With which GPU evidence can another implementation check itself? Simulated GPUs answering fixed keys; the same on every run.
import { toHex } from '../src/internal/bytes.js';
import { sha256 } from '../src/internal/sha256.js';
import { gpuNonce } from '../src/seal/envelope/digests.js';
import { createSimulatedGpu, simulatedGpuTrust } from '../src/testing/gpu/index.js';

/** File content of spec/vectors/nvidia/simulated-evidence.json; bytes are hex. */
export function gpuVectors() {
  const now = new Date('2026-03-01T12:00:00Z');
  const kemPublicKey = Uint8Array.from({ length: 1_216 }, (_, i) => i & 255);
  const signingPublicKey = new Uint8Array(32).fill(0x51);
  const rootHash = new Uint8Array(32).fill(0xb1);
  const nonce = gpuNonce({ kemPublicKey, signingPublicKey, beacon: { rootHash } });
  const document = createSimulatedGpu({ now }).evidence(nonce);
  const { rootDer, issuer, jwks } = simulatedGpuTrust();
  return {
    note: 'SIMULATED: signed with published keys. PROTOCOL.md 5.7.',
    now: now.toISOString(),
    kemPublicKey: toHex(kemPublicKey),
    signingPublicKey: toHex(signingPublicKey),
    rootHash: toHex(rootHash),
    nonce: toHex(nonce),
    gpuEvidence: toHex(document),
    gpuEvidenceHash: toHex(sha256(document)),
    trust: { rootDer: toHex(rootDer), issuer, jwks },
  };
}
