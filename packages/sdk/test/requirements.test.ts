// Can a request demand more of its machine than the model, and is that judged before anything is sealed?
import { expect, it } from 'vitest';
import type { Requirements } from '../src/chat-types.js';
import { textChunks } from '../src/testing/memory-network.js';
import { openClient, QUESTION, sentRequests } from './support/open-client.js';

const ask = (requires: Requirements) => ({ ...QUESTION, requires });

it.each<[keyof Requirements, Requirements]>([
  ['minContext', { minContext: 2_000_000 }],
  ['maxCoefficient', { maxCoefficient: 10 }],
  ['gpu', { gpu: 'attested-by-guest' }],
  ['gpu', { gpu: 'evidence-verified' }],
  ['tier', { tier: 'registered-chip' }],
  ['sealedModel', { sealedModel: 'ab'.repeat(32) }],
])('rejects: no machine meets %s', async (requirement, requires) => {
  const { network, cocoon } = await openClient();
  const refused = { code: 'REQUIREMENT_UNMET', details: { requirement } };
  await expect(cocoon.chat(ask(requires))).rejects.toMatchObject(refused);
  await expect(cocoon.estimate(ask(requires))).rejects.toMatchObject(refused);
  expect(sentRequests(network)).toBe(0);
});

it('accepts: only the machines that meet it become candidates', async () => {
  const workers = [{ claims: { maxContext: 4_096 } }, { claims: { maxContext: 200_000 } }];
  const { cocoon } = await openClient({ workers });
  for (let i = 0; i < 5; i++) {
    const { report, receipt } = await cocoon.chat(ask({ minContext: 100_000 }));
    expect(report.candidates).toBe(1);
    expect(receipt.worker.manifest.worker?.maxContext).toBe(200_000);
  }
  expect((await cocoon.chat(QUESTION)).report.candidates).toBe(2);
});

it('accepts: only workers that opened the sealed model asked for, and the report names it', async () => {
  const sealedModel = new Uint8Array(32).fill(0xab);
  const workers = [{ claims: { sealedModel: new Uint8Array(32) } }, {}, { claims: { sealedModel } }];
  const { cocoon } = await openClient({ workers });
  for (const hex of ['ab'.repeat(32), 'AB'.repeat(32)]) {
    const { report, receipt } = await cocoon.chat(ask({ sealedModel: hex }));
    expect(report.candidates).toBe(1);
    expect(receipt.worker.manifest.worker?.sealedModel).toEqual(sealedModel);
    expect(report.toString()).toContain(`sealed model ${'ab'.repeat(32)}`);
  }
});

it('rejects: a machine that waits for the key of its model, whatever its model is called', async () => {
  const { network, cocoon } = await openClient({ workers: [{ claims: { features: ['awaiting-model'] } }] });
  await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'MODEL_LACKS_FEATURE' });
  await expect(cocoon.embed({ model: QUESTION.model, input: 'x' })).rejects.toMatchObject({
    code: 'MODEL_LACKS_FEATURE',
  });
  expect(sentRequests(network)).toBe(0);
});

it('accepts: a processor on the application’s own list, in either case', async () => {
  const { cocoon, options } = await openClient();
  const { receipt } = await cocoon.chat(QUESTION);
  const { ppid } = receipt.worker.quote;
  const again = await openClient({}, { policy: { registeredChips: [ppid.toUpperCase()] } });
  expect((await again.cocoon.chat(ask({ tier: 'registered-chip' }))).text).toBe('Hello there');
  expect(options.policy).toBeUndefined();
});

it('privacy: what was demanded is not part of what is sealed', async () => {
  const opened: unknown[] = [];
  const model = (request: unknown) => {
    opened.push(request);
    return { chunks: textChunks(['ok']) };
  };
  const { cocoon } = await openClient({ workers: [{ model }] });
  await cocoon.chat(ask({ minContext: 10 }));
  expect(opened).toHaveLength(1);
  expect(JSON.stringify(opened)).not.toContain('requires');
});

it.each([
  'gpu',
  { gpu: 'yes' },
  { minContext: 0 },
  { minContext: 1.5 },
  { sealedModel: 'ab' },
  { sealedModel: 7 },
  { tier: 'staked' },
  { maxCoefficient: '1' },
  { colour: 'blue' },
])('rejects: a demand that cannot be read: %j', async (requires) => {
  const { cocoon } = await openClient();
  const request = JSON.parse(JSON.stringify({ ...QUESTION, requires }));
  await expect(cocoon.chat(request)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
});

it('rejects: a chip list that is none', async () => {
  await expect(openClient({}, { policy: { registeredChips: ['abc'] } })).rejects.toMatchObject({
    code: 'OPTIONS_INVALID',
  });
});
