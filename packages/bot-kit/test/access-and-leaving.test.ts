// Who is let in, how often are others told, and what is left of those who go?
import { afterEach, describe, expect, test } from 'vitest';
import { everyone } from '../src/access/access.js';
import { allowUsers } from '../src/access/allow-users.js';
import { membersOf } from '../src/access/members-of.js';
import { chat } from '../src/features/chat.js';
import { digest } from '../src/features/digest.js';
import { memoryStorage } from '../src/storage/memory-storage.js';
import { createVault } from '../src/storage/vault.js';
import { createManualClock, type ManualClock } from '../src/testing/manual-clock.js';
import { type BotContext, type OpenBot, type OpenBotOptions, openBot } from './support/open-bot.js';

let world: OpenBot | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(options: OpenBotOptions['options'], more: Partial<OpenBotOptions> = {}) {
  world = await openBot({ features: [chat()], ...more, options });
  const ann = world.emu.user({ first_name: 'Ann', language_code: 'en' });
  const bob = world.emu.user({ first_name: 'Bob', language_code: 'en' });
  return { ...world, ann, bob };
}

const HOUR = 3_600_000;
const DENIED = 'This bot answers only people its operator has let in';
const timesOf = (text: string, part: string) => text.split(part).length - 1;

describe('access', () => {
  test('only the people named, by their ids', async () => {
    const { ann, bob, asked } = await start({ access: (ctx) => allowUsers([2_000_001])(ctx, NEVER) });
    expect(ann.id).toBe(2_000_001);
    bob.send('hello');
    await bob.sees(DENIED);
    ann.send('hello');
    await ann.sees('Hello.');
    expect(asked).toHaveLength(1);
    expect(() => allowUsers([Number.NaN])).toThrowError(expect.objectContaining({ code: 'OPTIONS_INVALID' }));
    expect(everyone({} as BotContext, NEVER)).toBe(true);
  });

  test('who is not let in is told once an hour, not once a message', async () => {
    const clock = createManualClock();
    const { bob, emu, events } = await start({ access: () => false, clock });
    for (const text of ['one', 'two', '/start', '/verify']) bob.send(text);
    await emu.waitFor(() => events.filter(({ type }) => type === 'refused').length === 4);
    await emu.settled();
    expect(timesOf(bob.screen(), DENIED)).toBe(1);
    await clock.advance(HOUR);
    bob.send('three');
    await emu.waitFor(() => timesOf(bob.screen(), DENIED) === 2);
  });

  test('members of a group, asked once in a while; who left goes on no longer than that', async () => {
    const clock = createManualClock();
    let team = 0;
    const { ann, bob, emu, asked } = await start({
      access: (ctx, options) => access(ctx, options),
      clock,
    });
    const group = emu.group({ title: 'Team', members: [ann], bot: 'administrator' });
    team = group.record.info.id;
    const access = membersOf(team, { cacheMs: HOUR, clock });
    ann.send('one');
    await ann.sees('Hello.');
    await emu.settled();
    const calls = emu.callsOf('getChatMember').length;
    expect(calls).toBeGreaterThan(0);
    ann.send('two');
    await emu.waitFor(() => asked.length === 2);
    await emu.settled();
    expect(emu.callsOf('getChatMember')).toHaveLength(calls);
    group.leave(ann);
    await clock.advance(HOUR);
    ann.send('three');
    await ann.sees(DENIED);
    bob.send('hello');
    await bob.sees(DENIED);
    expect(asked).toHaveLength(2);
  });

  test.each([
    ['Telegram refuses to say', 'ACCESS_DENIED'],
    ['the rule throws', 'HOOK_FAILED'],
    ['the rule hangs', 'HOOK_TIMEOUT'],
    ['the rule says something that is not yes', 'ACCESS_DENIED'],
  ])('nobody is let in when %s', async (what, code) => {
    const rules: Record<string, OpenBotOptions['options']> = {
      'Telegram refuses to say': { access: membersOf(-100_999) },
      'the rule throws': {
        access: () => {
          throw new Error('a secret');
        },
      },
      'the rule hangs': { access: () => new Promise(() => undefined), limits: { hookMs: 20 } },
      'the rule says something that is not yes': { access: (() => 'no') as never },
    };
    const { ann, asked, events, emu, errors } = await start(rules[what]);
    ann.send('hello');
    await emu.waitFor(() => events.some((one) => one.type === 'refused' && one.code === code));
    await ann.sees(code === 'ACCESS_DENIED' ? DENIED : `Code: ${code}`);
    expect([asked, errors]).toEqual([[], []]);
    expect(ann.screen()).not.toContain('a secret');
  });
});

describe('leaving', () => {
  test('24 hours after a person blocked the bot nothing of them is left, also when the bot was restarted between', async () => {
    const clock = createManualClock();
    const entries = new Map<string, string>();
    const first = await start({ clock, storage: storageOf(entries) });
    first.ann.send('remember me');
    await first.ann.sees('Hello.');
    first.bob.send('and me');
    await first.bob.sees('Hello.');
    await first.emu.waitFor(() => first.events.filter(({ type }) => type === 'job-ended').length === 2);
    first.ann.block();
    await first.emu.settled();
    await world?.close();
    const second = await start({ clock, storage: storageOf(entries) });
    await pass(clock, 24 * HOUR - 60_000);
    expect(second.events.some(({ type }) => type === 'forgotten')).toBe(false);
    const before = entries.size;
    await until(clock, () => second.events.some(({ type }) => type === 'forgotten'));
    expect(entries.size).toBeLessThan(before);
    // The same ids in the second world: Ann's is gone, Bob's is there.
    second.bob.send('what did I say?');
    await second.bob.sees('Hello.');
    second.ann.send('what did I say?');
    await second.ann.sees('Hello.');
    await second.emu.waitFor(() => second.events.filter(({ type }) => type === 'job-ended').length === 2);
    expect(await memoryOf(entries, clock)).toEqual({ ann: 1, bob: 2 });
  });

  test('who comes back before finds everything as it was', async () => {
    const clock = createManualClock();
    const entries = new Map<string, string>();
    const { ann, emu, events } = await start({ clock, storage: storageOf(entries) });
    ann.send('remember me');
    await ann.sees('Hello.');
    await emu.waitFor(() => events.some(({ type }) => type === 'job-ended'));
    ann.block();
    await emu.settled();
    await clock.advance(HOUR);
    ann.unblock();
    await emu.settled();
    await pass(clock, 30 * HOUR);
    expect(events.some(({ type }) => type === 'forgotten')).toBe(false);
    expect(await memoryOf(entries, clock)).toMatchObject({ ann: 1 });
  });

  test('a group that throws the bot out: its setting and what was kept of its members go likewise', async () => {
    const clock = createManualClock();
    const entries = new Map<string, string>();
    const { ann, bob, emu, events } = await start(
      { clock, storage: storageOf(entries) },
      { features: [digest()] },
    );
    const team = emu.group({ title: 'Team', members: [ann, bob], bot: 'administrator' });
    ann.send('/digest on', { in: team });
    await bob.sees('From now on I keep the last 48 hours', team);
    bob.send('kept for two days', { in: team });
    await emu.settled();
    team.removeBot(ann);
    await emu.settled();
    await until(clock, () => events.some(({ type }) => type === 'forgotten'));
    team.addBot(ann);
    ann.send('/missed', { in: team });
    await ann.sees('An admin of this group has not switched this on.', team);
    const vault = vaultOf(entries, clock);
    expect(await vault.scope(`user:${bob.id}`).get(`digest:${team.record.info.id}:1`)).toBeUndefined();
  });
});

const NEVER = { signal: new AbortController().signal };
const KEYS = [{ id: 'k1', key: new Uint8Array(32).fill(7) }];
const storageOf = (entries: Map<string, string>) => ({ adapter: memoryStorage(entries), keys: KEYS });

function vaultOf(entries: Map<string, string>, clock: ManualClock) {
  return createVault({
    adapter: memoryStorage(entries),
    keys: KEYS,
    clock,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  });
}

/** Turns of conversation that are kept of the first two people. */
async function memoryOf(entries: Map<string, string>, clock: ManualClock) {
  const turns = async (id: number) => {
    const kept = await vaultOf(entries, clock).scope(`user:${id}`).get(`memory:${id}`);
    return kept === undefined ? 0 : (JSON.parse(kept) as unknown[]).length;
  };
  return { ann: await turns(2_000_001), bob: await turns(2_000_002) };
}

/** In steps of the sweeper, each of which may need a while for its work. */
async function pass(clock: ManualClock, ms: number): Promise<void> {
  const end = clock.now() + ms;
  while (clock.now() < end) await clock.advance(Math.min(10 * 60_000, end - clock.now()));
}

async function until(clock: ManualClock, done: () => boolean): Promise<void> {
  while (!done()) {
    await clock.advance(10 * 60_000);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
