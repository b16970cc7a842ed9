// How do worker and proxy prove to each other, over any WebSocket, that they hold their quoted keys? (PROTOCOL.md §11.1)
import { platform } from '#platform';
import { concat, equalBytes, utf8 } from '../../internal/bytes.js';
import { labelledHash } from '../../internal/labelled-hash.js';
import { decodeEvidenceBundle, type EvidenceBundle } from '../../protocol/evidence.js';
import { LABELS } from '../../protocol/labels.js';
import { type LinkHello, linkHelloLayout } from '../../protocol/link.js';
import { malformed } from '../../protocol/malformed.js';
import type { Role } from '../../protocol/manifest.js';
import { SUITES } from '../../protocol/suites.js';
import { hpkeInfo } from '../hpke-info.js';
import { openHpke } from '../open-hpke.js';
import type { Random } from '../random.js';
import { createSuite } from '../suites.js';
import { checkVerified, type VerifiedMachine } from '../verified-machine.js';
import { manifestDigest } from './digests.js';
import { createLinkChannel, type LinkChannel, notBound } from './link-channel.js';
import type { MachineKeys } from './machine-keys.js';

/** Verifies the peer's evidence bundle, which holds exactly one machine. */
export type VerifyPeer = (bundle: EvidenceBundle) => Promise<VerifiedMachine>;

export interface WorkerLink {
  /** First message to the proxy. */
  hello: Uint8Array;
  /** @throws CocoonError `LINK_NOT_BOUND`, `MALFORMED`, whatever `verify` throws. */
  finish(
    proxyHello: Uint8Array,
    verify: VerifyPeer,
  ): Promise<{ key: Uint8Array; link: LinkChannel; proxy: VerifiedMachine }>;
}

/** The worker's side. `evidence`: its own encoded bundle of one machine, for `keys`. */
export function startWorkerLink(options: {
  keys: MachineKeys;
  evidence: Uint8Array;
  random: Random;
}): WorkerLink {
  const { keys, evidence, random } = options;
  const digest = onlyDigest(decodeEvidenceBundle(evidence));
  const nonce = random(32);
  return {
    hello: linkHelloLayout.encode({ nonce, evidence }),
    async finish(proxyHello, verify) {
      const hello = linkHelloLayout.decode(proxyHello);
      if (hello.sealed === undefined) throw malformed('LinkHello', 'the proxy sealed nothing');
      const proxy = await verifyPeer(hello, verify, 'proxy');
      const audience = proxy.manifest.proxy?.audience ?? '';
      const transcript = transcriptOf(digest, proxy.digest, nonce, hello.nonce, audience);
      const proxySecret = await openSecret(keys, digest, hello.sealed, transcript);
      const workerSecret = random(32);
      const key = await sealSecret(proxy, workerSecret, transcript, random);
      const link = await createLinkChannel({ side: 'worker', transcript, proxySecret, workerSecret });
      return { key, link, proxy };
    },
  };
}

export interface ProxyLink {
  /** Answer to the worker's hello. */
  hello: Uint8Array;
  worker: VerifiedMachine;
  /** `key`: the worker's third message. @throws CocoonError `LINK_NOT_BOUND` */
  finish(key: Uint8Array): Promise<LinkChannel>;
}

/** The proxy's side. @throws CocoonError `LINK_NOT_BOUND`, `MALFORMED`, whatever `verify` throws. */
export async function acceptWorkerLink(options: {
  keys: MachineKeys;
  digest: Uint8Array;
  evidence: Uint8Array;
  audience: string;
  random: Random;
  /** The worker's first message. */
  hello: Uint8Array;
  verify: VerifyPeer;
}): Promise<ProxyLink> {
  const { keys, digest, evidence, audience, random } = options;
  const workerHello = linkHelloLayout.decode(options.hello);
  const worker = await verifyPeer(workerHello, options.verify, 'worker');
  const nonce = random(32);
  const proxySecret = random(32);
  const transcript = transcriptOf(worker.digest, digest, workerHello.nonce, nonce, audience);
  const sealed = await sealSecret(worker, proxySecret, transcript, random);
  return {
    hello: linkHelloLayout.encode({ nonce, evidence, sealed }),
    worker,
    async finish(key) {
      const workerSecret = await openSecret(keys, digest, key, transcript);
      return createLinkChannel({ side: 'proxy', transcript, proxySecret, workerSecret });
    },
  };
}

function onlyDigest(bundle: EvidenceBundle): Uint8Array {
  const [machine, ...others] = bundle.machines;
  if (machine === undefined || others.length > 0) throw malformed('LinkHello', 'not exactly one machine');
  return manifestDigest(machine.manifest);
}

async function verifyPeer(hello: LinkHello, verify: VerifyPeer, role: Role): Promise<VerifiedMachine> {
  const bundle = decodeEvidenceBundle(hello.evidence);
  const digest = onlyDigest(bundle);
  const machine = checkVerified(await verify(bundle));
  // The verifier must have judged these very bytes, in this very role.
  if (machine.role !== role || !equalBytes(machine.digest, digest)) throw notBound();
  return machine;
}

function transcriptOf(
  worker: Uint8Array,
  proxy: Uint8Array,
  workerNonce: Uint8Array,
  proxyNonce: Uint8Array,
  audience: string,
): Uint8Array {
  return labelledHash(LABELS.link, worker, proxy, workerNonce, proxyNonce, utf8(audience));
}

async function sealSecret(
  machine: VerifiedMachine,
  secret: Uint8Array,
  transcript: Uint8Array,
  random: Random,
): Promise<Uint8Array> {
  const { kem, hpke } = createSuite(1, platform);
  const publicKey = await kem.publicKey(machine.manifest.kemPublicKey);
  const info = hpkeInfo('link', machine.digest);
  const { encapsulation, context } = await hpke.sender(publicKey, { info, random });
  return concat(encapsulation, await context.messages.seal(transcript, secret));
}

async function openSecret(
  keys: MachineKeys,
  digest: Uint8Array,
  sealed: Uint8Array,
  transcript: Uint8Array,
): Promise<Uint8Array> {
  const split = SUITES[1].encapsulation;
  const opened = await openHpke({
    keys,
    digest,
    suite: 1,
    use: 'link',
    encapsulation: sealed.subarray(0, split),
    ciphertext: sealed.subarray(split),
    additionalData: transcript,
  }).catch((cause: unknown) => {
    throw notBound(cause);
  });
  if (opened.plaintext.length !== 32) throw notBound();
  return opened.plaintext;
}
