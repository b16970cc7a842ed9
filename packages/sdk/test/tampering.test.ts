// What happens when proxy, worker or path misbehave? Each case by name, with its exact code; never a wrong answer.
import { describe, expect, it } from 'vitest';
import { createCocoon } from '../src/client.js';
import { CocoonError } from '../src/errors.js';
import { encodeRecord } from '../src/protocol/record.js';
import { TruncatedError } from '../src/reply-truncated.js';
import { flipRecord, type MemoryFaults, renameHead, swapEvidence, textChunks } from '../src/testing/index.js';
import { openClient, QUESTION, sentRequests } from './support/open-client.js';

const LONG = { model: () => ({ chunks: textChunks(['one', ' two', ' three', ' four']) }) };

async function failure(faults: Partial<MemoryFaults>): Promise<unknown> {
  const { network, cocoon } = await openClient({ workers: [LONG, LONG, LONG] });
  Object.assign(network.faults, { noResume: true }, faults);
  return cocoon.chat(QUESTION).then(
    () => 'no failure',
    (error: unknown) => error,
  );
}

const swap = (records: Uint8Array[], a: number, b: number) =>
  records.map((record, index) => (index === a ? records[b] : index === b ? records[a] : record) ?? record);
const without = (records: Uint8Array[], index: number) => records.filter((_, i) => i !== index);

describe('the path changes the answer', () => {
  // Records: head, five DATA, USAGE, FINAL, settlement.
  const cases: Record<string, [code: string, change: (records: Uint8Array[]) => Uint8Array[]]> = {
    'a flipped bit in a frame': ['FRAME_INVALID', (r) => r.map((x, i) => (i === 2 ? flipRecord(x) : x))],
    'a flipped bit in the head’s nonce': [
      'FRAME_INVALID',
      (r) => r.map((x, i) => (i === 0 ? flipRecord(x, 40) : x)),
    ],
    'a flipped bit in the head’s encapsulation': [
      'FRAME_INVALID',
      (r) => r.map((x, i) => (i === 0 ? flipRecord(x) : x)),
    ],
    'a relabelled frame': ['FRAME_INVALID', (r) => r.map((x, i) => (i === 2 ? flipRecord(x, 5) : x))],
    'a dropped frame': ['FRAME_INVALID', (r) => without(r, 2)],
    'a dropped head': ['RECORD_UNEXPECTED', (r) => without(r, 0)],
    'two heads': ['RECORD_UNEXPECTED', (r) => [...r.slice(0, 1), ...r]],
    'swapped frames': ['FRAME_INVALID', (r) => swap(r, 1, 2)],
    'a duplicated frame': ['FRAME_INVALID', (r) => [...r.slice(0, 3), ...r.slice(2)]],
    'an end without FINAL': ['STREAM_TRUNCATED', (r) => r.slice(0, 4)],
    'an end right before FINAL': ['STREAM_TRUNCATED', (r) => r.slice(0, -2)],
    'an end in the middle of a record': [
      'STREAM_TRUNCATED',
      (r) => [...r.slice(0, 3), (r[3] ?? new Uint8Array(0)).subarray(0, 9)],
    ],
    'an empty answer': ['STREAM_TRUNCATED', () => []],
    'only a head': ['STREAM_TRUNCATED', (r) => r.slice(0, 1)],
    'an unknown record': ['MALFORMED', (r) => [...r.slice(0, 2), Uint8Array.of(9, 0, 0, 0, 0)]],
    'a record beyond the limit': ['MALFORMED', () => [Uint8Array.of(1, 255, 255, 255, 255)]],
    'a head that names a machine the request was not sealed to': [
      'ANSWER_NOT_A_CANDIDATE',
      (r) => r.map((x, i) => (i === 0 ? renameHead(x, new Uint8Array(32)) : x)),
    ],
    'a forged settlement before the end': [
      'PROXY_ANSWER_INVALID',
      (r) => [...r.slice(0, 2), encodeRecord('proxy', new Uint8Array(40))],
    ],
  };
  for (const [name, [code, records]] of Object.entries(cases)) {
    it(`rejects: ${name}`, async () => {
      expect(await failure({ records })).toMatchObject({ code });
    });
  }

  it('rejects: a head that names another candidate than the one that answered', async () => {
    const { network, cocoon } = await openClient({ workers: [LONG, LONG] }, { candidates: 2 });
    network.faults.records = (records) => {
      const served = network.workers.find((worker) => worker.served > 0);
      const other = network.workers.find((worker) => worker !== served);
      return records.map((record, i) =>
        i === 0 && other ? renameHead(record, other.machine.digest) : record,
      );
    };
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'FRAME_INVALID' });
  });

  it('rejects: a candidate that wraps the data key for another one itself', async () => {
    expect(await failure({ rewrap: true })).toMatchObject({ code: 'FRAME_INVALID' });
  });

  it('accepts: an answer that goes on after FINAL is complete, and the rest is reported', async () => {
    const { network, cocoon, events } = await openClient({ workers: [LONG] });
    network.faults.records = (records) => [...records.slice(0, -1), ...records.slice(1, 2)];
    expect((await cocoon.chat(QUESTION)).text).toBe('one two three four');
    await expect
      .poll(() => events)
      .toContainEqual({ type: 'warning', code: 'FRAME_AFTER_FINAL', simulated: true });
  });

  it('rejects: a cut answer, and keeps its verified part out of the message', async () => {
    const error = await failure({ records: (records) => records.slice(0, 3) });
    expect(error).toBeInstanceOf(TruncatedError);
    if (!(error instanceof TruncatedError)) return;
    expect(error.details).toEqual({ items: 2 });
    expect(error.prefix[0]?.message.content).toBe('one two');
    expect(JSON.stringify(error) + error.message + String(error.stack)).not.toContain('one two');
  });

  it('rejects: a connection that breaks after some frames', async () => {
    expect(await failure({ breakAfterRecords: 3 })).toMatchObject({
      code: 'STREAM_TRUNCATED',
      details: { items: 2 },
    });
  });
});

describe('the connection breaks', () => {
  for (const after of [2, 3, 5]) {
    it(`accepts: the rest of the answer after ${after} records, from the worker’s store`, async () => {
      const { network, cocoon, events } = await openClient({ workers: [LONG] });
      network.faults.breakAfterRecords = after;
      const reply = await cocoon.chat(QUESTION);
      expect(reply.text).toBe('one two three four');
      expect(events.filter(({ type }) => type === 'resumed')).toHaveLength(1);
      expect([network.charges.length, sentRequests(network)]).toEqual([1, 1]);
    });
  }

  it('accepts: an answer that the path cuts in the middle of a record', async () => {
    const { network, cocoon } = await openClient({ workers: [LONG] });
    network.faults.records = (r) => [...r.slice(0, 3), (r[3] ?? new Uint8Array(0)).subarray(0, 9)];
    expect((await cocoon.chat(QUESTION)).text).toBe('one two three four');
  });

  it('rejects: an altered frame is not asked for again', async () => {
    const { network, cocoon } = await openClient({ workers: [LONG] });
    network.faults.records = (r) => r.map((x, i) => (i === 2 ? flipRecord(x) : x));
    const before = network.requests.length;
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'FRAME_INVALID' });
    expect(network.requests.slice(before).map(({ path }) => path.split('/')[2])).toEqual([
      'evidence',
      'ctl',
      'ctl',
      'infer',
    ]);
  });
});

describe('somebody on the path makes up refusals', () => {
  for (const [status, code] of [
    [402, 'PROXY_STATUS'],
    [409, 'PROXY_STATUS'],
    [429, 'TOO_MANY_REQUESTS'],
    [500, 'PROXY_STATUS'],
    [302, 'PROXY_STATUS'],
    [503, 'PROXY_STATUS'],
  ] as const) {
    it(`rejects: HTTP ${status} is a hint, sent once and never shown`, async () => {
      const { network, cocoon } = await openClient();
      network.faults.inferStatus = status;
      const error = await cocoon.chat(QUESTION).catch((cause: unknown) => cause);
      expect(error).toMatchObject({ code, authenticated: false });
      expect(String(error) + JSON.stringify(error)).not.toContain('somebody on the path');
      expect(sentRequests(network)).toBe(1);
    });
  }

  it('rejects: a refusal that is not sealed under this request’s key', async () => {
    const { network, cocoon, events } = await openClient();
    network.faults.forgedNotice = encodeRecord('proxy', new Uint8Array(64).fill(7));
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'PROXY_ANSWER_INVALID' });
    expect(events.some(({ type }) => type === 'retry')).toBe(false);
    expect(sentRequests(network)).toBe(1);
  });
});

describe('the worker lies in its receipt', () => {
  type Bill = Parameters<NonNullable<MemoryFaults['receipt']>>[0];
  const receipt = (change: Partial<Bill['receipt']>) => ({
    receipt: ({ receipt: honest, details }: Bill) => ({ receipt: { ...honest, ...change }, details }),
  });
  const usage = (change: Partial<Bill['details']['usage']>) => ({
    receipt: ({ receipt: honest, details }: Bill) => ({
      receipt: honest,
      details: { ...details, usage: { ...details.usage, ...change } },
    }),
  });
  const cases: Record<string, [code: string, faults: Partial<MemoryFaults>]> = {
    'more tokens than the formula gives': ['RECEIPT_ARITHMETIC', receipt({ tokens: 30n })],
    'more completion than it was paid for': ['RECEIPT_ARITHMETIC', usage({ completion: 4 })],
    'more cached than prompt': ['RECEIPT_ARITHMETIC', usage({ cached: 6 })],
    'more reasoning than completion': ['RECEIPT_ARITHMETIC', usage({ reasoning: 9 })],
    'a failed answer that costs': ['RECEIPT_ARITHMETIC', receipt({ finish: 'error' })],
    'another transcript': ['RECEIPT_TRANSCRIPT', receipt({ transcript: new Uint8Array(32) })],
    'another number of frames': ['RECEIPT_TRANSCRIPT', receipt({ frames: 3 })],
    'another request': ['RECEIPT_WRONG_REQUEST', receipt({ coreHash: new Uint8Array(32) })],
    'another operation': ['RECEIPT_WRONG_REQUEST', receipt({ operationId: new Uint8Array(16) })],
    'another ledger': ['RECEIPT_WRONG_REQUEST', receipt({ audience: 'local:elsewhere' })],
    'another worker': ['RECEIPT_WRONG_WORKER', receipt({ workerDigest: new Uint8Array(32) })],
    'another model': ['RECEIPT_WRONG_PRICE', receipt({ model: 'dearer-model' })],
    'another price table': ['RECEIPT_WRONG_PRICE', receipt({ priceDigest: new Uint8Array(32) })],
    'a higher price factor': ['RECEIPT_WRONG_PRICE', receipt({ coefficient: 2000 })],
    'a flipped signature': [
      'RECEIPT_SIGNATURE',
      { final: (final) => ({ ...final, signature: flipRecord(final.signature) }) },
    ],
    'another private half': [
      'RECEIPT_COMMITMENT',
      { final: (final) => ({ ...final, privateReceipt: flipRecord(final.privateReceipt) }) },
    ],
  };
  for (const [name, [code, faults]] of Object.entries(cases)) {
    it(`rejects: ${name}`, async () => {
      expect(await failure(faults)).toMatchObject({ code });
    });
  }

  it('accepts: counts beyond the bytes seen fail a line of the report, not the answer', async () => {
    const { cocoon } = await openClient({
      workers: [
        {
          model: () => ({
            chunks: textChunks(['x']),
            usage: { prompt: 5, cached: 0, completion: 500, reasoning: 0 },
          }),
        },
      ],
    });
    const { report } = await cocoon.chat({ ...QUESTION, max_tokens: 1000 });
    expect(report.passed).toBe(false);
    expect(report.lines.filter(({ passed }) => !passed).map(({ check }) => check)).toEqual([
      'completion bound',
    ]);
  });

  it('accepts: a settlement that differs from the receipt is reported', async () => {
    const { network, cocoon, events } = await openClient();
    network.faults.chargedTokens = 1n;
    await cocoon.chat(QUESTION);
    await expect
      .poll(() => events)
      .toContainEqual({ type: 'warning', code: 'CHARGE_MISMATCH', simulated: true });
  });
});

describe('the machines are not what they should be', () => {
  const machines: Record<string, [code: string, options: Parameters<typeof openClient>[0]]> = {
    'a proxy with unknown code': ['ATTESTATION_MEASUREMENT', { proxy: { variant: 'v2' } }],
    'a proxy whose quote is bound to other keys': [
      'ATTESTATION_REPORT_DATA',
      { proxy: { faults: { reportData: new Uint8Array(64) } } },
    ],
    'a proxy with a broken quote': [
      'ATTESTATION_QUOTE_SIG',
      { proxy: { faults: { quote: { breakQuoteSignature: true } } } },
    ],
    'a proxy of another network': [
      'MANIFEST_NETWORK',
      { proxy: { edit: (m) => ({ ...m, network: `local:${'0'.repeat(32)}` }) } },
    ],
    'a proxy whose keys live too long': ['MANIFEST_LIFE', { proxy: { lifeSeconds: 90_000 } }],
    'a proxy that signs with its sealing key': [
      'MANIFEST_KEYS',
      { proxy: { edit: (m) => ({ ...m, signingPublicKey: m.kemPublicKey.subarray(1184) }) } },
    ],
    'a proxy with a block nobody knows': [
      'BEACON_UNKNOWN',
      { proxy: { edit: (m) => ({ ...m, beacon: { ...m.beacon, rootHash: new Uint8Array(32) } }) } },
    ],
  };
  for (const [name, [code, options]] of Object.entries(machines)) {
    it(`rejects: ${name}, and sends nothing`, async () => {
      const { network, cocoon } = await openClient(options);
      await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code });
      expect(network.requests.every(({ path }) => path === '/v1/evidence')).toBe(true);
    });
  }

  it('rejects: a worker in the place of the proxy', async () => {
    const { network, cocoon } = await openClient();
    network.faults.proxyEvidence = (bundle) =>
      swapEvidence(bundle, (evidence) => network.workers[0]?.machine.evidence ?? evidence);
    await expect(cocoon.verify()).rejects.toMatchObject({ code: 'MANIFEST_ROLE' });
  });

  it('rejects: simulated machines without the application’s consent', async () => {
    const { cocoon } = await openClient({}, { anchor: undefined });
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'ATTESTATION_UNTRUSTED_ROOT' });
  });

  it('rejects: evidence without its collateral', async () => {
    const { network, cocoon } = await openClient();
    network.faults.proxyEvidence = (bundle) => ({ ...bundle, collaterals: [] });
    await expect(cocoon.verify()).rejects.toMatchObject({ code: 'COLLATERAL_MISSING' });
  });

  it('accepts: bad workers are left out, good ones used', async () => {
    const { network, cocoon, events } = await openClient({
      workers: [
        { machine: { variant: 'v2' } },
        {},
        { machine: { faults: { reportData: new Uint8Array(64) } } },
      ],
    });
    const reply = await cocoon.chat(QUESTION);
    expect(reply.report.candidates).toBe(1);
    expect(network.workers.map(({ served }) => served)).toEqual([0, 1, 0]);
    const codes = events.flatMap((event) => (event.type === 'refused' ? [event.code] : []));
    expect(codes.sort()).toEqual(['ATTESTATION_MEASUREMENT', 'ATTESTATION_REPORT_DATA']);
  });

  it('rejects: a request when no worker verifies', async () => {
    const { network, cocoon } = await openClient({ workers: [{ machine: { variant: 'v2' } }] });
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({
      code: 'NO_VERIFIED_WORKER',
      details: { firstCode: 'ATTESTATION_MEASUREMENT' },
    });
    expect(sentRequests(network)).toBe(0);
  });

  it('rejects: evidence of another worker than the one asked for', async () => {
    const { network, cocoon } = await openClient({
      workers: [{}, { connected: false, claims: { model: 'other' } }],
    });
    network.faults.evidence = (bundle) =>
      swapEvidence(bundle, (evidence) => network.workers[1]?.machine.evidence ?? evidence);
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({
      code: 'NO_VERIFIED_WORKER',
      details: { firstCode: 'EVIDENCE_MISSING' },
    });
  });

  it('rejects: answers to control messages that the proxy did not seal', async () => {
    const { network, options } = await openClient();
    const change = (edit: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>) =>
      createCocoon({
        ...options,
        fetch: async (input, init) => {
          const response = await network.fetch(input, init);
          if (!String(input).includes('/v1/ctl/')) return response;
          return new Response(edit(new Uint8Array(await response.arrayBuffer())));
        },
      });
    const cases: [code: string, edit: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>][] = [
      ['PROXY_ANSWER_INVALID', (bytes) => bytes.map((byte, i) => (i === 40 ? byte ^ 1 : byte))],
      ['MALFORMED', (bytes) => bytes.subarray(0, 3)],
      ['MALFORMED', (bytes) => bytes.subarray(0, -1)],
      ['MALFORMED', (bytes) => bytes.map((byte, i) => (i === 0 ? 2 : byte))],
      ['MALFORMED', () => new Uint8Array(0)],
    ];
    for (const [code, edit] of cases) await expect(change(edit).models()).rejects.toMatchObject({ code });
  });

  it('rejects: a replica that keeps another ledger', async () => {
    const { network, cocoon } = await openClient();
    await cocoon.chat(QUESTION);
    await network.restartProxy({ proxy: { audience: 'local:another-ledger' } });
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'WRONG_REPLICA' });
    expect(network.charges).toHaveLength(1);
    // The next request is made for the new ledger from the start.
    expect((await cocoon.chat(QUESTION)).text).toBe('Hello there');
  });

  it('rejects: an altered roster and an altered page', async () => {
    const { network, cocoon } = await openClient();
    network.faults.roster = (roster) => ({ ...roster, roster: flipRecord(roster.roster) });
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'ROSTER_SIGNATURE' });
    network.faults.roster = (roster) => ({ ...roster, pages: roster.pages.map((page) => flipRecord(page)) });
    await expect(cocoon.chat(QUESTION)).rejects.toMatchObject({ code: 'ROSTER_PAGE_UNKNOWN' });
  });

  it('rejects: errors of the worker reach the caller as its own, with our words', async () => {
    const error = await failure({
      workerError: { code: 'CONTEXT_OVERFLOW', message: 'prompt says: secret' },
    });
    expect(error).toBeInstanceOf(CocoonError);
    expect(error).toMatchObject({ code: 'CONTEXT_OVERFLOW', source: 'worker', kind: 'model' });
    expect(JSON.stringify(error)).not.toContain('secret');
  });
});
