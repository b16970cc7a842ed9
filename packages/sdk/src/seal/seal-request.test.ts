import { describe, expect, it } from 'vitest';
import { platform } from '#platform';
import { sealTo } from '../../scripts/fixed-exchange.js';
import { AUDIENCE, fixedProxy, fixedWorker, MODEL, NOW_SECONDS } from '../../scripts/fixed-machines.js';
import { utf8 } from '../internal/bytes.js';
import { LIMITS } from '../protocol/limits.js';
import type { SuiteId } from '../protocol/suites.js';
import { type AnswerKey, prepareAnswerKey } from './answer-key.js';
import { generateMachineKeys, privateKeyFor } from './envelope/machine-keys.js';
import { sealRequest } from './seal-request.js';
import { prepareContext, type WarmContext } from './warm-context.js';

const random = platform.randomBytes;
const worker = await fixedWorker('w0');
const modern = await fixedWorker('modern', { suites: [1, 2] });
const proxy = await fixedProxy('p');

const context = (suite: SuiteId = 1, machine = worker.machine) =>
  prepareContext(machine, 'request', suite, { random });
const key = (suite: SuiteId = 1) => prepareAnswerKey(suite, { random });

function seal(contexts: WarmContext[], answerKey: AnswerKey, json: Uint8Array = utf8('{}')) {
  return sealRequest({
    request: {
      operation: 'chat.completions',
      json,
      cacheSalt: random(32),
      model: MODEL,
      maxOutput: 1,
      capTokens: 1n,
    },
    routing: {
      suite: 1,
      audience: AUDIENCE,
      maxCoefficient: 1000,
      priceDigest: new Uint8Array(32),
      expires: NOW_SECONDS,
      maxMs: 1,
      detachMs: 1,
      padding: 'fast',
    },
    contexts,
    answerKey,
    random,
  });
}

describe('sealing refuses what would be unsafe', () => {
  it('rejects: a machine that verification did not make, even an exact copy', async () => {
    await expect(context(1, { ...worker.machine })).rejects.toMatchObject({ code: 'MACHINE_NOT_VERIFIED' });
  });

  it('rejects: a prompt sealed to a proxy, an envelope sealed to a worker', async () => {
    await expect(context(1, proxy.machine)).rejects.toMatchObject({ code: 'MACHINE_ROLE' });
    for (const use of ['envelope', 'control'] as const) {
      await expect(prepareContext(worker.machine, use, 1, { random })).rejects.toMatchObject({
        code: 'MACHINE_ROLE',
      });
    }
  });

  it('rejects: a suite the machine does not offer', async () => {
    await expect(context(3, modern.machine)).rejects.toMatchObject({ code: 'UNSUPPORTED_SUITE' });
  });

  it('rejects: a context used twice', async () => {
    const once = await context();
    await seal([once], await key());
    await expect(seal([once], await key())).rejects.toMatchObject({ code: 'CONTEXT_USED' });
  });

  it('rejects: an answer key used twice', async () => {
    const once = await key();
    await seal([await context()], once);
    await expect(seal([await context()], once)).rejects.toMatchObject({ code: 'ANSWER_KEY_USED' });
  });

  it("rejects: a proxy's context for a request", async () => {
    const envelope = await prepareContext(proxy.machine, 'envelope', 1, { random });
    await expect(seal([envelope], await key())).rejects.toMatchObject({ code: 'CONTEXT_WRONG_USE' });
  });

  it('rejects: no candidate, too many, one twice, another suite', async () => {
    const bad = { code: 'CANDIDATES_INVALID' };
    await expect(seal([], await key())).rejects.toMatchObject(bad);
    await expect(seal([await context(), await context()], await key())).rejects.toMatchObject(bad);
    await expect(seal([await context(2)], await key())).rejects.toMatchObject(bad);
    await expect(seal([await context()], await key(3))).rejects.toMatchObject(bad);
    const machines = await Promise.all(
      Array.from({ length: LIMITS.candidates + 1 }, (_, i) => fixedWorker(`many ${i}`)),
    );
    const many = await Promise.all(machines.map(({ machine }) => context(1, machine)));
    await expect(seal(many, await key())).rejects.toMatchObject(bad);
  });

  it('rejects: a body above the limit', async () => {
    const json = new Uint8Array(LIMITS.bodyBytes - 100);
    await expect(seal([await context()], await key(), json)).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
    });
  });

  it('rejects: keys without suite 1, and keys not made here', async () => {
    await expect(generateMachineKeys({ suites: [2] })).rejects.toMatchObject({ code: 'KEYS_INVALID' });
    expect(() => privateKeyFor({ ...worker.keys }, 1)).toThrow(
      expect.objectContaining({ code: 'KEYS_INVALID' }),
    );
    const only = await generateMachineKeys({ suites: [1] });
    for (const [keys, suite] of [
      [modern.keys, 3],
      [only, 2],
    ] as const) {
      expect(() => privateKeyFor(keys, suite)).toThrow(
        expect.objectContaining({ code: 'UNSUPPORTED_SUITE' }),
      );
    }
  });

  it('uses every random value once: two requests share no id, token or key', async () => {
    const [a, b] = [await sealTo([worker], random), await sealTo([worker], random)];
    for (const name of ['requestId', 'operationId', 'cancelHash', 'resumeHash', 'commitment'] as const) {
      expect(a.core[name]).not.toEqual(b.core[name]);
    }
    expect(a.cancelToken).not.toEqual(a.resumeToken);
    expect(platform.sha256(a.cancelToken)).toEqual(a.core.cancelHash);
    expect(platform.sha256(a.resumeToken)).toEqual(a.core.resumeHash);
  });
});
