// Do groups, inline and guest mode, ephemeral messages and business chats behave as Telegram's do?
import { Bot, type Context } from 'grammy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTelegramEmulator, type Person, type TelegramEmulator } from './index.js';

let emu: TelegramEmulator;
let bot: Bot;
let ann: Person;
let bob: Person;
const errors: unknown[] = [];

beforeEach(async () => {
  emu = await createTelegramEmulator();
  bot = new Bot(emu.token, { client: { apiRoot: emu.apiRoot } });
  errors.length = 0;
  bot.catch(({ error }) => {
    errors.push(error);
  });
  ann = emu.user({ first_name: 'Ann', language_code: 'de' });
  bob = emu.user({ first_name: 'Bob' });
});
afterEach(async () => {
  await bot.stop();
  await emu.close();
  expect(errors).toEqual([]);
});

async function start(allowed_updates?: Parameters<Bot['api']['getUpdates']>[0]): Promise<void> {
  let failure: unknown;
  bot
    .start(
      allowed_updates?.allowed_updates === undefined
        ? {}
        : { allowed_updates: allowed_updates.allowed_updates },
    )
    .catch((error: unknown) => {
      failure = error;
    });
  await emu.waitFor(() => {
    if (failure !== undefined) throw failure;
    return emu.polling();
  });
}

describe('groups', () => {
  it('hide from a bot in privacy mode what is not meant for it', async () => {
    const seen: string[] = [];
    bot.on('message:text', (ctx) => void seen.push(ctx.msg.text));
    await start();
    const team = emu.group({ title: 'Team', members: [ann, bob] });
    const own = await bot.api.sendMessage(team.id, 'I am here');
    ann.send('secret talk', { in: team });
    ann.send('/ask@emulated_bot what', { in: team });
    ann.send('/ask@other_bot what', { in: team });
    ann.send('/help', { in: team });
    ann.reply(own, 'thanks', { in: team });
    await emu.settled();
    expect(seen).toEqual(['/ask@emulated_bot what', '/help', 'thanks']);
    team.makeBotAdministrator(ann);
    bob.send('now you see', { in: team });
    await emu.settled();
    expect(seen.at(-1)).toBe('now you see');
    expect(bob.screen(team).split('\n').slice(0, 2)).toEqual(['Bot: I am here', 'Ann: secret talk']);
    await expect(bot.api.getChatMember(team.id, bob.id)).resolves.toMatchObject({ status: 'member' });
    await expect(bot.api.getChatMemberCount(team.id)).resolves.toBe(3);
    await expect(bot.api.getChat(team.id)).resolves.toMatchObject({ title: 'Team', type: 'supergroup' });
  });

  it('tell of people and of the bot coming and going', async () => {
    const seen: string[] = [];
    bot.on('my_chat_member', (ctx) => void seen.push(`bot ${ctx.myChatMember.new_chat_member.status}`));
    bot.on(
      'chat_member',
      (ctx) => void seen.push(`${ctx.chatMember.from.first_name} ${ctx.chatMember.new_chat_member.status}`),
    );
    bot.on(
      'message:new_chat_members',
      (ctx) => void seen.push(`joined ${ctx.msg.new_chat_members[0]?.first_name}`),
    );
    await start({ allowed_updates: ['my_chat_member', 'chat_member', 'message'] });
    const team = emu.group({ title: 'Team', members: [ann], bot: 'administrator' });
    team.join(bob);
    team.leave(bob);
    team.removeBot(ann);
    await emu.settled();
    expect(seen).toEqual(['bot administrator', 'Bob member', 'joined Bob', 'Bob left', 'bot kicked']);
    expect(() => bob.send('hello?', { in: team })).not.toThrow();
  });

  it('have topics by id', async () => {
    bot.command('where', (ctx) => ctx.reply(`thread ${ctx.msg.message_thread_id}`));
    await start();
    const team = emu.group({ title: 'Team', members: [ann], topics: ['News'] });
    ann.send('/where', { in: team, threadId: team.topic('News') });
    await ann.sees(`thread ${team.topic('News')}`, team);
  });
});

describe('commands', () => {
  it('are shown by scope and language', async () => {
    await bot.api.setMyCommands([{ command: 'start', description: 'Start' }]);
    await bot.api.setMyCommands([{ command: 'los', description: 'Los' }], { language_code: 'de' });
    await bot.api.setMyCommands([{ command: 'team', description: 'Team' }], {
      scope: { type: 'all_group_chats' },
    });
    expect(ann.commands().map(({ command }) => command)).toEqual(['los']);
    expect(bob.commands().map(({ command }) => command)).toEqual(['start']);
    const team = emu.group({ title: 'Team', members: [ann] });
    expect(ann.commands(team).map(({ command }) => command)).toEqual(['team']);
    await expect(bot.api.getMyCommands({ language_code: 'de' })).resolves.toEqual([
      { command: 'los', description: 'Los' },
    ]);
    await bot.api.deleteMyCommands();
    expect(bob.commands()).toEqual([]);
    await bot.api.setMyName('Helper');
    await expect(bot.api.getMyName()).resolves.toEqual({ name: 'Helper' });
    await bot.api.setChatMenuButton({
      menu_button: { type: 'web_app', text: 'App', web_app: { url: 'https://example.com' } },
    });
    await expect(bot.api.getChatMenuButton()).resolves.toMatchObject({ type: 'web_app' });
  });
});

describe('ephemeral messages', () => {
  it('are seen by one person, answered within 15 seconds, edited and deleted', async () => {
    const params = (ctx: Context) => ({ receiver_user_id: ctx.from?.id ?? 0 });
    await bot.api.setMyCommands([{ command: 'missed', description: 'Digest', is_ephemeral: true }], {
      scope: { type: 'all_group_chats' },
    });
    bot.command('missed', async (ctx) => {
      await ctx.reply('Reading 212 messages…', {
        ephemeral_message_parameters: params(ctx),
        reply_parameters: { ephemeral_message_id: ctx.msg.ephemeral_message_id ?? 0 },
      });
    });
    await start();
    const team = emu.group({ title: 'Team', members: [ann, bob] });
    const command = ann.send('/missed', { in: team });
    expect(command).toMatchObject({ message_id: 0, ephemeral_message_id: 1 });
    await ann.sees('Bot (only you see this): Reading 212 messages…', team);
    expect(bob.screen(team)).toBe('');
    const at = { chat_id: team.id, receiver_user_id: ann.id, ephemeral_message_id: 2 };
    await expect(bot.api.raw.editEphemeralMessageText({ ...at, text: 'Two decisions.' })).resolves.toBe(true);
    expect(ann.screen(team)).toContain('Two decisions.');
    await expect(bot.api.raw.editEphemeralMessageText({ ...at, text: 'Two decisions.' })).rejects.toThrow(
      'message is not modified',
    );
    await bot.api.raw.deleteEphemeralMessage(at);
    await expect(bot.api.raw.deleteEphemeralMessage(at)).rejects.toThrow('message to delete not found');
    expect(ann.screen(team)).toBe('You (only you see this): /missed');
    emu.clock.tick(15_001);
    await expect(
      bot.api.sendMessage(team.id, 'late', {
        ephemeral_message_parameters: { receiver_user_id: ann.id },
        reply_parameters: { ephemeral_message_id: 1 },
      }),
    ).rejects.toThrow('message to be replied not found');
  });

  it('answer a button press within 15 seconds', async () => {
    let query = '';
    bot.on('callback_query', (ctx) => {
      query = ctx.callbackQuery.id;
    });
    await start();
    const team = emu.group({ title: 'Team', members: [ann, bob] });
    await bot.api.sendMessage(team.id, 'Digest?', {
      reply_markup: { inline_keyboard: [[{ text: 'Show', callback_data: 's' }]] },
    });
    bob.press('Show', { in: team });
    await emu.waitFor(() => query !== '');
    const send = (receiver_user_id: number) =>
      bot.api.sendMessage(team.id, 'For you', {
        ephemeral_message_parameters: { receiver_user_id, callback_query_id: query },
      });
    await expect(send(ann.id)).rejects.toThrow('query is too old');
    await send(bob.id);
    expect([ann.screen(team), bob.screen(team)]).toEqual([
      'Bot: Digest?\n  [Show]',
      'Bot: Digest?\n  [Show]\nBot (only you see this): For you',
    ]);
    emu.clock.tick(15_001);
    await expect(send(bob.id)).rejects.toThrow('query is too old');
  });
});

describe('inline mode', () => {
  const article = (id: string, text: string, keyboard = false) => ({
    type: 'article' as const,
    id,
    title: text,
    input_message_content: { message_text: text },
    ...(keyboard ? { reply_markup: { inline_keyboard: [[{ text: 'Again', callback_data: 'a' }]] } } : {}),
  });

  it('offers results, sends the chosen one, and lets the bot edit it by its id', async () => {
    bot.on('inline_query', (ctx) =>
      ctx.answerInlineQuery(
        [article('1', `Polite: ${ctx.inlineQuery.query}`), article('2', 'Writing…', true)],
        { is_personal: true, cache_time: 0 },
      ),
    );
    bot.on('chosen_inline_result', async (ctx) => {
      if (ctx.inlineMessageId !== undefined) await ctx.editMessageText('Written.');
    });
    await start();
    const team = emu.group({ title: 'Elsewhere', members: [ann, bob], bot: 'none' });
    const session = ann.typeInline('give me that');
    expect((await session.answer()).results).toHaveLength(2);
    await session.choose('Polite: give me that', { in: team });
    await session.choose(1, { in: team });
    await bob.sees('Written.', team);
    expect(bob.screen(team).split('\n')[0]).toBe('Ann: Polite: give me that');
    expect(ann.screen(team).split('\n')[0]).toBe('You via @emulated_bot: Polite: give me that');
  });

  it('shows cached results to everyone unless they are personal', async () => {
    let asked = 0;
    bot.on('inline_query', (ctx) =>
      ctx.answerInlineQuery(
        [article('1', `for ${ctx.from.first_name} ${++asked}`)],
        ctx.inlineQuery.query === 'mine' ? { is_personal: true } : {},
      ),
    );
    await start();
    const title = async (person: Person, query: string) =>
      (await person.typeInline(query).answer()).results[0];
    expect(await title(ann, 'any')).toMatchObject({ title: 'for Ann 1' });
    expect(await title(bob, 'any')).toMatchObject({ title: 'for Ann 1' });
    expect(await title(ann, 'mine')).toMatchObject({ title: 'for Ann 2' });
    expect(await title(bob, 'mine')).toMatchObject({ title: 'for Bob 3' });
    emu.clock.tick(300_000);
    expect(await title(bob, 'any')).toMatchObject({ title: 'for Bob 4' });
  });

  it('refuses results Telegram would not show', async () => {
    let id = '';
    bot.on('inline_query', (ctx) => {
      id = ctx.inlineQuery.id;
    });
    await start();
    ann.typeInline('x');
    await emu.waitFor(() => id !== '');
    const answer = (results: unknown[]) =>
      bot.api.raw.answerInlineQuery({ inline_query_id: id, results: results as never });
    await expect(answer([article('1', 'a'), article('1', 'b')])).rejects.toThrow('RESULT_ID_DUPLICATE');
    await expect(answer([article('x'.repeat(65), 'a')])).rejects.toThrow('RESULT_ID_INVALID');
    await expect(
      answer(Array.from({ length: 51 }, (_, index) => article(String(index), 'a'))),
    ).rejects.toThrow('RESULTS_TOO_MUCH');
    await expect(answer([{ type: 'article', id: '1', title: 'a' }])).rejects.toThrow(
      'Can\'t find field "message_text"',
    );
    await answer([]);
    await expect(answer([])).rejects.toThrow('query is too old');
  });
});

describe('guest mode', () => {
  it('brings the bot one message from a chat it is not in, and takes one answer', async () => {
    const seen: string[] = [];
    bot.on('guest_message', async (ctx) => {
      const message = ctx.update.guest_message;
      seen.push(`${message.text} | ${message.reply_to_message?.text}`);
      const result = {
        type: 'article' as const,
        id: '1',
        title: 'a',
        input_message_content: { message_text: 'Hallo Welt' },
      };
      const query = message.guest_query_id ?? '';
      const { inline_message_id } = await bot.api.raw.answerGuestQuery({ guest_query_id: query, result });
      await expect(bot.api.raw.answerGuestQuery({ guest_query_id: query, result })).rejects.toThrow(
        'query is too old',
      );
      await bot.api.editMessageTextInline(inline_message_id, 'Hallo, Welt!');
    });
    await start();
    const room = emu.group({ title: 'Room', members: [ann, bob], bot: 'none' });
    const original = bob.send('hello world', { in: room });
    ann.send('nothing for you', { in: room });
    ann.reply(original, '@emulated_bot translate this', { in: room });
    await bob.sees('Hallo, Welt!', room);
    expect(seen).toEqual(['@emulated_bot translate this | hello world']);
    expect(bob.screen(room)).toContain('Bot: Hallo, Welt!');
  });
});

describe('business accounts', () => {
  it('show the bot both sides of a chat and let it reply with the right to', async () => {
    const seen: string[] = [];
    bot.on('business_connection', (ctx) => void seen.push(`connection ${ctx.businessConnection.is_enabled}`));
    bot.on('business_message:text', async (ctx) => {
      seen.push(`${ctx.from.first_name}: ${ctx.msg.text}`);
      if (ctx.from.id === bob.id) await ctx.reply('Ann will answer soon.');
    });
    bot.on('edited_business_message:text', (ctx) => void seen.push(`edited: ${ctx.msg.text}`));
    bot.on(
      'deleted_business_messages',
      (ctx) => void seen.push(`deleted ${ctx.update.deleted_business_messages.message_ids.length}`),
    );
    await start();
    const account = ann.connectBusiness();
    const first = account.write(bob, 'Hi Bob');
    await emu.settled();
    const chat = account.chatWith(bob);
    const reply = { business_connection_id: account.connection.id };
    await expect(bot.api.sendMessage(bob.id, 'x', reply)).rejects.toThrow('BUSINESS_PEER_USAGE_MISSING');
    account.receive(bob, 'When?');
    await ann.sees('You (by the bot): Ann will answer soon.', chat);
    ann.edit(first, 'Hi, Bob');
    ann.erase(first);
    await emu.settled();
    expect(seen).toEqual(['connection true', 'Ann: Hi Bob', 'Bob: When?', 'edited: Hi, Bob', 'deleted 1']);
    expect(bob.screen(chat)).toBe('You: When?\nAnn: Ann will answer soon.');
    emu.clock.tick(86_400_001);
    await expect(bot.api.sendMessage(bob.id, 'x', reply)).rejects.toThrow('BUSINESS_PEER_USAGE_MISSING');
    account.setRights({});
    await expect(bot.api.sendMessage(bob.id, 'x', reply)).rejects.toThrow('BUSINESS_CONNECTION_NOT_ALLOWED');
    account.disconnect();
    await emu.settled();
    expect(seen.at(-1)).toBe('connection false');
    await expect(bot.api.getBusinessConnection(account.connection.id)).resolves.toMatchObject({
      is_enabled: false,
    });
  });
});
