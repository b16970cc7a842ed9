// What is never shown, and what is always said?
import { describe, expect, it } from 'vitest';
import { Account, createAccount } from '../src/account/account.js';
import { createCocoon } from '../src/client.js';
import { toHex } from '../src/internal/bytes.js';
import { createMemoryNetwork, textChunks } from '../src/testing/index.js';
import { openClient, QUESTION } from './support/open-client.js';

describe('privacy', () => {
  it('privacy: a prompt, an answer and keys are in no event, error, report, status or JSON of either', async () => {
    const prompt = 'zebra-prompt-4711';
    const answer = 'giraffe-answer-4712';
    const { account, seed } = await createAccount();
    const secrets = [prompt, answer, toHex(seed)];
    const { network, cocoon, events } = await openClient(
      { workers: [{ model: () => ({ chunks: textChunks([answer]) }) }] },
      { account },
    );
    network.credit(account.id, 1_000_000n);
    const request = { model: 'simulated-model', messages: [{ role: 'user' as const, content: prompt }] };
    const reply = await cocoon.chat(request);
    const errors: unknown[] = [];
    const broken = [
      { records: (r: Uint8Array[]) => r.slice(0, 3) },
      { records: (r: Uint8Array[]) => [...r.slice(0, 2), Uint8Array.of(9, 9, 9, 9, 9)] },
      { workerError: { code: 'REQUEST_INVALID', message: prompt } },
      { inferStatus: 500 },
    ];
    for (const faults of broken) {
      Object.assign(
        network.faults,
        { noResume: true, records: undefined, workerError: undefined, inferStatus: undefined },
        faults,
      );
      await cocoon.chat(request).catch((error: unknown) => errors.push(error));
    }
    expect(errors).toHaveLength(4);
    const { inspect } = await import('node:util');
    const shown = [
      ...events.map((event) => inspect(event, { depth: 9 })),
      ...errors.map((error) => `${inspect(error, { depth: 9 })}${JSON.stringify(error)}${String(error)}`),
      reply.report.export(),
      reply.report.toString(),
      inspect(cocoon.status(), { depth: 9 }),
      inspect(account, { depth: 9, showHidden: true }),
      JSON.stringify(account),
    ].join('\n');
    for (const secret of secrets) expect(shown).not.toContain(secret);
    const sent = network.requests.map(({ path }) => path).join();
    expect(sent).not.toContain('simulated-model');
    expect(account).toBeInstanceOf(Account);
  });

  it('privacy: the network sees neither model nor account nor text', async () => {
    const bodies: string[] = [];
    const { network, options, account } = await openClient();
    const spy: typeof globalThis.fetch = async (input, init) => {
      if (init?.body instanceof ArrayBuffer) bodies.push(Buffer.from(init.body).toString('latin1'));
      return network.fetch(input, init);
    };
    await createCocoon({ ...options, fetch: spy }).chat(QUESTION);
    const all = bodies.join('');
    expect(bodies.length).toBe(3);
    for (const text of [
      'simulated-model',
      'messages',
      Buffer.from(account.key.walletPublicKey).toString('latin1'),
    ]) {
      expect(all).not.toContain(text);
    }
  });
});

describe('report', () => {
  it('accepts: an export that holds the evidence, and says what is simulated and not covered', async () => {
    const network = await createMemoryNetwork();
    const { url, fetch, registry, beacons, anchor, now } = network;
    const cocoon = createCocoon({ proxy: url, network: { registry, beacons }, anchor, fetch, now });
    const report = await cocoon.verify({ model: 'simulated-model' });
    const exported = JSON.parse(report.export());
    expect(exported).toMatchObject({
      label: 'SIMULATED TDX',
      simulated: true,
      route: 'sealed',
      candidates: 3,
    });
    expect(exported.evidence).toHaveLength(4);
    expect(report.toString()).toMatch(/^SIMULATED TDX/);
    expect(report.weakest).toBe('assumed');
    // Under a published key nothing about the machines may be called proven.
    const machine = report.lines.filter(({ machine }) => /^(proxy|worker) /.test(machine));
    expect(machine.filter(({ basis }) => basis === 'proven')).toEqual([]);
    expect(report.notCovered.join()).toMatch(/physical attacks.*side channels/s);
  });
});
