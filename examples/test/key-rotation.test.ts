// Does anybody notice that a proxy changes its keys?
import { expect, it } from 'vitest';
import { startNetwork, type TestNetwork, until } from '../../packages/proxy/test/support/start-network.js';
import {
  chunk,
  end,
  type Script,
  scriptedEngine,
} from '../../packages/worker/test/support/scripted-engine.js';
import { CREDIT, openCocoon, openWorker } from './support/in-process.js';

/** Clients keep asking, and one reads a long answer, while `rotate` changes keys. Nothing may fail or be charged twice. */
async function askWhile(
  network: TestNetwork,
  renewEarlyMs: number | undefined,
  rotate: (workerDigest: string) => Promise<void>,
): Promise<void> {
  let finish = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const run: Script['run'] = async function* ({ request }) {
    yield chunk('begun', 1);
    if (JSON.stringify(request).includes('slowly')) await gate;
    yield chunk(' and done', 2);
    yield end({ completion: 2 });
  };
  const timing = renewEarlyMs === undefined ? {} : { renewEarlyMs };
  const worker = await openWorker(network, { machine: 'only', engine: scriptedEngine({ run }), timing });
  const { cocoon, account } = await openCocoon(network);
  const ask = (content: string) => ({ model: 'scripted', messages: [{ role: 'user' as const, content }] });
  const { ledger, workers } = network.proxy.parts;

  const long = cocoon.stream(ask('slowly'));
  let text = '';
  const reading = (async () => {
    for await (const { choices } of long) text += choices[0]?.delta.content ?? '';
  })();
  await until(() => text === 'begun');
  const [firstChannel] = workers.all();

  let over = false;
  const charged: bigint[] = [];
  const client = async (): Promise<void> => {
    while (!over) {
      const reply = await cocoon.chat(ask('quickly'));
      expect(reply.text).toBe('begun and done');
      charged.push(reply.charge.client);
    }
  };
  const clients = Promise.all([client(), client()]);
  clients.catch(() => undefined);
  await rotate(firstChannel?.digest ?? '');
  // The channel it runs on is not the one for new requests any more, and still open.
  expect(workers.find(firstChannel?.digest ?? '')).not.toBe(firstChannel);
  expect(firstChannel?.closed).toBe(false);
  finish();
  await reading;
  expect(text).toBe('begun and done');
  charged.push((await long.receipt).receipt.tokens * 20n);
  over = true;
  await clients;
  await expect.poll(() => ledger.account(account.id).reservedTokens).toBe(0n);
  expect(CREDIT - ledger.account(account.id).balance).toBe(charged.reduce((sum, one) => sum + one, 0n));
  cocoon.close();
  await worker.stop();
  await network.stop();
}

const limits = { addressRate: 100_000, addressBurst: 100_000, accountRunning: 1_000 };

it('requests and a long answer go on over three changes of keys; nothing fails, each is charged once', async () => {
  const network = await startNetwork({ limits });
  const { identity, workers } = network.proxy.parts;
  // The worker asks for the next keys all the time, so that the test need not wait for the end of an hour.
  await askWhile(network, 3_600_000, async (digest) => {
    for (let change = 0; change < 3; change++) {
      await identity.renew();
      await until(() => workers.find(digest)?.epoch === identity.current());
    }
  });
});

// By the clock it takes half a minute, and a machine that stands still for seconds would fail it: not for every run.
if (process.env['DEEP'] === '1') {
  it('the same by the clock, with keys that live for twenty seconds', async () => {
    const network = await startNetwork({ epochSeconds: 20, overlapSeconds: 10, limits });
    const { identity } = network.proxy.parts;
    const first = identity.current().replica;
    const seen = new Set<string>();
    await askWhile(network, undefined, () =>
      until(() => {
        seen.add(identity.current().replica);
        return seen.size >= 4 && identity.find(first) === undefined;
      }),
    );
  });
}
