// What does a client see whose proxy is killed in the middle of its answer and started again? Real processes, one address, one directory.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TruncatedError } from '@cocoonkit/sdk';
import { afterEach, expect, it } from 'vitest';
import { steadyPort } from './support/steady-port.js';
import { startWholeNetwork } from './support/whole-network.js';

const WORDS = ['one ', 'two ', 'three ', 'four ', 'five ', 'six'];
/** So many are sent before the kill. */
const FIRST = 2;
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A server of completions that says the first words, and the others only once it is told to. */
async function startHeldUpstream() {
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let asked = 0;
  const server = createServer(async (request, response) => {
    request.resume();
    if (request.method !== 'POST') return void response.end(JSON.stringify({ object: 'list', data: [] }));
    asked++;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (delta: object, finish: string | null = null, more: object = {}) => {
      const choices = [{ index: 0, delta, finish_reason: finish }];
      const chunk = { id: 'held', object: 'chat.completion.chunk', created: 1, model: 'fake', choices };
      response.write(`data: ${JSON.stringify({ ...chunk, ...more })}\n\n`);
    };
    for (const [i, content] of WORDS.entries()) {
      if (i === FIRST) await held;
      send({ content });
    }
    send({}, 'stop');
    const usage = { prompt_tokens: 5, completion_tokens: WORDS.length, total_tokens: 5 + WORDS.length };
    send({}, null, { choices: [], usage });
    response.end('data: [DONE]\n\n');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ends.push(async () => {
    goOn();
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return { url, goOn, asked: () => asked };
}

it('the answer is whole and verified, or cut with what was verified; what was charged adds up', async () => {
  const upstream = await startHeldUpstream();
  const proxyPort = await steadyPort();
  const network = await startWholeNetwork({ workers: 1, upstream: upstream.url, model: 'fake', proxyPort });
  ends.push(() => network.stop());
  // How long a restart takes is the machine's affair: the client's pauses end when the worker is back.
  let back = (): void => undefined;
  const restarted = new Promise<void>((resolve) => {
    back = resolve;
  });
  const resumed: number[] = [];
  const cocoon = network.client({
    wait: async (ms) => {
      await restarted;
      await new Promise((resolve) => setTimeout(resolve, ms));
    },
    onEvent: (event) => {
      if (event.type === 'resumed') resumed.push(event.records);
    },
  });
  ends.push(async () => cocoon.close());

  const stream = cocoon.stream(
    { model: 'fake', messages: [{ role: 'user', content: 'Count to six.' }] },
    { timeoutMs: 300_000 },
  );
  stream.receipt.catch(() => undefined);
  let text = '';
  let killed: Promise<void> | undefined;
  const killAndRestart = async (): Promise<void> => {
    process.kill(network.pids['proxy'] ?? 0, 'SIGKILL');
    await expect
      .poll(() =>
        fetch(`${network.proxy}/health`).then(
          () => 'up',
          () => 'down',
        ),
      )
      .toBe('down');
    expect(await network.parts.restartProxy()).toBe(network.proxy);
    await expect.poll(() => network.metrics(), { timeout: 240_000 }).toMatch(/^cocoonkit_workers 1$/m);
    upstream.goOn();
    back();
  };
  let failure: unknown;
  try {
    for await (const { choices } of stream) {
      text += choices[0]?.delta.content ?? '';
      if (text.length > 0) killed ??= killAndRestart();
    }
  } catch (error) {
    failure = error;
  }
  // Nothing can have come whole before the kill: the server holds the rest back.
  expect(killed).toBeDefined();
  await killed;

  const whole = WORDS.join('');
  // The worker hands in its bill whether or not its reader came back.
  await expect.poll(async () => (await network.totals()).reserved, { timeout: 240_000 }).toBe('0');
  const totals = await network.totals();
  expect(BigInt(totals.charged)).toBe(BigInt(totals.workers) + BigInt(totals.proxy));
  // Computed once, however it was fetched.
  expect(upstream.asked()).toBe(1);
  if (failure === undefined) {
    const { receipt } = await stream.receipt;
    expect(receipt.finish).toBe('stop');
    expect(text).toBe(whole);
    expect(resumed).toHaveLength(1);
    expect(totals.charged).toBe(String(receipt.tokens * 20n));
  } else {
    expect(failure).toBeInstanceOf(TruncatedError);
    expect(failure).toMatchObject({ code: 'STREAM_TRUNCATED' });
    expect(text.length).toBeGreaterThan(0);
    expect(whole.startsWith(text)).toBe(true);
    if (failure instanceof TruncatedError) expect(failure.prefix[0]?.message.content).toBe(text);
  }
}, 600_000);
