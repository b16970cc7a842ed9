// Does every attack by name end as it must: exact code, no false charge, nothing leaked, nothing left running?
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CocoonError } from '../src/errors.js';
import { createMemoryNetwork, FAULTS, type Fault, type FaultName } from '../src/testing/index.js';
import { openClient } from './support/open-client.js';

const PROMPT = 'the secret of the prompt';
const ANSWER = 'Hello there';
const REQUEST = {
  model: 'simulated-model',
  messages: [{ role: 'user' as const, content: PROMPT }],
  max_tokens: 1000,
};
/** For attacks that only wait: whenever it strikes, nothing may have been charged. */
const PATIENCE_MS = 500;

const latin = (bytes: BodyInit | null | undefined) =>
  bytes instanceof ArrayBuffer ? Buffer.from(bytes).toString('latin1') : String(bytes);

async function attack(fault: Fault<FaultName>) {
  const sent: string[] = [];
  const { network, cocoon, events } = await openClient(
    { faults: [fault.name] },
    {
      fetch: (input, init) => {
        sent.push(latin(init?.body));
        return network.fetch(input, init);
      },
    },
  );
  if (fault.rehearsed === true) await cocoon.chat(REQUEST);
  const before = network.charges.length;
  const outcome = await cocoon.chat(REQUEST, fault.waits ? { timeoutMs: PATIENCE_MS } : {}).then(
    (reply) => reply,
    (error: unknown) => error,
  );
  return { network, cocoon, events, sent, outcome, charges: network.charges.slice(before) };
}

describe.each(FAULTS.map((fault) => [fault.name, fault] as const))('%s', (_, fault) => {
  it(`${fault.who}: ends as ${fault.code ?? 'a right answer'}, charges ${fault.charged ? 'the bill' : 'nothing'}`, async () => {
    const { network, cocoon, events, sent, outcome, charges } = await attack(fault);

    if (fault.code === undefined) {
      expect(outcome).toMatchObject({ text: ANSWER });
      if (fault.failedCheck !== undefined)
        expect(outcome).toMatchObject({
          report: {
            passed: false,
            lines: expect.arrayContaining([
              expect.objectContaining({ check: fault.failedCheck, passed: false }),
            ]),
          },
        });
      if (fault.cause !== undefined)
        await expect
          .poll(() => events)
          .toContainEqual({ type: 'warning', code: fault.cause, simulated: true });
    } else {
      expect(outcome).toBeInstanceOf(CocoonError);
      expect(outcome).toMatchObject({
        code: fault.code,
        ...(fault.cause === undefined ? {} : { details: { firstCode: fault.cause } }),
      });
    }

    // A proxy books a bill when the worker's last record has left, which may be after the client's verdict.
    await expect.poll(() => network.running).toBe(0);
    expect(charges.length === 0 ? [] : [charges.length]).toEqual(fault.charged ? [1] : []);
    if (outcome instanceof CocoonError) {
      const said = [
        outcome.message,
        outcome.stack,
        JSON.stringify(outcome),
        JSON.stringify(outcome.details),
      ].join();
      for (const secret of [PROMPT, ANSWER, 'attacker.invalid', 'somebody on the path'])
        expect(said).not.toContain(secret);
    }
    expect(
      JSON.stringify(events, (_key, value) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.toContain(PROMPT);
    expect(sent.some((bytes) => bytes.includes(PROMPT))).toBe(false);
    cocoon.close();
  });
});

describe('the list of attacks', () => {
  it('names each once, and says who and what', () => {
    expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
    for (const { who, what } of FAULTS) {
      expect(['path', 'proxy', 'worker']).toContain(who);
      expect(what).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('does nothing unless asked', async () => {
    const { cocoon, network } = await openClient();
    expect((await cocoon.chat(REQUEST)).text).toBe(ANSWER);
    await expect.poll(() => network.running).toBe(0);
    expect(network.charges).toHaveLength(1);
  });

  it('holds for several at once', async () => {
    const network = await createMemoryNetwork({ faults: ['proxy-unknown-code', 'answer-empty'] });
    expect(network.faults.records?.([new Uint8Array(1)])).toEqual([]);
  });

  it('is the one of the documentation', () => {
    const text = readFileSync(new URL('../../../docs/testing.md', import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| `([a-z-]+)` \| (\w+) \| (?:`(\w+)`)?/gm)].map(
      ([, name, who, code]) => ({
        name,
        who,
        code,
      }),
    );
    expect(rows).toEqual(FAULTS.map(({ name, who, code }) => ({ name, who, code })));
  });
});
