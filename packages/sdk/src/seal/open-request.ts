// Is this request for me, unaltered and complete? The worker's side of PROTOCOL.md §6.5, from the candidates check on.
import { platform } from '#platform';
import { equalBytes, utf8 } from '../internal/bytes.js';
import { type Core, decodeCore } from '../protocol/core.js';
import { type InnerRequest, innerRequestLayout } from '../protocol/inner-request.js';
import { LABELS } from '../protocol/labels.js';
import { parseSuite } from '../protocol/manifest.js';
import { SUITES, type SuiteId } from '../protocol/suites.js';
import { bodyCommitment, openBody } from './body.js';
import { coreHash } from './envelope/digests.js';
import type { MachineKeys } from './envelope/machine-keys.js';
import { openHpke } from './open-hpke.js';
import type { Random } from './random.js';
import { createReplySealer, type ReplySealer } from './reply-sealer.js';
import { brokenProtocol } from './seal-error.js';

export interface OpenedRequest {
  core: Core;
  coreHash: Uint8Array;
  inner: InnerRequest;
  /** Answers this request, and nothing else. */
  reply: ReplySealer;
}

/**
 * Opens one request with this epoch's keys. `checkCore`, the assignment and the replay check come before it.
 * @throws CocoonError `UNSUPPORTED_VERSION`, `UNSUPPORTED_SUITE`, `UNSUPPORTED_FIELD`, `MALFORMED`, `KEY_EXPIRED` before any key is used;
 * `REQUEST_REFUSED`, always in the same words, for everything after.
 */
export async function openRequest(options: {
  keys: MachineKeys;
  /** Digest of the manifest that lists `keys`. */
  digest: Uint8Array;
  coreBytes: Uint8Array;
  wrap: Uint8Array;
  body: Uint8Array;
  random: Random;
}): Promise<OpenedRequest> {
  const { keys, digest, coreBytes, wrap, body, random } = options;
  const core = decodeCore(coreBytes);
  const suite = parseSuite(core.suite);
  if (!core.candidates.some((candidate) => equalBytes(candidate, digest))) {
    throw brokenProtocol('KEY_EXPIRED', 'The request is not sealed to this worker’s current key.');
  }
  const hash = coreHash(coreBytes);
  if (body.length !== core.bodyBytes || !equalBytes(platform.sha256(body), core.bodyHash)) throw refused();
  // One outward shape for every failure: which step failed would be an oracle.
  const opened = await openAll({ keys, digest, suite, core, hash, wrap, body }).catch(() => {
    throw refused();
  });
  const { inner, dataSuite, exported, encapsulationHash } = opened;
  const reply = createReplySealer({
    suite: dataSuite,
    core,
    coreHash: hash,
    digest,
    answerPublicKey: inner.answerPublicKey,
    encapsulationHash,
    exported,
    random,
  });
  return { core, coreHash: hash, inner, reply };
}

async function openAll(options: {
  keys: MachineKeys;
  digest: Uint8Array;
  suite: SuiteId;
  core: Core;
  hash: Uint8Array;
  wrap: Uint8Array;
  body: Uint8Array;
}) {
  const { keys, digest, suite, core, hash, wrap, body } = options;
  const split = SUITES[suite].encapsulation;
  const encapsulation = wrap.subarray(0, split);
  const {
    plaintext: dataKey,
    context,
    suite: dataSuite,
  } = await openHpke({
    keys,
    digest,
    suite,
    use: 'request',
    encapsulation,
    ciphertext: wrap.subarray(split),
    additionalData: hash,
  });
  const { requestId } = core;
  if (!equalBytes(bodyCommitment({ dataKey, requestId }), core.commitment)) throw refused();
  const inner = innerRequestLayout.decode(
    await openBody({ dataKey, requestId, suite, aead: dataSuite.aead }, body),
  );
  dataKey.fill(0);
  if (inner.answerPublicKey.length !== SUITES[suite].publicKey) throw refused();
  // What the proxy routed and reserved on must be what the client meant.
  if (
    inner.model !== core.model ||
    inner.maxOutput !== core.maxOutput ||
    inner.capTokens !== core.capTokens
  ) {
    throw refused();
  }
  return {
    inner,
    dataSuite,
    exported: context.export(utf8(LABELS.response), 32),
    encapsulationHash: platform.sha256(encapsulation),
  };
}

function refused() {
  return brokenProtocol('REQUEST_REFUSED', 'The request cannot be opened by this worker.');
}
