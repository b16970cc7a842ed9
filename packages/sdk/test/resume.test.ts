// Can another process go on with an answer, from any place, and only with the whole token?
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCocoon } from '../src/client.js';
import { TruncatedError } from '../src/index.js';
import { fromBase64Url, toBase64Url } from '../src/internal/bytes.js';
import type { ReplyStream } from '../src/reply-stream.js';
import { verifyReportExport } from '../src/report/index.js';
import { textChunks } from '../src/testing/index.js';
import { type OpenClient, openClient, QUESTION } from './support/open-client.js';

const MINUTE = 60_000;

function textOf(chunks: readonly unknown[]): string {
  return JSON.stringify(chunks);
}

/** Reads at most `most` chunks, without ending the stream. */
async function take(stream: ReplyStream, most = Number.POSITIVE_INFINITY): Promise<unknown[]> {
  const reader = stream[Symbol.asyncIterator]();
  const out: unknown[] = [];
  while (out.length < most) {
    const { done, value } = await reader.next();
    if (done === true) break;
    out.push(value);
  }
  return out;
}

/** A client of its own: another process, without the account. */
function other({ options }: OpenClient) {
  return createCocoon({ ...options, account: undefined, onEvent: undefined });
}

/** Chunks of these lengths, `together` of them in one frame. */
function script(lengths: readonly number[], together: number) {
  const chunks = textChunks(lengths.map((length, index) => String(index % 10).repeat(length)));
  const frames: unknown[] = [];
  for (let at = 0; at < chunks.length; at += together) frames.push(chunks.slice(at, at + together));
  return { chunks, model: () => ({ chunks: frames, usage: { ...USAGE, completion: chunks.length } }) };
}

const USAGE = { prompt: 5, cached: 0, reasoning: 0 };

describe('an answer in two processes', () => {
  it('accepts: read up to any chunk, the rest comes out of the other process, with receipt and report', async () => {
    const run = async (lengths: readonly number[], together: number) => {
      const { chunks, model } = script(lengths, together);
      const client = await openClient({ workers: [{ model }, { model }] });
      for (let cut = 0; cut <= chunks.length; cut++) {
        const stream = client.cocoon.stream(QUESTION);
        const before = await take(stream, cut);
        const second = other(client).resume(await stream.resumeToken());
        const after = await take(second);
        expect(textOf([...before, ...after])).toBe(textOf(chunks));
        const { receipt } = await second.receipt;
        expect(receipt.finish).toBe('stop');
        const report = await second.report;
        expect(report.lines.filter(({ passed }) => !passed)).toEqual([]);
        void stream.cancel();
      }
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constant(150_000)), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.integer({ min: 1, max: 3 }),
        run,
      ),
      { numRuns: 6, seed: 7 },
    );
  }, 60_000);

  it('accepts: a connection that breaks after any record', async () => {
    const { chunks, model } = script([3, 70_000, 4], 1);
    const client = await openClient({ workers: [{ model }] });
    const { faults } = client.network;
    for (let records = 2; records < 8; records++) {
      faults.breakAfterRecords = records;
      faults.noResume = true;
      const stream = client.cocoon.stream(QUESTION);
      const before: unknown[] = [];
      const cut = (async () => {
        for await (const chunk of stream) before.push(chunk);
      })();
      await cut.catch((error: unknown) => expect(error).toBeInstanceOf(TruncatedError));
      faults.noResume = false;
      const after = await take(other(client).resume(await stream.resumeToken()));
      expect(textOf([...before, ...after])).toBe(textOf(chunks));
    }
  });

  it('accepts: a token taken while the next chunk is being read', async () => {
    const { chunks, model } = script([1, 2, 3, 4], 2);
    const client = await openClient({ workers: [{ model }] });
    for (let turns = 0; turns < 40; turns++) {
      const stream = client.cocoon.stream(QUESTION);
      const reader = stream[Symbol.asyncIterator]();
      await reader.next();
      await reader.next();
      const third = reader.next();
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      const rest = await take(other(client).resume(await stream.resumeToken()));
      await third;
      // The third chunk was either returned already or is among the rest; nothing after it is lost.
      expect([2, 3]).toContain(chunks.length - rest.length);
      expect(textOf(rest)).toBe(textOf(chunks.slice(chunks.length - rest.length)));
      await reader.return?.();
    }
  });

  it('accepts: the resumed stream can be handed on and stopped, and is charged once', async () => {
    async function* endless() {
      for (;;) yield* textChunks(['x']).slice(0, 1);
    }
    const client = await openClient({ workers: [{ model: () => ({ chunks: endless() }) }] });
    const first = client.cocoon.stream(QUESTION);
    await take(first, 2);
    const second = other(client).resume(await first.resumeToken());
    await take(second, 2);
    const third = other(client).resume(await second.resumeToken());
    const reader = third[Symbol.asyncIterator]();
    await reader.next();
    await third.cancel();
    while ((await reader.next()).done !== true);
    expect((await third.receipt).receipt.finish).toBe('cancelled');
    expect(client.network.charges).toHaveLength(1);
  });

  it('accepts: with all candidates verified again the report can be exported and judged offline', async () => {
    const client = await openClient();
    const first = client.cocoon.stream(QUESTION);
    await take(first, 1);
    const second = other(client).resume(await first.resumeToken());
    await take(second);
    const exported = (await second.report).export();
    await expect(verifyReportExport(exported, { anchor: client.network.anchor })).resolves.toBeDefined();
  });

  it('rejects: a worker whose code is not allowed any more, before anything is shown', async () => {
    const client = await openClient({ workers: [{}] });
    const first = client.cocoon.stream(QUESTION);
    await take(first, 1);
    const token = await first.resumeToken();
    const { registry } = client.network;
    const { measurements } = registry;
    const strict = { ...registry, measurements: { ...measurements, worker: [] } };
    const { options } = client;
    const second = createCocoon({
      ...options,
      network: { registry: strict, beacons: client.network.beacons },
    });
    await expect(take(second.resume(token))).rejects.toMatchObject({ kind: 'attestation' });
  });
});

describe('a resume token that is not good', () => {
  async function tokenOf(client: OpenClient): Promise<string> {
    const stream = client.cocoon.stream(QUESTION);
    await take(stream, 1);
    return stream.resumeToken();
  }

  it('rejects: every changed byte and every shorter length', async () => {
    const client = await openClient();
    const token = await tokenOf(client);
    const resume = (text: string) => take(other(client).resume(text));
    const [prefix = '', body = ''] = token.split('.');
    const bytes = fromBase64Url(body);
    for (let at = 0; at < bytes.length; at += 7) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(resume(`${prefix}.${toBase64Url(changed)}`)).rejects.toMatchObject({
        code: 'RESUME_TOKEN_INVALID',
      });
    }
    for (let length = 0; length < token.length; length += 97) {
      await expect(resume(token.slice(0, length))).rejects.toMatchObject({ code: 'RESUME_TOKEN_INVALID' });
    }
    await expect(resume(`${token}A`)).rejects.toMatchObject({ code: 'RESUME_TOKEN_INVALID' });
    await expect(resume(`${prefix}.${'A'.repeat(3_000_000)}`)).rejects.toMatchObject({
      code: 'RESUME_TOKEN_INVALID',
    });
  });

  it('rejects: another version', async () => {
    const client = await openClient();
    const token = await tokenOf(client);
    await expect(take(other(client).resume(token.replace('ckresume1', 'ckresume2')))).rejects.toMatchObject({
      code: 'RESUME_TOKEN_VERSION',
    });
  });

  it('rejects: a token older than any answer is kept', async () => {
    const client = await openClient();
    const token = await tokenOf(client);
    client.network.advance(23 * MINUTE);
    await expect(take(other(client).resume(token))).rejects.toMatchObject({ code: 'RESUME_TOKEN_EXPIRED' });
  });

  it('rejects: an answer the worker keeps no longer', async () => {
    const client = await openClient();
    const token = await tokenOf(client);
    client.network.faults.noResume = true;
    await expect(take(other(client).resume(token))).rejects.toMatchObject({ code: 'UNKNOWN_REQUEST' });
  });

  it('rejects: a worker that is gone', async () => {
    const client = await openClient();
    const token = await tokenOf(client);
    client.network.workers.length = 0;
    await expect(take(other(client).resume(token))).rejects.toMatchObject({ code: 'WORKER_LOST' });
  });

  it('rejects: another ledger', async () => {
    const client = await openClient();
    const token = await tokenOf(client);
    await client.network.restartProxy({ proxy: { audience: `local:${'77'.repeat(16)}` } });
    await expect(take(other(client).resume(token))).rejects.toMatchObject({ code: 'RESUME_WRONG_PROXY' });
  });

  it('rejects: a record altered on the way, and the token made after that still goes on', async () => {
    const client = await openClient({ workers: [{}] });
    const first = client.cocoon.stream(QUESTION);
    client.network.faults.records = (records) =>
      records.map((record, index) =>
        index === 2 ? record.map((byte, at) => (at === 20 ? byte ^ 1 : byte)) : record,
      );
    await expect(take(first)).rejects.toMatchObject({ code: 'FRAME_INVALID' });
    const rest = await take(other(client).resume(await first.resumeToken()));
    expect(rest).toHaveLength(textChunks(['Hello', ' there']).length - 1);
  });

  it('never shows the token or the text in an error', async () => {
    const client = await openClient();
    const token = await tokenOf(client);
    const error = await take(other(client).resume(`${token.slice(0, -4)}AAAA`)).catch(
      (caught: unknown) => caught,
    );
    expect(JSON.stringify(error) + String(error)).not.toContain(token.slice(12, 40));
  });
});
