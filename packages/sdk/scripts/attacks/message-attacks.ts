// Which messages must a proxy, and which requests a worker, refuse to open? (PROTOCOL.md §6)
import { concat, toHex, u16, utf8 } from '../../src/internal/bytes.js';
import { authorize, authorizeControl } from '../../src/seal/authorize.js';
import { sealControl, sealEnvelope } from '../../src/seal/seal-envelope.js';
import { prepareContext } from '../../src/seal/warm-context.js';
import { fixedAccount, sealTo } from '../fixed-exchange.js';
import { AUDIENCE, type FixedMachine, fixedProxy, fixedRandom, NOW_SECONDS } from '../fixed-machines.js';
import type { Json } from '../make-vectors.js';
import { flip, withField } from './edit-tlv.js';

export async function envelopeAttacks(workers: readonly FixedMachine[], proxy: FixedMachine): Promise<Json> {
  const { account, signer } = await fixedAccount(fixedRandom('vector account'));
  const sealed = await sealTo(workers, fixedRandom('vector request 1'), { suite: 1 });
  const authorization = await authorize({ account, grants: [], signer, coreHash: sealed.coreHash });
  const message = async (to: FixedMachine) => {
    const context = await prepareContext(to.machine, 'envelope', 1, {
      random: fixedRandom('attack envelope'),
    });
    return (await sealEnvelope({ context, sealed, authorization, ticket: utf8('a ticket') })).bytes;
  };
  const honest = await message(proxy);
  const foreign = await message(await fixedProxy('attack other proxy'));
  const set = (position: number, ...bytes: number[]) => {
    const out = honest.slice();
    out.set(bytes, position);
    return out;
  };
  const cases: [string, string, Uint8Array][] = [
    ['honest', '', honest],
    ['shorter than its head', 'MALFORMED', honest.subarray(0, 11)],
    ['another magic', 'MALFORMED', set(0, 0x43, 0x4b, 0x32)],
    ['an unknown type', 'MALFORMED', set(3, 3)],
    ['a control message’s type', 'ENVELOPE_INVALID', set(3, 2)],
    ['an unknown suite', 'UNSUPPORTED_SUITE', set(4, ...u16(9))],
    ['another suite of the same size', 'ENVELOPE_INVALID', set(4, ...u16(2))],
    ['the classical suite', 'ENVELOPE_INVALID', set(4, ...u16(3))],
    ['a ticket above the limit', 'MALFORMED', set(6, ...u16(65))],
    ['a sealed part above the limit', 'MALFORMED', set(8, 1, 0, 0, 0)],
    ['another ticket', 'ENVELOPE_INVALID', flip(honest, 12)],
    ['a bit of the encapsulation', 'ENVELOPE_INVALID', flip(honest, 100)],
    ['a bit of the ciphertext', 'ENVELOPE_INVALID', flip(honest, 1_300)],
    ['a bit of the tag', 'ENVELOPE_INVALID', flip(honest)],
    ['sealed to another proxy', 'ENVELOPE_INVALID', foreign],
  ];
  return {
    about:
      'PROTOCOL.md §6.4: the proxy of seal/machines.json opens `message` as an envelope. `code` is empty for one that must open.',
    cases: cases.map(([name, code, bytes]) => ({ name, code, message: toHex(bytes) })),
  };
}

export async function controlAttacks(proxy: FixedMachine): Promise<Json> {
  const { account, signer } = await fixedAccount(fixedRandom('vector account'));
  const question = { operation: 'account', payload: new Uint8Array(0) };
  const other = { operation: 'account', payload: Uint8Array.of(1) };
  const make = async (seed: string, signed: typeof question | undefined, sent: typeof question) => {
    const context = await prepareContext(proxy.machine, 'control', 1, { random: fixedRandom(seed) });
    const authorization =
      signed && (await authorizeControl({ account, grants: [], signer, context, ...signed }));
    const message = { ...sent, ...(authorization === undefined ? {} : { authorization }) };
    return { bytes: (await sealControl({ context, message })).bytes, authorization };
  };
  const honest = await make('attack control 1', question, question);
  const replayed = await prepareContext(proxy.machine, 'control', 1, {
    random: fixedRandom('attack control 2'),
  });
  const again = await sealControl({
    context: replayed,
    message: {
      ...question,
      ...(honest.authorization === undefined ? {} : { authorization: honest.authorization }),
    },
  });
  const cases: [string, string, Uint8Array][] = [
    ['honest', '', honest.bytes],
    ['without a signature', 'ACCOUNT_REQUIRED', (await make('attack control 3', undefined, question)).bytes],
    [
      'a signature made for another payload',
      'AUTH_SIGNATURE',
      (await make('attack control 4', other, question)).bytes,
    ],
    ['a signature made for another message', 'AUTH_SIGNATURE', again.bytes],
    ['a bit of the tag', 'ENVELOPE_INVALID', flip(honest.bytes)],
  ];
  return {
    about:
      'PROTOCOL.md §8.6: the proxy of seal/machines.json opens `message` as a control message and verifies its authorization.',
    audience: AUDIENCE,
    now: NOW_SECONDS,
    cases: cases.map(([name, code, bytes]) => ({ name, code, message: toHex(bytes) })),
  };
}

export async function requestAttacks(workers: readonly FixedMachine[]): Promise<Json> {
  const sealed = await sealTo(workers, fixedRandom('vector request 1'), { suite: 1 });
  const elsewhere = await sealTo(workers.slice(1), fixedRandom('attack request elsewhere'), { suite: 1 });
  const { coreBytes: core, body } = sealed;
  const [wrap = new Uint8Array(0), second = new Uint8Array(0)] = sealed.wraps;
  const [foreign = new Uint8Array(0)] = elsewhere.wraps;
  const refused = 'REQUEST_REFUSED';
  const cases: [string, string, Uint8Array, Uint8Array, Uint8Array][] = [
    ['honest', '', core, wrap, body],
    ['a bit of the body', refused, core, wrap, flip(body)],
    ['a body one byte short', refused, core, wrap, body.subarray(0, -1)],
    ['a body one byte long', refused, core, wrap, concat(body, Uint8Array.of(0))],
    ['another request’s body', refused, core, wrap, elsewhere.body],
    ['a bit of the wrap’s encapsulation', refused, core, flip(wrap, 0), body],
    ['a bit of the wrapped key', refused, core, flip(wrap), body],
    ['another candidate’s wrap', refused, core, second, body],
    ['another request’s wrap', refused, core, foreign, body],
    ['half a wrap', refused, core, wrap.subarray(0, 600), body],
    ['more output than was asked', refused, withField(core, 14, Uint8Array.of(0, 1, 0, 0)), wrap, body],
    [
      'a higher cap than was signed',
      refused,
      withField(core, 16, Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 0)),
      wrap,
      body,
    ],
    ['another model', refused, withField(core, 12, utf8('example/model@2')), wrap, body],
    ['another operation', refused, withField(core, 8, new Uint8Array(16)), wrap, body],
    ['another ledger', refused, withField(core, 10, utf8('local:other')), wrap, body],
    ['a skippable field added', refused, concat(core, Uint8Array.of(0x7f, 0xff, 0, 0, 0, 1, 1)), wrap, body],
    ['an unknown suite', 'UNSUPPORTED_SUITE', withField(core, 4, u16(9)), wrap, body],
    ['a weaker suite', refused, withField(core, 4, u16(3)), wrap, body],
    ['not sealed to this worker', 'KEY_EXPIRED', elsewhere.coreBytes, foreign, elsewhere.body],
  ];
  return {
    about:
      'PROTOCOL.md §6.2, §6.3, §6.5: worker 0 of seal/machines.json opens this. `code` is empty for a request that must open.',
    cases: cases.map(([name, code, coreBytes, wrapped, sent]) => ({
      name,
      code,
      core: toHex(coreBytes),
      wrap: toHex(wrapped),
      body: toHex(sent),
    })),
  };
}
