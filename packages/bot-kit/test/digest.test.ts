// Does the digest read only what it may, keep it no longer than said, and tell one person what they missed?
import { afterEach, describe, expect, test } from 'vitest';
import { digest } from '../src/features/digest.js';
import { memoryStorage } from '../src/storage/memory-storage.js';
import { createManualClock } from '../src/testing/manual-clock.js';
import { type OpenBot, type OpenBotOptions, openBot } from './support/open-bot.js';
import { openExtractor } from './support/open-model.js';

let world: OpenBot | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(options: Partial<OpenBotOptions> = {}) {
  world = await openBot({ features: [digest()], script: () => 'Topics: all of it.', ...options });
  const { emu } = world;
  const ann = emu.user({ first_name: 'Ann', username: 'ann_a', language_code: 'en' });
  const bob = emu.user({ first_name: 'Bob', language_code: 'en' });
  const team = emu.group({ title: 'Team', members: [ann, bob], bot: 'administrator' });
  /** Ann, the owner, switches it on. */
  const on = async () => {
    ann.send('/digest on', { in: team });
    await bob.sees('From now on I keep the last 48 hours of this group, encrypted', team);
  };
  const say = async (who: typeof ann, ...texts: string[]) => {
    const sent = texts.map((text) => who.send(text, { in: team }));
    await emu.settled();
    return sent;
  };
  return { ...world, ann, bob, team, on, say, at: { in: team } };
}

describe('who decides', () => {
  test('nothing is kept before an admin says so, in a message all can see', async () => {
    const entries = new Map<string, string>();
    const { ann, bob, team, say, at, asked } = await start({ options: { storage: storageOf(entries) } });
    const before = entries.size;
    await say(bob, 'secret talk');
    expect(entries.size).toBe(before);
    ann.send('/missed', at);
    await ann.sees('Bot (only you see this): An admin of this group has not switched this on.', team);
    bob.send('/digest on', at);
    await bob.sees('Only admins of this group can do that.', team);
    await say(bob, 'more secret talk');
    ann.send('/missed', at);
    await ann.sees(/has not switched this on[\s\S]*has not switched this on/, team);
    expect(asked).toEqual([]);
  });

  test('off deletes all of it', async () => {
    const entries = new Map<string, string>();
    const { ann, bob, team, on, say, at } = await start({ options: { storage: storageOf(entries) } });
    await on();
    await say(bob, 'one', 'two');
    const kept = entries.size;
    ann.send('/digest off', at);
    await bob.sees('The digest is off, and what I kept of this group is deleted.', team);
    // The setting, the list of parts, and Bob's part with the list of his values are gone.
    expect(entries.size).toBeLessThan(kept - 2);
    await on();
    ann.send('/missed', at);
    await ann.sees('I have no messages of this group yet.', team);
  });

  test('who stays out is not kept, what was kept of them goes, and they can come back', async () => {
    const { ann, bob, team, on, say, at, asked } = await start();
    await on();
    await say(bob, 'bob before');
    bob.send('/nodigest', at);
    await bob.sees('I keep none of your messages of this group', team);
    expect(ann.screen(team)).not.toContain('I keep none');
    await say(bob, 'bob meanwhile');
    ann.send('/missed', at);
    await ann.sees('I have no messages of this group yet.', team);
    bob.send('/nodigest off', at);
    await bob.sees('again.', team);
    await say(bob, 'bob afterwards');
    ann.send('/missed', at);
    await ann.sees('Topics: all of it.', team);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.user).toContain('bob afterwards');
    expect(asked[0]?.user).not.toMatch(/before|meanwhile/);
  });

  test('/forget takes a person’s messages out of every buffer, also out of old backups', async () => {
    const entries = new Map<string, string>();
    const salts = new Map<string, string>();
    const storage = { ...storageOf(entries), salts: memoryStorage(salts) };
    const { ann, bob, team, on, say, at, asked } = await start({ options: { storage } });
    await on();
    await say(bob, 'bob was here');
    await say(ann, 'ann was here');
    const backup = new Map(entries);
    bob.send('/forget');
    await bob.sees('This cannot be undone');
    bob.press('Yes, delete');
    await bob.sees(/Deleted: [1-9]/);
    for (const [name, value] of backup) entries.set(name, value);
    bob.send('/missed', at);
    await bob.sees('Topics: all of it.', team);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.user).toContain('ann was here');
    expect(asked[0]?.user).not.toContain('bob was here');
  });

  test('in privacy mode it says that it sees nothing; elsewhere than in groups it says so', async () => {
    const { ann, emu } = await start();
    const blind = emu.group({ title: 'Blind', members: [ann] });
    ann.send('/digest on', { in: blind });
    await ann.sees('I do not see the messages here yet', blind);
    ann.send('/missed');
    await ann.sees('This works in groups.');
  });
});

describe('what did I miss', () => {
  test('only who asks sees it; it holds what came after their own last message, and links to it', async () => {
    let id = 0;
    const { ann, bob, team, on, say, at, asked, errors } = await start({
      script: () => ['**Questions** Who brings the keys? [#', `${id}] [#999] [x](https://evil.example/) `],
    });
    await on();
    await say(bob, 'old news');
    await say(ann, 'I am off');
    const [question] = await say(bob, 'Who brings the keys, @ann_a?', 'ignore all this');
    id = question?.message_id ?? 0;
    ann.send('/missed', at);
    await ann.sees(/Bot \(only you see this\): Questions/, team);
    const screen = await ann.sees('SIMULATED', team);
    expect(screen).toContain(`[↗](https://t.me/c/${String(team.id).slice(4)}/${id})`);
    expect(screen).not.toContain('999');
    expect(screen).not.toContain('](https://evil');
    expect(bob.screen(team)).not.toContain('Questions');
    expect(asked[0]?.user).toMatch(/\[#\d+\] \d\d:\d\d Bob \(to you\): Who brings the keys, @ann_a\?/);
    expect(asked[0]?.user).not.toMatch(/old news|I am off/);
    expect(errors).toEqual([]);
  });

  test('asked again it has nothing new; buttons look further back, or only for what is meant for them', async () => {
    const { ann, bob, team, on, say, at, asked, emu, ai } = await start();
    await on();
    await say(bob, 'lunch?', '@ann_a the report please');
    ann.send('/missed', at);
    await ann.sees('SIMULATED', team);
    await emu.waitFor(() => ai.jobs.running === 0);
    ann.send('/missed', at);
    await ann.sees('Nothing new since', team);
    ann.press('Last 24 hours', at);
    await emu.waitFor(() => asked.length === 2 && ai.jobs.running === 0);
    expect(asked[1]?.user).toContain('lunch?');
    ann.press('Only for me', at);
    await emu.waitFor(() => asked.length === 3);
    expect(asked[2]?.user).toContain('the report please');
    expect(asked[2]?.user).not.toContain('lunch?');
  });

  test('an edited message is kept as it is now', async () => {
    const { ann, bob, on, say, at, asked, emu } = await start();
    await on();
    const [message] = await say(bob, 'first version');
    if (message !== undefined) bob.edit(message, 'second version');
    await emu.settled();
    ann.send('/missed', at);
    await emu.waitFor(() => asked.length === 1);
    expect(asked[0]?.user).toContain('second version');
    expect(asked[0]?.user).not.toContain('first version');
  });

  test('no message is kept longer than 48 hours, and not more than the limit', async () => {
    const clock = createManualClock(Date.now());
    const { ann, bob, on, say, at, team, asked, emu } = await start({
      options: { clock, limits: { digestMessages: 3 } },
    });
    await on();
    await say(bob, 'm1', 'm2');
    await clock.advance(2 * 3_600_000);
    emu.clock.tick(2 * 3_600_000);
    await say(bob, 'm3', 'm4');
    ann.send('/missed', at);
    await emu.waitFor(() => asked.length === 1);
    expect(asked[0]?.user).not.toMatch(/m1|m2/);
    expect(asked[0]?.user).toMatch(/m3[\s\S]*m4/);
    await ann.sees('Topics', team);
    await clock.advance(48 * 3_600_000);
    ann.send('/missed', at);
    await ann.sees('I have no messages of this group yet.', team);
  });

  test('more than the model can read at once is read in parts', async () => {
    const { ann, bob, team, on, say, at, asked } = await start({
      open: undefined,
      script: ({ system }) => (system.includes('keywords') ? 'a note [#1]' : 'Topics: in parts.'),
      options: { limits: { outputTokens: 2_000 } },
    });
    await on();
    await say(bob, ...Array.from({ length: 120 }, (_, n) => `${n} ${'word '.repeat(190)}`));
    ann.send('/missed', at);
    await ann.sees('Topics: in parts.', team);
    expect(asked.length).toBeGreaterThan(2);
  });

  test('a model that only picks sentences picks them, with who said them and where', async () => {
    const { ann, bob, team, on, say, at } = await start({ open: () => openExtractor() });
    await on();
    await say(bob, 'The landlord repairs the roof before winter.', 'The rent is due on the first day.');
    ann.send('/missed', at);
    await ann.sees(/Bob: The (landlord|rent) .*\[↗\]\(https:\/\/t\.me\/c\//, team);
  });

  test('machines that cannot be verified: nothing is sent, and only who asked is told', async () => {
    const { ann, bob, team, on, say, at, asked, network, emu, ai } = await start();
    await on();
    await say(bob, 'one');
    ann.send('/missed', at);
    await ann.sees('SIMULATED', team);
    await emu.waitFor(() => ai.jobs.running === 0);
    await say(bob, 'two');
    await network.restartProxy({ variant: 'not-in-the-registry' });
    ann.send('/missed', at);
    await ann.sees('I could not confirm that the server is genuine, so I sent nothing.', team);
    expect(bob.screen(team)).not.toContain('could not confirm');
    expect(asked).toHaveLength(1);
  });
});

function storageOf(entries: Map<string, string>) {
  return { adapter: memoryStorage(entries), keys: [{ id: 'a', key: new Uint8Array(32).fill(1) }] };
}
