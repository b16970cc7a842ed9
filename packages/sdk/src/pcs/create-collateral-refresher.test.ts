// Does a machine keep collateral in force: renewed in time, kept while the service is down, never an earlier one?
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PcsServer, startPcs } from '../../test/support/pcs-server.js';
import { simulatedAnswers } from '../../test/support/simulated-answers.js';
import { parseCollateral, verifyQuote } from '../attestation/index.js';
import { createSimulatedTdx, type SimulatedFaults, simulatedRootDer } from '../testing/tdx/index.js';
import { simulatedAnchor } from '../unsafe.js';
import { createCollateralRefresher, fetchCollateral, type RefreshEvent } from './index.js';

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 2, 1, 12);
const anchor = simulatedAnchor(simulatedRootDer());
const at = (ms: number, faults?: SimulatedFaults) => createSimulatedTdx({ now: new Date(ms), faults });
const answersAt = (ms: number, faults?: SimulatedFaults) => simulatedAnswers(at(ms, faults).collateral());
const down = (_: unknown, response: { writeHead(status: number): { end(): unknown } }): boolean => {
  response.writeHead(500).end();
  return true;
};
const quote = at(START).quote();

let server: PcsServer;
let clock: number;
let planned: { at: number; task: () => void } | undefined;
let events: RefreshEvent[];
let waiting: (() => void) | undefined;

beforeEach(async () => {
  server = await startPcs(answersAt(START));
  clock = START;
  planned = undefined;
  events = [];
});
afterEach(() => server.stop());

const refresher = (jitter = 0) =>
  createCollateralRefresher({
    fetch: (platform, signal) =>
      fetchCollateral({ ...platform, baseUrl: server.url, retries: 0, timeoutMs: 5_000, signal }),
    now: () => new Date(clock),
    jitter: () => jitter,
    anchor,
    onEvent(event) {
      events.push(event);
      waiting?.();
    },
    schedule(ms, task) {
      const entry = { at: clock + ms, task };
      planned = entry;
      return () => {
        if (planned === entry) planned = undefined;
      };
    },
  });

/** Goes to the time of the planned renewal and waits for what comes of it. */
async function renewal(): Promise<RefreshEvent> {
  const next = planned;
  if (next === undefined) throw new Error('nothing is planned');
  planned = undefined;
  clock = Math.max(clock, next.at);
  const done = new Promise<void>((resolve) => {
    waiting = resolve;
  });
  next.task();
  await done;
  const last = events.at(-1);
  if (last === undefined) throw new Error('nothing happened');
  return last;
}

const verified = (staple: Uint8Array) =>
  verifyQuote(quote, {
    collateral: parseCollateral(staple),
    now: new Date(clock),
    policy: { measurements: 'any', reportData: 'any' },
    anchor,
  });

describe('keeping collateral fresh', () => {
  it('accepts: a staple that verifies the quote, asked for once', async () => {
    const keeper = refresher();
    expect(keeper.status()).toEqual({ state: 'none', failures: 0 });
    const [first, second] = await Promise.all([keeper.staple(quote), keeper.staple(quote)]);
    expect(await keeper.staple(quote)).toBe(first);
    expect(second).toBe(first);
    const { validUntil } = await verified(first);
    expect(server.requests).toHaveLength(4);
    expect(keeper.status()).toEqual({ state: 'current', validUntil, failures: 0 });
    keeper.stop();
  });

  it('accepts: any genuine machine, whose state and image its clients judge', async () => {
    const sixteen = (...first: readonly number[]) => Array.from({ length: 16 }, (_, i) => first[i] ?? 0);
    const odd = at(START).quote({
      version: 5,
      bodyType: 3,
      // To be launched again: the TDX module was updated under it.
      teeTcbSvn: sixteen(6, 1, 3),
      teeTcbSvn2: sixteen(7, 1, 3),
      attributes: '0100000000000000',
      xfam: 'e702060001000000',
      serviceTd: '11'.repeat(48),
    });
    const keeper = refresher();
    await expect(keeper.staple(odd)).resolves.toEqual(await refresher().staple(quote));
    keeper.stop();
  });

  it('renews once a day, spread over its last quarter, and long before the end of a short life', async () => {
    const keeper = refresher();
    await keeper.staple(quote);
    expect(planned?.at).toBe(START + DAY_MS);
    keeper.stop();
    expect(planned).toBeUndefined();
    const spread = refresher(0.5);
    await spread.staple(quote);
    expect(planned?.at).toBe(START + DAY_MS * 0.875);
    spread.stop();
    // Half a day before its end, the same documents are asked for again after a quarter of a day.
    clock = START + 30 * DAY_MS - 3_600_000 - DAY_MS / 2;
    const late = refresher();
    await late.staple(quote);
    expect(planned?.at).toBe(clock + DAY_MS / 4);
    late.stop();
  });

  it('hands out the newer staple, and says whether anything changed', async () => {
    const keeper = refresher();
    const first = await keeper.staple(quote);
    expect(await renewal()).toMatchObject({ type: 'renewed', changed: false });
    server.answers = answersAt(clock + DAY_MS);
    expect(await renewal()).toMatchObject({ type: 'renewed', changed: true });
    const second = await keeper.staple(quote);
    expect(second).not.toEqual(first);
    await expect(verified(second)).resolves.toBeDefined();
    keeper.stop();
  });

  it('works for 40 days with a service that is down every second day', async () => {
    const keeper = refresher();
    await keeper.staple(quote);
    while (clock < START + 40 * DAY_MS) {
      const day = Math.floor((clock - START) / DAY_MS);
      server.fault = day % 2 === 1 ? down : undefined;
      server.answers = answersAt(clock);
      await renewal();
      expect(keeper.status().state).toBe(day % 2 === 1 ? 'late' : 'current');
      await expect(verified(await keeper.staple(quote))).resolves.toBeDefined();
      // The hours of a day that is down need not be lived one by one.
      if (day % 2 === 1) clock = Math.max(clock, START + (day + 1) * DAY_MS - 1);
    }
    keeper.stop();
  });

  it('keeps the last good one while the service is down, says so, and stops at its end', async () => {
    const keeper = refresher();
    const good = await keeper.staple(quote);
    server.fault = down;
    const waits: number[] = [];
    for (let i = 0; i < 9; i++) {
      expect(await renewal()).toEqual({ type: 'failed', code: 'COLLATERAL_UNAVAILABLE', expired: false });
      waits.push(((planned?.at ?? 0) - clock) / 60_000);
      expect(await keeper.staple(quote)).toBe(good);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(keeper.status()).toMatchObject({ state: 'late', failures: 9, lastCode: 'COLLATERAL_UNAVAILABLE' });
    clock = START + 31 * DAY_MS;
    expect(keeper.status()).toMatchObject({ state: 'expired' });
    await expect(keeper.staple(quote)).rejects.toMatchObject({ code: 'COLLATERAL_UNAVAILABLE' });
    expect(events.at(-1)).toMatchObject({ type: 'failed', expired: true });
    server.fault = undefined;
    server.answers = answersAt(clock);
    expect(await renewal()).toMatchObject({ type: 'renewed', changed: true });
    await expect(verified(await keeper.staple(quote))).resolves.toBeDefined();
    expect(keeper.status()).toMatchObject({ state: 'current', failures: 0, lastCode: undefined });
    keeper.stop();
  });

  const older = START - 2 * DAY_MS;
  const EARLIER: Record<string, () => Partial<PcsServer['answers']>> = {
    'an earlier TCB info': () => {
      const { tcbInfo } = answersAt(older);
      return { tcbInfo };
    },
    'an earlier QE identity': () => {
      const { qeIdentity } = answersAt(older);
      return { qeIdentity };
    },
    'an earlier PCK list': () => {
      const { pckCrl } = answersAt(older);
      return { pckCrl };
    },
    'an earlier root list': () => {
      const { rootCrl } = answersAt(older);
      return { rootCrl };
    },
    'a lower evaluation number, though issued later': () =>
      answersAt(START + DAY_MS, { tcbInfo: { edit: (info) => info.tcbEvaluationDataNumber-- } }),
  };
  for (const [name, edit] of Object.entries(EARLIER)) {
    it(`rejects: ${name}`, async () => {
      const keeper = refresher();
      const good = await keeper.staple(quote);
      server.answers = { ...server.answers, ...edit() };
      expect(await renewal()).toEqual({
        type: 'failed',
        code: 'ATTESTATION_COLLATERAL_ROLLBACK',
        expired: false,
      });
      expect(await keeper.staple(quote)).toBe(good);
      keeper.stop();
    });
  }

  const UNUSABLE: Record<string, readonly [code: string, SimulatedFaults]> = {
    'TCB info with a broken signature': ['TCB_INFO_SIG', { tcbInfo: { breakSignature: true } }],
    'TCB info of another platform': [
      'FMSPC_MISMATCH',
      { tcbInfo: { edit: (info) => Object.assign(info, { fmspc: '00806f050000' }) } },
    ],
    'a list signed by a stranger': ['CRL_SIG', { pckCrl: { signedBy: 'stranger' } }],
  };
  for (const [name, [code, faults]] of Object.entries(UNUSABLE)) {
    it(`rejects: ${name}, at the start and later`, async () => {
      server.answers = answersAt(START, faults);
      const keeper = refresher();
      await expect(keeper.staple(quote)).rejects.toMatchObject({ code: `ATTESTATION_${code}` });
      expect(keeper.status()).toMatchObject({ state: 'none', failures: 1 });
      server.answers = answersAt(START);
      const good = await keeper.staple(quote);
      server.answers = answersAt(START + DAY_MS, faults);
      expect(await renewal()).toMatchObject({ type: 'failed', code: `ATTESTATION_${code}` });
      expect(await keeper.staple(quote)).toBe(good);
      keeper.stop();
    });
  }

  it('ends: nothing is planned or told after stop', async () => {
    const keeper = refresher();
    await keeper.staple(quote);
    const { task } = planned ?? { task: () => undefined };
    server.fault = () => true;
    events = [];
    task();
    keeper.stop();
    await expect(keeper.staple(at(START + 40 * DAY_MS).quote())).resolves.toBeDefined();
    expect(planned).toBeUndefined();
    expect(events).toEqual([]);
  });
});
