import { describe, expect, it } from 'vitest';
import { platform } from '#platform';
import {
  AUDIENCE,
  type FixedMachine,
  fixedProxy,
  fixedWorker,
  MODEL,
  NOW,
  NOW_SECONDS,
} from '../../../scripts/fixed-machines.js';
import { concat, utf8 } from '../../internal/bytes.js';
import { labelledHash } from '../../internal/labelled-hash.js';
import type { Assignment } from '../../protocol/assignment.js';
import { encodeEvidenceBundle } from '../../protocol/evidence.js';
import { LABELS } from '../../protocol/labels.js';
import { decodeLinkMessage, linkHelloLayout } from '../../protocol/link.js';
import { encodeRosterPage, type Roster } from '../../protocol/roster.js';
import { hpkeInfo } from '../hpke-info.js';
import { createSuite } from '../suites.js';
import type { VerifiedMachine } from '../verified-machine.js';
import { assignmentHash, signAssignment, verifyAssignment } from './assignment.js';
import type { LinkChannel } from './link-channel.js';
import { acceptWorkerLink, startWorkerLink } from './link-handshake.js';
import { rosterPageHash, signRoster, verifyRoster, verifyRosterPage } from './roster.js';

const random = platform.randomBytes;
const [worker, otherWorker, proxy, otherProxy] = [
  await fixedWorker('w0'),
  await fixedWorker('w1'),
  await fixedProxy('p'),
  await fixedProxy('q'),
];
const flipped = (bytes: Uint8Array, position: number) =>
  bytes.map((byte, i) => (i === position ? byte ^ 1 : byte));
const at = (offset: number) => new Date((NOW_SECONDS + offset) * 1000);

describe("the proxy's list of workers", () => {
  const page = encodeRosterPage([{ digest: worker.digest, coefficient: 1000, load: 3, success: 250 }]);
  const roster: Roster = {
    epoch: NOW_SECONDS,
    validUntil: NOW_SECONDS + 60,
    proxyDigest: proxy.digest,
    model: MODEL,
    total: 1,
    pageHashes: [rosterPageHash(page)],
  };

  async function verify(
    changes: Partial<Roster> = {},
    now: Date = NOW,
    model = MODEL,
    by: FixedMachine = proxy,
  ) {
    const signed = await signRoster(by.keys.signer, { ...roster, ...changes });
    return verifyRoster(proxy.machine, signed.roster, signed.signature, { now, model });
  }

  it('accepts: a fresh list and its page', async () => {
    const verified = await verify();
    expect(verified).toEqual(roster);
    expect(verifyRosterPage(verified, page)).toMatchObject([{ digest: worker.digest, load: 3 }]);
    await expect(verify({}, at(119))).resolves.toBeDefined();
  });

  it.each<[string, string, () => Promise<unknown>]>([
    ['a list signed by another proxy', 'ROSTER_SIGNATURE', () => verify({}, NOW, MODEL, otherProxy)],
    ['a list about another proxy', 'ROSTER_WRONG_PROXY', () => verify({ proxyDigest: otherProxy.digest })],
    ['a list for another model', 'ROSTER_WRONG_MODEL', () => verify({}, NOW, 'another/model')],
    ['an old list', 'ROSTER_EXPIRED', () => verify({}, at(120))],
    ['a list of the future', 'ROSTER_EXPIRED', () => verify({}, at(-61))],
    ['a list that claims to live long', 'ROSTER_EXPIRED', () => verify({ validUntil: NOW_SECONDS + 61 })],
    ['a list that ends before it starts', 'ROSTER_EXPIRED', () => verify({ validUntil: NOW_SECONDS - 1 })],
  ])('rejects: %s', async (_, code, verifying) => {
    await expect(verifying()).rejects.toMatchObject({ code });
  });

  it('rejects: any changed byte, and a proxy nobody verified', async () => {
    const signed = await signRoster(proxy.keys.signer, roster);
    for (let position = 0; position < signed.roster.length; position += 5) {
      const verifying = verifyRoster(proxy.machine, flipped(signed.roster, position), signed.signature, {
        now: NOW,
        model: MODEL,
      });
      await expect(verifying).rejects.toMatchObject({ code: 'ROSTER_SIGNATURE' });
    }
    const copy = { ...proxy.machine };
    const verifying = verifyRoster(copy, signed.roster, signed.signature, { now: NOW, model: MODEL });
    await expect(verifying).rejects.toMatchObject({ code: 'MACHINE_NOT_VERIFIED' });
  });

  it('rejects: a page the list does not name', async () => {
    const verified = await verify();
    for (const bad of [flipped(page, 0), concat(page, page), new Uint8Array(0)]) {
      expect(() => verifyRosterPage(verified, bad)).toThrow(
        expect.objectContaining({ code: 'ROSTER_PAGE_UNKNOWN' }),
      );
    }
  });
});

describe('an assignment', () => {
  const coreHash = random(32);
  const assignment: Assignment = {
    version: 1,
    coreHash,
    workerDigest: worker.digest,
    attempt: 1,
    deadline: NOW_SECONDS + 10,
    audience: AUDIENCE,
  };
  const expected = { coreHash, workerDigest: worker.digest, audience: AUDIENCE, now: NOW };

  async function verify(changes: Partial<Assignment> = {}, by: FixedMachine = proxy) {
    const signed = await signAssignment(by.keys.signer, { ...assignment, ...changes });
    return verifyAssignment(proxy.keys.signer.publicKey, signed.assignment, signed.signature, expected);
  }

  it('accepts: the one the connected proxy signed', async () => {
    const signed = await signAssignment(proxy.keys.signer, assignment);
    expect(await verify()).toEqual({ assignment, hash: assignmentHash(signed.assignment) });
  });

  it.each<[string, Partial<Assignment>]>([
    ['another request', { coreHash: random(32) }],
    ['another worker', { workerDigest: otherWorker.digest }],
    ['another ledger', { audience: 'another' }],
    ['a passed deadline', { deadline: NOW_SECONDS - 60 }],
    ['another version', { version: 2 }],
  ])('rejects: %s', async (_, changes) => {
    await expect(verify(changes)).rejects.toMatchObject({ code: 'ASSIGNMENT_INVALID' });
  });

  it('rejects: another signer, and any changed byte', async () => {
    await expect(verify({}, otherProxy)).rejects.toMatchObject({ code: 'ASSIGNMENT_INVALID' });
    const signed = await signAssignment(proxy.keys.signer, assignment);
    for (let position = 0; position < signed.assignment.length; position += 5) {
      const bad = flipped(signed.assignment, position);
      const verifying = verifyAssignment(proxy.keys.signer.publicKey, bad, signed.signature, expected);
      await expect(verifying).rejects.toMatchObject({ code: 'ASSIGNMENT_INVALID' });
    }
  });
});

describe('the channel between worker and proxy', () => {
  const notBound = { code: 'LINK_NOT_BOUND' };
  const always = (machine: VerifiedMachine) => async () => machine;

  function start(own: FixedMachine = worker) {
    return startWorkerLink({ keys: own.keys, evidence: own.evidence, random });
  }

  function accept(hello: Uint8Array, changes: Partial<Parameters<typeof acceptWorkerLink>[0]> = {}) {
    const { keys, digest, evidence } = proxy;
    const verify = always(worker.machine);
    return acceptWorkerLink({
      keys,
      digest,
      evidence,
      audience: AUDIENCE,
      random,
      hello,
      verify,
      ...changes,
    });
  }

  async function connect(): Promise<{ fromWorker: LinkChannel; fromProxy: LinkChannel }> {
    const link = start();
    const accepted = await accept(link.hello);
    const finished = await link.finish(accepted.hello, always(proxy.machine));
    return { fromWorker: finished.link, fromProxy: await accepted.finish(finished.key) };
  }

  const sealedPart = (message: Uint8Array) => {
    const decoded = decodeLinkMessage(message);
    if (decoded.kind !== 'control') throw new Error('not a control message');
    return decoded.sealed;
  };

  it('accepts: both ends that hold their keys, and messages both ways', async () => {
    const { fromWorker, fromProxy } = await connect();
    for (let i = 0; i < 3; i++) {
      const ready = { type: 'ready' as const, slots: i };
      expect(await fromProxy.openControl(sealedPart(await fromWorker.sealControl(ready)))).toEqual(ready);
      const ping = { type: 'ping' as const };
      expect(await fromWorker.openControl(sealedPart(await fromProxy.sealControl(ping)))).toEqual(ping);
    }
  });

  it('rejects: control messages flipped, repeated, dropped, sent back or from another channel', async () => {
    const one = await connect();
    const message = sealedPart(await one.fromWorker.sealControl({ type: 'ready', slots: 1 }));
    await expect(one.fromProxy.openControl(flipped(message, 3))).rejects.toMatchObject(notBound);
    // After that the channel is dead: garbage in the place of one message must not let the next pass alone.
    const next = sealedPart(await one.fromWorker.sealControl({ type: 'ping' }));
    await expect(one.fromProxy.openControl(next)).rejects.toMatchObject(notBound);
    await expect(one.fromProxy.openControl(message)).rejects.toMatchObject(notBound);
    await expect(one.fromWorker.openControl(message)).rejects.toMatchObject(notBound);

    const two = await connect();
    const first = sealedPart(await two.fromWorker.sealControl({ type: 'ping' }));
    await two.fromProxy.openControl(first);
    await expect(two.fromProxy.openControl(first)).rejects.toMatchObject(notBound);

    const three = await connect();
    await three.fromWorker.sealControl({ type: 'ping' });
    const second = sealedPart(await three.fromWorker.sealControl({ type: 'ping' }));
    await expect(three.fromProxy.openControl(second)).rejects.toMatchObject(notBound);

    const [four, five] = [await connect(), await connect()];
    const foreign = sealedPart(await four.fromWorker.sealControl({ type: 'ping' }));
    await expect(five.fromProxy.openControl(foreign)).rejects.toMatchObject(notBound);
  });

  it('rejects: a party in between that only relays the evidence of a real proxy', async () => {
    // It shows the real proxy's manifest, but has no key of its own to open what the worker seals.
    const link = start();
    const accepted = await accept(link.hello, { keys: otherProxy.keys });
    const finished = await link.finish(accepted.hello, always(proxy.machine));
    await expect(accepted.finish(finished.key)).rejects.toMatchObject(notBound);
  });

  it('rejects: a party in between that only relays the evidence of a real worker', async () => {
    const link = startWorkerLink({ keys: otherWorker.keys, evidence: worker.evidence, random });
    const accepted = await accept(link.hello);
    await expect(link.finish(accepted.hello, always(proxy.machine))).rejects.toMatchObject(notBound);
  });

  it('rejects: nonces, secrets or ledgers exchanged on the way', async () => {
    const link = start();
    const accepted = await accept(link.hello);
    const hello = linkHelloLayout.decode(accepted.hello);
    const otherNonce = linkHelloLayout.encode({ ...hello, nonce: random(32) });
    await expect(link.finish(otherNonce, always(proxy.machine))).rejects.toMatchObject(notBound);
    const otherAudience = await accept(link.hello, { audience: 'another' });
    await expect(link.finish(otherAudience.hello, always(proxy.machine))).rejects.toMatchObject(notBound);
    const finished = await link.finish(accepted.hello, always(proxy.machine));
    for (const key of [
      flipped(finished.key, 0),
      flipped(finished.key, 1167),
      finished.key.subarray(1),
      new Uint8Array(0),
    ]) {
      await expect(accepted.finish(key)).rejects.toMatchObject(notBound);
    }
    // A third message recorded from an earlier handshake.
    const earlier = start();
    const earlierAccepted = await accept(earlier.hello);
    const recorded = await earlier.finish(earlierAccepted.hello, always(proxy.machine));
    await expect(accepted.finish(recorded.key)).rejects.toMatchObject(notBound);
  });

  it('rejects: a secret of another length', async () => {
    const link = start();
    const accepted = await accept(link.hello);
    const nonces = [link.hello, accepted.hello].map((hello) => linkHelloLayout.decode(hello).nonce);
    const transcript = labelledHash(LABELS.link, worker.digest, proxy.digest, ...nonces, utf8(AUDIENCE));
    const { kem, hpke } = createSuite(1, platform);
    const publicKey = await kem.publicKey(proxy.keys.kemPublicKey);
    for (const [length, outcome] of [
      [32, 'open'],
      [31, 'LINK_NOT_BOUND'],
      [33, 'LINK_NOT_BOUND'],
    ] as const) {
      const info = hpkeInfo('link', proxy.digest);
      const { encapsulation, context } = await hpke.sender(publicKey, { info, random });
      const key = concat(encapsulation, await context.messages.seal(transcript, random(length)));
      const finished = await accepted.finish(key).then(
        () => 'open',
        (error: unknown) => Reflect.get(Object(error), 'code'),
      );
      expect(finished).toBe(outcome);
    }
  });

  it('rejects: a verifier that judged another machine or role, or none', async () => {
    const link = start();
    await expect(accept(link.hello, { verify: always(otherWorker.machine) })).rejects.toMatchObject(notBound);
    await expect(accept(link.hello, { verify: always({ ...worker.machine }) })).rejects.toMatchObject({
      code: 'MACHINE_NOT_VERIFIED',
    });
    const asProxy = startWorkerLink({ keys: proxy.keys, evidence: proxy.evidence, random });
    await expect(accept(asProxy.hello, { verify: always(proxy.machine) })).rejects.toMatchObject(notBound);
    const accepted = await accept(link.hello);
    await expect(link.finish(accepted.hello, always(otherProxy.machine))).rejects.toMatchObject(notBound);
    const refusing = async () => Promise.reject(Object.assign(new Error('no'), { code: 'ATTESTATION_X' }));
    await expect(accept(link.hello, { verify: refusing })).rejects.toMatchObject({ code: 'ATTESTATION_X' });
  });

  it('rejects: no machine, two machines, or a proxy that sealed nothing', async () => {
    const malformed = { code: 'MALFORMED' };
    const machine = {
      manifest: worker.machine.evidence.manifest,
      quote: new Uint8Array(0),
      collateralHash: new Uint8Array(32),
    };
    for (const machines of [[], [machine, machine]]) {
      const evidence = encodeEvidenceBundle({ machines, collaterals: [] });
      expect(() => startWorkerLink({ keys: worker.keys, evidence, random })).toThrow(
        expect.objectContaining(malformed),
      );
      const hello = linkHelloLayout.encode({ nonce: random(32), evidence });
      await expect(accept(hello)).rejects.toMatchObject(malformed);
    }
    const silent = linkHelloLayout.encode({ nonce: random(32), evidence: proxy.evidence });
    await expect(start().finish(silent, always(proxy.machine))).rejects.toMatchObject(malformed);
  });
});
