import { describe, expect, it } from 'vitest';
import { platform } from '#platform';
import { fixedAccount } from '../../../scripts/fixed-exchange.js';
import {
  AUDIENCE,
  fixedProxy,
  fixedRandom,
  MODEL,
  NOW,
  NOW_SECONDS,
} from '../../../scripts/fixed-machines.js';
import { utf8 } from '../../internal/bytes.js';
import type { Signer } from '../../internal/primitives.js';
import { decodeSealedHeader } from '../../protocol/envelope.js';
import type { Authorization, Grant, SignedGrant } from '../../protocol/grant.js';
import { LIMITS } from '../../protocol/limits.js';
import { authorize, authorizeControl } from '../authorize.js';
import { sealControl } from '../seal-envelope.js';
import { prepareContext } from '../warm-context.js';
import { accountId } from './digests.js';
import { openControl } from './open-message.js';
import { signGrant } from './sign-grant.js';
import { checkPayer, verifyAuthorization, verifyControlAuthorization } from './verify-authorization.js';

const random = platform.randomBytes;
const { account, signer: wallet } = await fixedAccount(fixedRandom('account'));
const [issuer, leaf, outsider] = await Promise.all(
  ['i', 'l', 'o'].map((seed) => platform.ed25519Signer(fixedRandom(seed)(32))),
);
if (issuer === undefined || leaf === undefined || outsider === undefined) throw new Error('no signers');
const proxy = await fixedProxy('p');
const coreHash = random(32);
const DAY = 86_400;

const grant = (changes: Partial<Grant> = {}): Grant => ({
  id: new Uint8Array(16).fill(1),
  accountId: accountId(account),
  issuer: wallet.publicKey,
  subkey: leaf.publicKey,
  capTokens: 1000n,
  expires: NOW_SECONDS + 3600,
  audience: AUDIENCE,
  maxConcurrent: 4,
  mayIssue: 0,
  ...changes,
});
const mayIssue = (changes: Partial<Grant> = {}) =>
  grant({ subkey: issuer.publicKey, mayIssue: 1, expires: NOW_SECONDS + 30 * DAY, ...changes });
const fromIssuer = (changes: Partial<Grant> = {}) => grant({ issuer: issuer.publicKey, ...changes });

async function chain(...links: [Signer, Grant][]): Promise<SignedGrant[]> {
  return Promise.all(links.map(([signer, link]) => signGrant(signer, link)));
}

async function verify(grants: readonly SignedGrant[], signer: Signer, changes: Partial<Authorization> = {}) {
  const authorization = { ...(await authorize({ account, grants, signer, coreHash })), ...changes };
  return verifyAuthorization(authorization, { coreHash, audience: AUDIENCE, model: MODEL, now: NOW });
}

describe('who may spend', () => {
  it('accepts: the wallet, a grant, and a grant by an issuer', async () => {
    const owner = await verify([], wallet);
    expect(owner).toMatchObject({ accountId: accountId(account), account, grants: [] });
    expect(checkPayer(owner)).toBe(owner);
    expect((await verify(await chain([wallet, grant()]), leaf)).grants).toEqual([grant()]);
    const two = await chain([wallet, mayIssue()], [issuer, fromIssuer({ model: MODEL })]);
    expect((await verify(two, leaf)).grants).toHaveLength(2);
    // An issuer may also spend by its own grant.
    expect((await verify(await chain([wallet, mayIssue()]), issuer)).grants).toHaveLength(1);
  });

  it('accepts: a grant up to its last second and its tolerance', async () => {
    const tolerated = grant({ expires: NOW_SECONDS - LIMITS.grantToleranceSeconds + 1 });
    await expect(verify(await chain([wallet, tolerated]), leaf)).resolves.toBeDefined();
    await expect(
      verify(await chain([wallet, grant({ expires: NOW_SECONDS + DAY })]), leaf),
    ).resolves.toBeDefined();
  });

  it.each<[string, string, () => Promise<SignedGrant[]>]>([
    ['a grant for another account', 'GRANT_ACCOUNT', () => chain([wallet, grant({ accountId: random(32) })])],
    ['a grant for another proxy', 'GRANT_AUDIENCE', () => chain([wallet, grant({ audience: 'another' })])],
    ['a grant for another model', 'GRANT_MODEL', () => chain([wallet, grant({ model: 'another/model' })])],
    ['an expired grant', 'GRANT_EXPIRED', () => chain([wallet, grant({ expires: NOW_SECONDS - 5 })])],
    [
      'a leaf that lives too long',
      'GRANT_LIFE',
      () => chain([wallet, grant({ expires: NOW_SECONDS + DAY + 6 })]),
    ],
    [
      'an issuer that lives too long',
      'GRANT_LIFE',
      () => chain([wallet, mayIssue({ expires: NOW_SECONDS + 90 * DAY + 6, subkey: leaf.publicKey })]),
    ],
    [
      'a grant issued by an outsider',
      'GRANT_CHAIN',
      () => chain([outsider, grant({ issuer: outsider.publicKey })]),
    ],
    [
      'a second grant by somebody else',
      'GRANT_CHAIN',
      () => chain([wallet, mayIssue()], [outsider, grant({ issuer: outsider.publicKey })]),
    ],
    [
      'a second grant by the wallet itself',
      'GRANT_CHAIN',
      () => chain([wallet, mayIssue()], [wallet, grant()]),
    ],
    [
      'a grant issued by one that may not',
      'GRANT_CHAIN',
      () => chain([wallet, mayIssue({ mayIssue: 0, expires: NOW_SECONDS + 60 })], [issuer, fromIssuer()]),
    ],
    [
      'a second grant that may issue, and so live long',
      'GRANT_CHAIN',
      () =>
        chain([wallet, mayIssue()], [issuer, fromIssuer({ mayIssue: 1, expires: NOW_SECONDS + 30 * DAY })]),
    ],
    ['an issuer flag that is no flag', 'GRANT_CHAIN', () => chain([wallet, grant({ mayIssue: 2 })])],
    [
      'an expired issuer',
      'GRANT_EXPIRED',
      () => chain([wallet, mayIssue({ expires: NOW_SECONDS - 5 })], [issuer, fromIssuer()]),
    ],
    [
      'an issuer bound to another model',
      'GRANT_MODEL',
      () => chain([wallet, mayIssue({ model: 'another/model' })], [issuer, fromIssuer()]),
    ],
  ])('rejects: %s', async (_, code, grants) => {
    await expect(verify(await grants(), leaf)).rejects.toMatchObject({ code });
  });

  it('rejects: a changed grant, and a grant with the signature of another', async () => {
    const [good, bad] = [
      await signGrant(wallet, grant()),
      await signGrant(wallet, grant({ capTokens: 9999n })),
    ];
    const swapped = { grant: bad.grant, signature: good.signature };
    await expect(verify([swapped], leaf)).rejects.toMatchObject({ code: 'GRANT_SIGNATURE' });
    const issued = await signGrant(wallet, mayIssue());
    const forged = { ...(await signGrant(issuer, fromIssuer())), signature: issued.signature };
    await expect(verify([issued, forged], leaf)).rejects.toMatchObject({ code: 'GRANT_SIGNATURE' });
  });

  it('rejects: three grants', async () => {
    const one = await signGrant(wallet, mayIssue());
    const authorization = { account, grants: [one, one, one], signature: new Uint8Array(64) };
    const context = { coreHash, audience: AUDIENCE, model: MODEL, now: NOW };
    await expect((async () => verifyAuthorization(authorization, context))()).rejects.toMatchObject({
      code: 'MALFORMED',
    });
  });

  it('rejects: an authorization presented for another owner of the same wallet key', async () => {
    const authorization = await authorize({ account, grants: [], signer: wallet, coreHash });
    const context = { coreHash, audience: AUDIENCE, model: MODEL, now: NOW };
    await expect(verifyAuthorization(authorization, context)).resolves.toMatchObject({ account });
    const other = { ...account, owner: new Uint8Array(36).fill(7) };
    await expect(verifyAuthorization({ ...authorization, account: other }, context)).rejects.toMatchObject({
      code: 'AUTH_SIGNATURE',
    });
  });

  it('rejects: a signature over another request, another chain, or by another key', async () => {
    const signature = { code: 'AUTH_SIGNATURE' };
    const other = await authorize({ account, grants: [], signer: wallet, coreHash: random(32) });
    await expect(verify([], wallet, { signature: other.signature })).rejects.toMatchObject(signature);
    const grants = await chain([wallet, grant()]);
    const direct = await authorize({ account, grants: [], signer: wallet, coreHash });
    await expect(verify(grants, leaf, { signature: direct.signature })).rejects.toMatchObject(signature);
    // The chain is signed too: another grant of the same subkey cannot be slipped in.
    const dearer = await chain([wallet, grant({ capTokens: 10n ** 9n })]);
    await expect(verify(grants, leaf, { grants: dearer })).rejects.toMatchObject(signature);
  });

  it('rejects: a signer that is not the key that may spend', async () => {
    const wrong = { code: 'AUTH_WRONG_SIGNER' };
    await expect(authorize({ account, grants: [], signer: outsider, coreHash })).rejects.toMatchObject(wrong);
    const grants = await chain([wallet, grant()]);
    await expect(authorize({ account, grants, signer: wallet, coreHash })).rejects.toMatchObject(wrong);
    await expect(signGrant(outsider, grant())).rejects.toMatchObject({ code: 'GRANT_ISSUER' });
  });

  it('rejects: a payer that verification did not make', async () => {
    const payer = { ...(await verify([], wallet)) };
    expect(() => checkPayer(payer)).toThrow(expect.objectContaining({ code: 'PAYER_NOT_VERIFIED' }));
  });
});

describe('who may ask about an account', () => {
  const operation = 'account';
  const payload = utf8('payload');

  async function ask(
    changes: { operation?: string; payload?: Uint8Array; authorization?: Authorization | undefined } = {},
  ) {
    const context = await prepareContext(proxy.machine, 'control', 1, { random });
    const authorization = await authorizeControl({
      account,
      grants: [],
      signer: wallet,
      context,
      operation,
      payload,
    });
    const { bytes } = await sealControl({
      context,
      message: { operation, payload, authorization, ...changes },
    });
    const { headerBytes, suite } = decodeSealedHeader(bytes);
    const [head, sealed] = [bytes.subarray(0, headerBytes), bytes.subarray(headerBytes)];
    const opened = await openControl({ head, sealed, suite, keys: proxy.keys, digest: proxy.digest });
    return {
      opened,
      authorization,
      payer: () => verifyControlAuthorization(opened, { audience: AUDIENCE, now: NOW }),
    };
  }

  it('accepts: the account itself, and a grant bound to a model', async () => {
    expect((await (await ask()).payer()).accountId).toEqual(accountId(account));
    const context = await prepareContext(proxy.machine, 'control', 1, { random });
    const grants = await chain([wallet, grant({ model: MODEL })]);
    const authorization = await authorizeControl({
      account,
      grants,
      signer: leaf,
      context,
      operation,
      payload,
    });
    const message = { operation, payload, authorization };
    const opened = {
      message,
      encapsulationHash: context.encapsulationHash,
      answers: { seal: async (text: Uint8Array) => text },
    };
    await expect(verifyControlAuthorization(opened, { audience: AUDIENCE, now: NOW })).resolves.toBeDefined();
  });

  it('rejects: no signature', async () => {
    const { payer } = await ask({ authorization: undefined });
    await expect(payer()).rejects.toMatchObject({ code: 'ACCOUNT_REQUIRED' });
  });

  it('rejects: a signature taken from another message, operation or payload', async () => {
    const earlier = await ask();
    for (const changes of [
      { authorization: earlier.authorization },
      { operation: 'accoun' },
      { operation: 'accoun', payload: utf8('tpayload') },
      { payload: utf8('tpayload') },
      { payload: utf8('') },
    ]) {
      const { payer } = await ask(changes);
      await expect(payer()).rejects.toMatchObject({ code: 'AUTH_SIGNATURE' });
    }
  });

  it('rejects: a request’s signature used for a question', async () => {
    const authorization = await authorize({ account, grants: [], signer: wallet, coreHash });
    const { payer } = await ask({ authorization });
    await expect(payer()).rejects.toMatchObject({ code: 'AUTH_SIGNATURE' });
  });
});
