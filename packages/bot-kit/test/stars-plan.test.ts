// Do Stars buy what they promise, once, and come back when the answer did not come?
import type { Message } from 'grammy/types';
import { afterEach, expect, test } from 'vitest';
import { chat } from '../src/features/chat.js';
import { starsPlan } from '../src/features/stars-plan.js';
import { createCredits } from '../src/kit/credits.js';
import type { Records } from '../src/kit/records.js';
import { type OpenBot, type OpenBotOptions, openBot } from './support/open-bot.js';
import { BROKEN } from './support/open-model.js';

let world: OpenBot | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(options: Omit<OpenBotOptions, 'features'> = {}) {
  const { options: more, ...rest } = options;
  world = await openBot({
    features: [starsPlan({ price: 50, tokens: 100_000 }), chat()],
    ...rest,
    options: { limits: { tokensPerDay: 1 }, ...more },
  });
  const ann = world.emu.user({ first_name: 'Ann', language_code: 'en' });
  return { ...world, ann };
}

async function useUpTheDay({ ann, emu, events }: Awaited<ReturnType<typeof start>>) {
  ann.send('first');
  await ann.sees('Hello.');
  await emu.waitFor(() => events.some(({ type }) => type === 'job-ended'));
  await emu.settled();
}

const chargeOf = (message: Message) => message.successful_payment?.telegram_payment_charge_id ?? '';

test('the day is used up: the question waits, is paid for, and is answered without being typed again', async () => {
  const open = await start({ script: ({ user }) => (user === 'first' ? 'Hello.' : `answer to ${user}`) });
  const { ann, asked, emu, bot, errors } = open;
  await useUpTheDay(open);
  ann.send('second');
  await ann.sees('[Pay 50 ⭐]');
  expect(ann.screen()).toContain('Today’s limit is used up.');
  expect(asked).toHaveLength(1);
  expect(await ann.pay().checkout()).toEqual({ ok: true });
  await ann.sees('You have 100,000 paid tokens now.');
  await ann.sees('answer to second');
  await emu.settled();
  await expect(bot.api.getMyStarBalance()).resolves.toEqual({ amount: 50 });
  ann.send('third');
  await ann.sees('answer to third');
  expect(asked.map(({ user }) => user)).toEqual(['first', 'second', 'third']);
  await emu.waitFor(() => open.events.filter(({ type }) => type === 'job-ended').length === 3);
  ann.send('/balance');
  const screen = await ann.sees('Free today: 0 of 1 token.');
  expect(screen).toMatch(/Paid: 99,\d{3} tokens/);
  expect(errors).toEqual([]);
});

test('an answer that fails after it was paid for: the Stars go back, and so does what they bought', async () => {
  const open = await start({ script: ({ user }) => (user === 'first' ? 'Hello.' : BROKEN) });
  const { ann, emu, bot } = open;
  await useUpTheDay(open);
  ann.send('second');
  await ann.sees('[Pay 50 ⭐]');
  ann.pay();
  await ann.sees('your 50 ⭐ are on their way back');
  await ann.sees('↺ refunded 50 ⭐');
  await emu.settled();
  await expect(bot.api.getMyStarBalance()).resolves.toEqual({ amount: 0 });
  ann.send('/balance');
  await ann.sees('Paid: 0 tokens');
  ann.send('/paysupport');
  await ann.sees('100,000 tokens, charge-');
  expect(ann.screen()).toContain('(refunded)');
});

test('a refund that Telegram refuses: what was paid for stays, and the person knows where to turn', async () => {
  const open = await start({ script: ({ user }) => (user === 'first' ? 'Hello.' : BROKEN) });
  const { ann, emu } = open;
  await useUpTheDay(open);
  ann.send('second');
  await ann.sees('[Pay 50 ⭐]');
  emu.fail('refundStarPayment', 400, { description: 'Bad Request: something else' });
  ann.pay();
  await ann.sees('I could not refund it, so what you paid for stays');
  ann.send('/balance');
  await ann.sees('Paid: 100,000 tokens');
});

test('a payment is credited once, however often Telegram tells of it', async () => {
  const { ann, bot, emu } = await start();
  ann.send('/buy');
  await ann.sees('[Pay 50 ⭐]');
  const message = await ann.pay().done();
  await ann.sees('You have 100,000 paid tokens now.');
  await emu.settled();
  await bot.handleUpdate({ update_id: 900_000_001, message: message as never });
  ann.send('/balance');
  await ann.sees('Paid: 100,000 tokens');
  expect(emu.screen(ann).match(/Thank you/g)).toHaveLength(1);
});

test('before the payment: an old offer and people without access are refused, and no Stars move', async () => {
  let open = true;
  const { ann, bot } = await start({ options: { access: () => open } });
  ann.send('/buy');
  await ann.sees('[Pay 50 ⭐]');
  const old = await bot.api.sendInvoice(ann.id, 'Old', 'Old', 'p1:stars:50:1', 'XTR', [
    { label: 'x', amount: 50 },
  ]);
  expect(await ann.pay(old).checkout()).toMatchObject({
    ok: false,
    error: expect.stringContaining('no longer valid'),
  });
  open = false;
  ann.send('/buy');
  const newest = await bot.api.sendInvoice(ann.id, 'New', 'New', 'p1:stars:50:100000', 'XTR', [
    { label: 'x', amount: 50 },
  ]);
  expect(await ann.pay(newest).checkout()).toMatchObject({
    ok: false,
    error: expect.stringContaining('not open to you'),
  });
  await expect(bot.api.getMyStarBalance()).resolves.toEqual({ amount: 0 });
  ann.send('/paysupport');
  await ann.sees('Write to @test');
});

test('Stars that the operator gives back by other means take back what they bought', async () => {
  const { ann, bot, emu } = await start();
  ann.send('/buy');
  await ann.sees('[Pay 50 ⭐]');
  const charge = chargeOf(await ann.pay().done());
  await ann.sees('You have 100,000 paid tokens now.');
  await bot.api.refundStarPayment(ann.id, charge);
  await emu.settled();
  ann.send('/balance');
  await ann.sees('Paid: 0 tokens');
});

test('/forget names the payments and leaves them', async () => {
  const { ann } = await start();
  ann.send('/buy');
  await ann.sees('[Pay 50 ⭐]');
  ann.pay();
  await ann.sees('You have 100,000 paid tokens now.');
  ann.send('/privacy');
  await ann.sees('payments (amount, time, charge id; /forget leaves these)');
  ann.send('/forget');
  await ann.sees('This cannot be undone');
  ann.press('Yes, delete');
  await ann.sees('Payment records (amount, time, charge id');
  ann.send('/balance');
  await ann.sees('Paid: 100,000 tokens');
});

test('no invoice goes to a group', async () => {
  const { ann, emu } = await start();
  const group = emu.group({ title: 'Team', members: [ann] });
  ann.send('/buy', { in: group });
  await ann.sees('This works in a private chat with me.', group);
  expect(emu.callsOf('sendInvoice')).toEqual([]);
});

test.each([
  ['price', { price: 0, tokens: 1 }],
  ['price', { price: 100_001, tokens: 1 }],
  ['tokens', { price: 1, tokens: 1.5 }],
  ['title', { price: 1, tokens: 1, title: '' }],
  ['description', { price: 1, tokens: 1, description: 'x'.repeat(256) }],
])('an option that Telegram would refuse (%s) is refused at once', (field, options) => {
  expect(() => starsPlan(options)).toThrow(
    expect.objectContaining({ code: 'OPTIONS_INVALID', details: { field } }),
  );
});

test('credits that change at the same time are all counted', async () => {
  const kept = new Map<string, string>();
  const records: Records = {
    get: async (name) => kept.get(name),
    set: async (name, value) => void kept.set(name, value),
    delete: async (name) => void kept.delete(name),
  };
  const credits = createCredits(() => records);
  const payment = (charge: string) => ({ charge, stars: 1, tokens: 10, at: 0 });
  const added = await Promise.all(['a', 'b', 'a', 'c'].map((charge) => credits.add(1, payment(charge))));
  expect(added).toEqual([true, true, false, true]);
  await Promise.all([credits.use(1, 7), credits.use(1, 8)]);
  expect(await credits.left(1)).toBe(15);
  expect(await Promise.all([credits.takeBack(1, 'a'), credits.takeBack(1, 'a')])).toEqual([true, false]);
  expect([await credits.takeBack(1, 'none'), await credits.left(1)]).toEqual([false, 5]);
  await credits.use(1, 100);
  expect(await credits.left(1)).toBe(0);
});
