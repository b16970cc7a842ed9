// Which signed statements must be refused although they decode? Permissions, lists of workers, assignments, handshakes.
import { platform } from '#platform';
import { toHex, utf8 } from '../../src/internal/bytes.js';
import { authorizationLayout, type Grant, grantLayout } from '../../src/protocol/grant.js';
import { LABELS } from '../../src/protocol/labels.js';
import { linkHelloLayout } from '../../src/protocol/link.js';
import { encodeRosterPage, type Roster } from '../../src/protocol/roster.js';
import { authorize } from '../../src/seal/authorize.js';
import { signAssignment } from '../../src/seal/envelope/assignment.js';
import { accountId } from '../../src/seal/envelope/digests.js';
import { acceptWorkerLink, startWorkerLink } from '../../src/seal/envelope/link-handshake.js';
import { rosterPageHash, signRoster } from '../../src/seal/envelope/roster.js';
import { signLabelled } from '../../src/seal/envelope/sign-digest.js';
import { signGrant } from '../../src/seal/envelope/sign-grant.js';
import { fixedAccount } from '../fixed-exchange.js';
import {
  AUDIENCE,
  type FixedMachine,
  fixedProxy,
  fixedRandom,
  MODEL,
  NOW_SECONDS,
} from '../fixed-machines.js';
import type { Json } from '../make-vectors.js';
import { flip } from './edit-tlv.js';

const CORE_HASH = new Uint8Array(32).fill(0x42);

export async function authorizationAttacks(): Promise<Json> {
  const { account, signer: wallet } = await fixedAccount(fixedRandom('vector account'));
  const stranger = await fixedAccount(fixedRandom('attack account'));
  const issuer = await platform.ed25519Signer(fixedRandom('vector issuer')(32));
  const leaf = await platform.ed25519Signer(fixedRandom('vector leaf')(32));
  const base = { accountId: accountId(account), audience: AUDIENCE, maxConcurrent: 4, capTokens: 1000n };
  const first: Grant = {
    ...base,
    id: new Uint8Array(16).fill(1),
    issuer: wallet.publicKey,
    subkey: issuer.publicKey,
    expires: NOW_SECONDS + 30 * 86_400,
    mayIssue: 1,
  };
  const second: Grant = {
    ...base,
    id: new Uint8Array(16).fill(2),
    issuer: issuer.publicKey,
    subkey: leaf.publicKey,
    expires: NOW_SECONDS + 3600,
    mayIssue: 0,
  };
  const chain = async (a: Partial<Grant>, b: Partial<Grant> = {}) => {
    const signed = [
      await signGrant(wallet, { ...first, ...a }),
      await signGrant(issuer, { ...second, ...b }),
    ];
    return authorize({ account, grants: signed, signer: leaf, coreHash: CORE_HASH });
  };
  const honest = await chain({});
  const [outer, inner] = honest.grants;
  if (outer === undefined || inner === undefined) throw new Error('two grants are needed');
  const alone = await authorize({ account, grants: [], signer: wallet, coreHash: CORE_HASH });
  const byStranger = {
    grant: grantLayout.encode(second),
    signature: await signLabelled(stranger.signer, LABELS.grant, grantLayout.encode(second)),
  };
  const cases: [string, string, typeof honest][] = [
    ['honest chain', '', honest],
    ['honest account', '', alone],
    ['a bit of the signature', 'AUTH_SIGNATURE', { ...honest, signature: flip(honest.signature, 40) }],
    [
      'made for another request',
      'AUTH_SIGNATURE',
      await authorize({ account, grants: [], signer: wallet, coreHash: new Uint8Array(32) }),
    ],
    ['the restricting grant taken off', 'AUTH_SIGNATURE', { ...honest, grants: [outer] }],
    ['all grants taken off', 'AUTH_SIGNATURE', { ...honest, grants: [] }],
    ['grants in the wrong order', 'GRANT_CHAIN', { ...honest, grants: [inner, outer] }],
    ['the first grant missing', 'GRANT_CHAIN', { ...honest, grants: [inner] }],
    [
      'issued by one that may not issue',
      'GRANT_CHAIN',
      await chain({ mayIssue: 0, expires: second.expires }),
    ],
    ['a leaf that may issue', 'GRANT_CHAIN', await chain({}, { mayIssue: 1 })],
    ['another account’s key beside this chain', 'GRANT_CHAIN', { ...honest, account: stranger.account }],
    ['a grant signed by a stranger', 'GRANT_SIGNATURE', { ...honest, grants: [outer, byStranger] }],
    [
      'a grant altered after signing',
      'GRANT_SIGNATURE',
      {
        ...honest,
        grants: [outer, { ...inner, grant: grantLayout.encode({ ...second, capTokens: 1_000_000n }) }],
      },
    ],
    ['a grant of another account', 'GRANT_ACCOUNT', await chain({ accountId: accountId(stranger.account) })],
    ['a grant for another ledger', 'GRANT_AUDIENCE', await chain({}, { audience: 'local:other' })],
    ['a grant for another model', 'GRANT_MODEL', await chain({}, { model: 'example/model@2' })],
    ['an expired grant', 'GRANT_EXPIRED', await chain({}, { expires: NOW_SECONDS - 60 })],
    ['a leaf for two days', 'GRANT_LIFE', await chain({}, { expires: NOW_SECONDS + 2 * 86_400 })],
    ['an issuer for a year', 'GRANT_LIFE', await chain({ expires: NOW_SECONDS + 365 * 86_400 })],
  ];
  return {
    about: 'PROTOCOL.md §7: verify `authorization` for this request. `code` is empty for one that must hold.',
    coreHash: toHex(CORE_HASH),
    audience: AUDIENCE,
    model: MODEL,
    now: NOW_SECONDS,
    cases: cases.map(([name, code, one]) => ({
      name,
      code,
      authorization: toHex(authorizationLayout.encode(one)),
    })),
  };
}

export async function rosterAttacks(worker: FixedMachine, proxy: FixedMachine): Promise<Json> {
  const page = encodeRosterPage([{ digest: worker.digest, coefficient: 1000, load: 0, success: 255 }]);
  const honest: Roster = {
    epoch: NOW_SECONDS,
    validUntil: NOW_SECONDS + 60,
    proxyDigest: proxy.digest,
    model: MODEL,
    total: 1,
    pageHashes: [rosterPageHash(page)],
  };
  const other = await fixedProxy('attack other proxy');
  const signed = (change: Partial<Roster>, by = proxy) =>
    signRoster(by.keys.signer, { ...honest, ...change });
  const true_ = await signed({});
  const cases: [string, string, typeof true_, Uint8Array][] = [
    ['honest', '', true_, page],
    ['signed by another proxy', 'ROSTER_SIGNATURE', await signed({}, other), page],
    ['altered', 'ROSTER_SIGNATURE', { ...true_, roster: flip(true_.roster) }, page],
    ['another proxy’s list', 'ROSTER_WRONG_PROXY', await signed({ proxyDigest: other.digest }), page],
    ['another model’s list', 'ROSTER_WRONG_MODEL', await signed({ model: 'example/model@2' }), page],
    [
      'an old list',
      'ROSTER_EXPIRED',
      await signed({ epoch: NOW_SECONDS - 600, validUntil: NOW_SECONDS - 540 }),
      page,
    ],
    ['a list for an hour', 'ROSTER_EXPIRED', await signed({ validUntil: NOW_SECONDS + 3600 }), page],
    ['a list that ends before it starts', 'ROSTER_EXPIRED', await signed({ validUntil: 0 }), page],
    [
      'a list of tomorrow',
      'ROSTER_EXPIRED',
      await signed({ epoch: NOW_SECONDS + 86_400, validUntil: NOW_SECONDS + 86_460 }),
      page,
    ],
    ['a page of nobody’s', 'ROSTER_PAGE_UNKNOWN', true_, flip(page)],
    [
      'half an entry, but signed',
      'MALFORMED',
      await signed({ pageHashes: [rosterPageHash(page.subarray(0, 20))] }),
      page.subarray(0, 20),
    ],
  ];
  return {
    about: 'PROTOCOL.md §5.6: a client reads a list and one page of the proxy of seal/machines.json.',
    model: MODEL,
    now: NOW_SECONDS,
    cases: cases.map(([name, code, { roster, signature }, sent]) => {
      return { name, code, roster: toHex(roster), signature: toHex(signature), page: toHex(sent) };
    }),
  };
}

export async function assignmentAttacks(worker: FixedMachine, proxy: FixedMachine): Promise<Json> {
  const honest = {
    version: 1,
    coreHash: CORE_HASH,
    workerDigest: worker.digest,
    attempt: 1,
    deadline: NOW_SECONDS + 60,
    audience: AUDIENCE,
  };
  const other = await fixedProxy('attack other proxy');
  const signed = (change: Partial<typeof honest>, by = proxy) =>
    signAssignment(by.keys.signer, { ...honest, ...change });
  const true_ = await signed({});
  const invalid = 'ASSIGNMENT_INVALID';
  const cases: [string, string, typeof true_][] = [
    ['honest', '', true_],
    ['signed by another proxy', invalid, await signed({}, other)],
    ['altered', invalid, { ...true_, assignment: flip(true_.assignment) }],
    ['for another request', invalid, await signed({ coreHash: new Uint8Array(32) })],
    ['for another worker', invalid, await signed({ workerDigest: new Uint8Array(32) })],
    ['for another ledger', invalid, await signed({ audience: 'local:other' })],
    ['past its deadline', invalid, await signed({ deadline: NOW_SECONDS - 600 })],
    ['of another version', invalid, await signed({ version: 2 })],
  ];
  return {
    about: 'PROTOCOL.md §11.3: worker 0 of seal/machines.json is handed this by the proxy.',
    coreHash: toHex(CORE_HASH),
    audience: AUDIENCE,
    now: NOW_SECONDS,
    cases: cases.map(([name, code, { assignment, signature }]) => {
      return { name, code, assignment: toHex(assignment), signature: toHex(signature) };
    }),
  };
}

export async function linkAttacks(worker: FixedMachine, proxy: FixedMachine): Promise<Json> {
  const accept = (hello: Uint8Array, audience: string) =>
    acceptWorkerLink({
      keys: proxy.keys,
      digest: proxy.digest,
      evidence: proxy.evidence,
      audience,
      random: fixedRandom('vector link proxy'),
      hello,
      verify: async () => worker.machine,
    });
  const start = (seed: string) =>
    startWorkerLink({ keys: worker.keys, evidence: worker.evidence, random: fixedRandom(seed) });
  const { hello } = start('vector link worker');
  const honest = (await accept(hello, AUDIENCE)).hello;
  const parts = linkHelloLayout.decode(honest);
  const change = (more: Partial<typeof parts>) => linkHelloLayout.encode({ ...parts, ...more });
  const unbound = 'LINK_NOT_BOUND';
  const cases: [string, string, Uint8Array][] = [
    ['honest', '', honest],
    ['a bit of what it sealed', unbound, change({ sealed: flip(parts.sealed ?? new Uint8Array(1)) })],
    ['another nonce', unbound, change({ nonce: flip(parts.nonce) })],
    ['nothing sealed', 'MALFORMED', change({ sealed: undefined })],
    ['an answer for another ledger', unbound, (await accept(hello, 'local:other')).hello],
    [
      'the answer to another hello',
      unbound,
      (await accept(start('attack link worker').hello, AUDIENCE)).hello,
    ],
    ['no document', 'MALFORMED', utf8('hello')],
  ];
  return {
    about:
      'PROTOCOL.md §11.1: worker 0 said seal/link.json’s `workerHello` and gets this answer; both machines verify.',
    cases: cases.map(([name, code, bytes]) => ({ name, code, proxyHello: toHex(bytes) })),
  };
}
