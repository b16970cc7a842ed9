// Which encodings must every decoder refuse, whatever the document? (PROTOCOL.md §2)
import { concat, toHex, u16, utf8 } from '../../src/internal/bytes.js';
import * as protocol from '../../src/protocol/index.js';
import type { Layout } from '../../src/protocol/tlv.js';
import { accountId } from '../../src/seal/envelope/digests.js';
import { billOf, fixedAccount, sealTo, USAGE } from '../fixed-exchange.js';
import { AUDIENCE, type FixedMachine, fixedRandom, MODEL, NOW_SECONDS } from '../fixed-machines.js';
import type { Json } from '../make-vectors.js';
import { joinTlv, splitTlv, withField } from './edit-tlv.js';

const EXACT = /^(u8|u16|u32|u64|time|bytes\(\d+\))$/;
const BEYOND_TIME = Uint8Array.of(0, 0x20, 0, 0, 0, 0, 0, 0);

interface Sample {
  layout: Pick<Layout<object>, 'name' | 'fields'>;
  bytes: Uint8Array;
  /** What only this document can get wrong. */
  own?: [name: string, code: string, bytes: Uint8Array][];
}

export async function documentAttacks(worker: FixedMachine, proxy: FixedMachine): Promise<Json> {
  const cases = (await samples(worker, proxy)).flatMap(({ layout, bytes, own = [] }) =>
    [...common(layout, bytes), ...own].map(([name, code, hostile]) => ({
      document: layout.name,
      name,
      code,
      bytes: toHex(hostile),
    })),
  );
  return {
    about: 'PROTOCOL.md §2: decode `bytes` as `document`. `code` is empty for what must be accepted.',
    cases,
  };
}

function common(layout: Sample['layout'], bytes: Uint8Array): [string, string, Uint8Array][] {
  const fields = splitTlv(bytes);
  const [first, second] = fields;
  if (first === undefined || second === undefined) throw new Error(`${layout.name} needs two fields`);
  const [lead] = layout.fields;
  const last = bytes.slice();
  const lastLength = bytes.length - (fields.at(-1)?.value.length ?? 0) - 1;
  last[lastLength] = (last[lastLength] ?? 0) + 1;
  const out: [string, string, Uint8Array][] = [
    ['as it should be', '', bytes],
    ['its last byte cut off', 'MALFORMED', bytes.subarray(0, -1)],
    ['a byte left over', 'MALFORMED', concat(bytes, Uint8Array.of(0))],
    ['a field twice', 'MALFORMED', joinTlv([first, ...fields])],
    ['fields out of order', 'MALFORMED', joinTlv([second, first, ...fields.slice(2)])],
    ['a length beyond the end', 'MALFORMED', last],
    [
      'an unknown critical field',
      'UNSUPPORTED_FIELD',
      joinTlv([...fields, { tag: 0x7ffe, value: utf8('x') }]),
    ],
    ['an unknown field to skip', '', joinTlv([...fields, { tag: 0x7fff, value: utf8('x') }])],
  ];
  if (lead?.field.optional === false)
    out.push(
      ['its first field missing', 'MALFORMED', joinTlv(fields.slice(1))],
      ['nothing at all', 'MALFORMED', new Uint8Array(0)],
    );
  if (lead !== undefined && EXACT.test(lead.field.type.label)) {
    const longer = { tag: first.tag, value: concat(Uint8Array.of(0), first.value) };
    out.push(['a number with a leading zero byte', 'MALFORMED', joinTlv([longer, ...fields.slice(1)])]);
  }
  return out;
}

async function samples(worker: FixedMachine, proxy: FixedMachine): Promise<Sample[]> {
  const sealed = await sealTo([worker], fixedRandom('attack document request'));
  const { account, signer } = await fixedAccount(fixedRandom('attack document account'));
  const core = sealed.coreBytes;
  const manifest = worker.machine.evidence.manifest;
  const claims = splitTlv(manifest).find(({ tag }) => tag === 22)?.value;
  const ownClaims = splitTlv(proxy.machine.evidence.manifest).find(({ tag }) => tag === 24)?.value;
  const [digest, signature] = [worker.digest, new Uint8Array(64)];
  const grant = protocol.grantLayout.encode({
    id: new Uint8Array(16),
    accountId: accountId(account),
    issuer: signer.publicKey,
    subkey: digest,
    capTokens: 1000n,
    expires: NOW_SECONDS,
    audience: AUDIENCE,
    maxConcurrent: 4,
    mayIssue: 0,
  });
  const { receipt, details } = billOf(
    {
      core: protocol.decodeCore(core),
      coreHash: sealed.coreHash,
      inner: Object.create(null),
      reply: Object.assign(Object.create(null), { transcript: () => ({ hash: digest, frames: 3 }) }),
    },
    worker,
  );
  const candidates = protocol.decodeCore(core).candidates;
  return [
    {
      layout: protocol.coreLayout,
      bytes: core,
      own: [
        ['version 2', 'UNSUPPORTED_VERSION', withField(core, 2, u16(2))],
        ['no candidates', 'MALFORMED', withField(core, 30, new Uint8Array(0))],
        ['a candidate twice', 'MALFORMED', withField(core, 30, concat(...candidates, ...candidates))],
        ['half a candidate', 'MALFORMED', withField(core, 30, digest.subarray(0, 16))],
        ['nine candidates', 'MALFORMED', withField(core, 30, new Uint8Array(9 * 32))],
        ['an empty body', 'MALFORMED', withField(core, 32, new Uint8Array(4))],
        ['a body above the limit', 'MALFORMED', withField(core, 32, Uint8Array.of(1, 0, 0, 1))],
        ['an unknown padding', 'MALFORMED', withField(core, 28, Uint8Array.of(9))],
        ['a time beyond 2^53', 'MALFORMED', withField(core, 22, BEYOND_TIME)],
        ['a model that is not UTF-8', 'MALFORMED', withField(core, 12, Uint8Array.of(0xc0, 0x80))],
        ['a model without a name', 'MALFORMED', withField(core, 12, new Uint8Array(0))],
      ],
    },
    {
      layout: protocol.manifestLayout,
      bytes: manifest,
      own: [
        ['version 2', 'UNSUPPORTED_VERSION', withField(manifest, 2, u16(2))],
        ['an unknown role', 'MALFORMED', withField(manifest, 4, Uint8Array.of(3))],
        ['the role of a proxy', 'MALFORMED', withField(manifest, 4, Uint8Array.of(2))],
        ['no claims', 'MALFORMED', withField(manifest, 22, undefined)],
        ['the claims of both roles', 'MALFORMED', withField(manifest, 24, ownClaims)],
        ['no mandatory suite', 'MALFORMED', withField(manifest, 10, u16(2))],
        ['a suite without its key', 'MALFORMED', withField(manifest, 12, undefined)],
        ['half a sealing key', 'MALFORMED', withField(manifest, 8, new Uint8Array(608))],
      ],
    },
    { layout: protocol.workerClaimsLayout, bytes: claims ?? new Uint8Array(0) },
    {
      layout: protocol.receiptLayout,
      bytes: protocol.receiptLayout.encode({ ...receipt, privateCommitment: digest }),
    },
    { layout: protocol.privateReceiptLayout, bytes: protocol.privateReceiptLayout.encode(details) },
    { layout: protocol.usageLayout, bytes: protocol.usageLayout.encode(USAGE) },
    { layout: protocol.grantLayout, bytes: grant },
    { layout: protocol.signedGrantLayout, bytes: protocol.signedGrantLayout.encode({ grant, signature }) },
    {
      layout: protocol.authorizationLayout,
      bytes: protocol.authorizationLayout.encode({ account, grants: [], signature }),
    },
    {
      layout: protocol.rosterLayout,
      bytes: protocol.rosterLayout.encode({
        epoch: NOW_SECONDS,
        validUntil: NOW_SECONDS + 60,
        proxyDigest: proxy.digest,
        model: MODEL,
        total: 1,
        pageHashes: [digest],
      }),
    },
    {
      layout: protocol.assignmentLayout,
      bytes: protocol.assignmentLayout.encode({
        version: 1,
        coreHash: sealed.coreHash,
        workerDigest: digest,
        attempt: 1,
        deadline: NOW_SECONDS + 60,
        audience: AUDIENCE,
      }),
    },
    {
      layout: protocol.noticeLayout,
      bytes: protocol.noticeLayout.encode({ type: 'refused', code: 'RESELECT', retryAfterMs: 5 }),
    },
    {
      layout: protocol.resumeQuestionLayout,
      bytes: protocol.resumeQuestionLayout.encode({
        coreHash: sealed.coreHash,
        token: sealed.resumeToken,
        fromRecord: 2,
      }),
    },
    {
      layout: protocol.linkControlLayout,
      bytes: protocol.linkControlLayout.encode({ type: 'credit', stream: 1, credit: 65_536 }),
    },
  ];
}
