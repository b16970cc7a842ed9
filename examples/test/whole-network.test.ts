// Separate processes, real sockets: what works, what an attacker on the way achieves, and what leaks.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { accountFromSeed, CocoonError } from '@cocoonkit/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startUpstream } from '../../packages/worker/test-support/upstream/start-upstream.js';
import { flipAt, startRelay } from './support/meddling-relay.js';
import { creditAccount, startWholeNetwork, type WholeNetwork } from './support/whole-network.js';

const run = promisify(execFile);
const ROOT = new URL('../../', import.meta.url).pathname;
const TEXT =
  'The ferry to the island stops in October. Islanders asked the council for a winter boat. ' +
  'The council will pay for a small boat that crosses twice a day. The boat carries mail and twelve passengers.';

let network: WholeNetwork;
beforeAll(async () => {
  network = await startWholeNetwork();
});
afterAll(async () => {
  await network?.stop();
});

function request(text = TEXT) {
  return {
    model: network.model,
    messages: [{ role: 'user' as const, content: text }],
    cocoonkit: { task: 'summarize' as const, sentences: 2 },
  };
}

/** The ledger's totals once nothing is under way: an answer does not wait for its bill to be booked. */
async function settled() {
  await expect.poll(async () => (await network.totals()).reserved).toBe('0');
  return network.totals();
}

describe('the whole network', () => {
  it('answers thirty chats at once, verifies each machine once, and bills each exactly', async () => {
    const before = await settled();
    const verified: string[] = [];
    const cocoon = network.client({
      onEvent: (event) => {
        if (event.type === 'verified') verified.push(event.machine);
      },
    });
    const replies = await Promise.all(Array.from({ length: 30 }, () => cocoon.chat(request())));
    for (const reply of replies) {
      for (const sentence of reply.text.split('\n').filter(Boolean)) expect(TEXT).toContain(sentence.trim());
    }
    expect(new Set(verified).size).toBe(verified.length);
    const sum = replies.reduce((total, { charge }) => total + charge.client, 0n);
    const after = await settled();
    expect(BigInt(after.charged) - BigInt(before.charged)).toBe(sum);
    expect(BigInt(after.charged)).toBe(BigInt(after.workers) + BigInt(after.proxy));
    expect(after.reserved).toBe('0');
    cocoon.close();
  });

  it('runs the chat example as a process of its own', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'cocoonkit-chat-'));
    const seed = randomBytes(32);
    const seedFile = join(dir, 'seed');
    writeFileSync(seedFile, seed.toString('hex'), { mode: 0o600 });
    await creditAccount(network.parts, (await accountFromSeed(new Uint8Array(seed))).id, '0.1');
    const { stdout, stderr } = await run(process.execPath, [
      join(ROOT, 'examples/02-node-chat/main.mjs'),
      ...[
        '--proxy',
        network.proxy,
        '--registry',
        network.parts.registry,
        '--registry-key',
        network.parts.registryKey,
      ],
      ...['--account-seed-file', seedFile, '--simulated'],
    ]);
    expect(stdout).toContain('Canal Street');
    expect(stderr).toContain('SIMULATED TDX');
    expect(stderr).toMatch(/\d+ tokens, \d+ nanoTON/);
    expect(stderr).not.toContain(seed.toString('hex'));
    rmSync(dir, { recursive: true });
  });

  it('verifies a genuine quote with the first example', async () => {
    const { stdout } = await run(process.execPath, [join(ROOT, 'examples/01-verify-only/main.mjs')]);
    expect(stdout).toContain('yes, under Intel’s root');
    expect(stdout).toContain('UpToDate');
  });
});

describe('an attacker between client and proxy', () => {
  /** One chat through a relay that changes one bit; nothing may be charged or stay reserved. */
  async function attack(what: 'request' | 'response', pathStart: string, fraction: number): Promise<unknown> {
    const relay = await startRelay(network.proxy);
    const before = await settled();
    const cocoon = network.client({ proxy: relay.url });
    await cocoon.verify({ model: network.model });
    relay.meddle = {
      [what]: (path: string, body: Buffer) =>
        path.startsWith(pathStart) && body.length > 0 ? flipAt(body, fraction) : undefined,
    };
    const outcome = await cocoon.chat(request()).then(
      () => 'answered',
      (error: unknown) => error,
    );
    cocoon.close();
    await relay.stop();
    return { outcome, before, after: await settled() };
  }

  it.each([
    ['head', 0],
    ['envelope', 0.2],
    ['body', 0.8],
    ['end of the body', 1],
  ])('rejects: one bit of the %s turned on the way to the proxy; nothing is charged', async (_, fraction) => {
    const { outcome, before, after } = (await attack('request', '/v1/infer', fraction)) as {
      outcome: unknown;
      before: { charged: string };
      after: { charged: string; reserved: string };
    };
    expect(outcome).toBeInstanceOf(CocoonError);
    expect(['BAD_MESSAGE', 'REQUEST_REFUSED', 'PROXY_STATUS', 'CONNECTION_LOST']).toContain(
      (outcome as CocoonError).code,
    );
    expect(after).toMatchObject({ charged: before.charged, reserved: '0' });
  });

  it.each([
    ['head', 0.05],
    ['frames', 0.5],
    ['FINAL', 0.85],
  ])('rejects: one bit of the %s turned on the way back', async (_, fraction) => {
    const { outcome } = (await attack('response', '/v1/infer', fraction)) as { outcome: unknown };
    expect(outcome).toBeInstanceOf(CocoonError);
    expect([
      'ANSWER_NOT_A_CANDIDATE',
      'FRAME_INVALID',
      'HEAD_INVALID',
      'MALFORMED',
      'PROXY_ANSWER_INVALID',
      'RECORD_UNEXPECTED',
      'STREAM_TRUNCATED',
    ]).toContain((outcome as CocoonError).code);
  });

  it.each([0.02, 0.1, 0.3, 0.6, 0.9])(
    'rejects: one bit of the proxy’s evidence turned, at %d',
    async (fraction) => {
      const relay = await startRelay(network.proxy);
      relay.meddle = {
        response: (path, body) => (path === '/v1/evidence' ? flipAt(body, fraction) : undefined),
      };
      const cocoon = network.client({ proxy: relay.url });
      const outcome = await cocoon.verify().then(
        () => 'verified',
        (error: unknown) => error,
      );
      expect(outcome).toBeInstanceOf(CocoonError);
      expect((outcome as CocoonError).code).toMatch(
        /^(ATTESTATION_|MANIFEST_|MALFORMED|UNSUPPORTED_|COLLATERAL_|EVIDENCE_|BEACON_)/,
      );
      cocoon.close();
      await relay.stop();
    },
  );

  it('survives garbage on every port and goes on answering', async () => {
    const ports = [network.proxy, network.parts.registry, await network.adminUrl()].map(
      (url) => new URL(url).port,
    );
    const texts = [
      'GET / HTTP/1.1\r\n\r\n\r\n',
      `GET /v1/evidence HTTP/1.1\r\nHost: a\r\nA: ${'a'.repeat(70_000)}\r\n\r\n`,
    ];
    for (const port of ports) {
      for (const garbage of [
        randomBytes(4_096),
        ...texts.map((text) => Buffer.from(text)),
        Buffer.alloc(70_000, 0x41),
      ]) {
        await new Promise<void>((resolve) => {
          const socket = connect(Number(port), '127.0.0.1', () => socket.end(garbage));
          socket.on('error', () => resolve());
          socket.on('close', () => resolve());
          socket.on('data', () => socket.destroy());
        });
      }
    }
    const cocoon = network.client();
    expect((await cocoon.chat(request())).text.length).toBeGreaterThan(0);
    cocoon.close();
  });
});

describe('a network in front of an OpenAI-compatible server', () => {
  it.each([1, 2, 3] as const)('shows every byte the server sent, under suite %i', async (suite) => {
    const upstream = await startUpstream([]);
    const served = await startWholeNetwork({
      workers: 1,
      upstream: upstream.url,
      model: 'fake',
      classical: true,
    });
    try {
      const cocoon = served.client({ policy: { suite, allowClassical: suite === 3 } });
      const reply = cocoon.stream({
        model: 'fake',
        messages: [{ role: 'user', content: 'Name three colours.' }],
      });
      const shown: string[] = [];
      for await (const bytes of reply.raw) shown.push(Buffer.from(bytes).toString('utf8'));
      const { payloads } = await upstream.sent('last');
      expect(shown).toEqual(payloads.filter((payload) => payload !== '[DONE]'));
      expect(shown.length).toBeGreaterThan(2);
      const { receipt } = await reply.receipt;
      expect(receipt.finish).toBe('stop');
      await expect.poll(async () => (await served.totals()).charged).toBe(String(receipt.tokens * 20n));
      cocoon.close();
    } finally {
      await served.stop();
      await upstream.stop();
    }
  });

  it('rejects: suite 3 where no machine offers it', async () => {
    const cocoon = network.client({ policy: { suite: 3, allowClassical: true } });
    await expect(cocoon.chat(request())).rejects.toMatchObject({ code: 'UNSUPPORTED_SUITE' });
    cocoon.close();
  });
});

describe('what leaks', () => {
  it('privacy: no log line, metric or error of any process holds prompt, answer or account', async () => {
    const secret = `zebra${randomBytes(8).toString('hex')}`;
    const text = `The ${secret} lives on the island. Nobody but the islanders has seen the ${secret}. It sleeps in winter.`;
    const cocoon = network.client();
    const reply = await cocoon.chat(request(text));
    expect(reply.text).toContain(secret);
    const refused = await cocoon
      .chat({
        model: network.model,
        messages: [{ role: 'user', content: `Translate: ${secret}` }],
        tools: [{ type: 'function' }],
      })
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'MODEL_LACKS_FEATURE' });
    const shown = [
      network.log.join('\n'),
      await network.metrics(),
      JSON.stringify(refused),
      String((refused as Error).stack),
      JSON.stringify(reply.report),
      reply.report.export(),
    ].join('\n');
    expect(network.log.length).toBeGreaterThan(0);
    expect(shown).not.toContain(secret);
    expect(network.log.join('\n')).not.toContain(network.account.id);
    expect(await network.metrics()).not.toContain(network.account.id);
    cocoon.close();
  });
});
