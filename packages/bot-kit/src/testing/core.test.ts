// Does a real grammY bot work against the emulator over HTTP? Polling, texts, buttons, files, drafts, faults.
import { Bot, type BotError, GrammyError, HttpError, InlineKeyboard, InputFile } from 'grammy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTelegramEmulator, type Person, type TelegramEmulator } from './index.js';

let emu: TelegramEmulator;
let bot: Bot;
let ann: Person;
const errors: BotError[] = [];

beforeEach(async () => {
  emu = await createTelegramEmulator();
  bot = new Bot(emu.token, { client: { apiRoot: emu.apiRoot } });
  errors.length = 0;
  bot.catch((error) => {
    errors.push(error);
  });
  ann = emu.user({ first_name: 'Ann', username: 'ann_a', language_code: 'en' });
});
afterEach(async () => {
  await bot.stop();
  await emu.close();
});

/** Starts polling and waits until it hangs. */
async function start(): Promise<void> {
  let failure: unknown;
  bot.start().catch((error: unknown) => {
    failure = error;
  });
  await emu.waitFor(() => {
    if (failure !== undefined) throw failure;
    return emu.polling();
  });
}

describe('a polling bot', () => {
  it('answers commands and texts', async () => {
    bot.command('start', (ctx) =>
      ctx.reply(`Hello ${ctx.from?.first_name}${ctx.match === '' ? '' : ` (${ctx.match})`}`),
    );
    bot.on('message:text', (ctx) =>
      ctx.reply(`You said: ${ctx.message.text}`, { reply_parameters: { message_id: ctx.msg.message_id } }),
    );
    await start();
    ann.start('deep');
    ann.send('How are you?');
    await ann.sees('You said: How are you?');
    await emu.settled();
    expect(ann.screen()).toBe(
      [
        'You: /start deep',
        'You: How are you?',
        'Bot: Hello Ann (deep)',
        'Bot: ↩ How are you?',
        '  You said: How are you?',
      ].join('\n'),
    );
  });

  it('sees edits, replies, forwards, albums, voice and documents', async () => {
    const seen: string[] = [];
    bot.on('edited_message:text', (ctx) => void seen.push(`edited ${ctx.msg.text}`));
    bot.on(
      'message:forward_origin',
      (ctx) => void seen.push(`forward of ${ctx.msg.forward_origin.type}: ${ctx.msg.text}`),
    );
    bot.on('message').filter(
      (ctx) => ctx.msg.media_group_id !== undefined,
      (ctx) => void seen.push(`album ${ctx.msg.caption ?? ''}`.trim()),
    );
    bot.on('message:voice', (ctx) => void seen.push(`voice ${ctx.msg.voice.duration}`));
    bot.on(
      'message:document',
      (ctx) => void seen.push(`file ${ctx.msg.document.file_name} ${ctx.msg.document.mime_type}`),
    );
    bot.on(
      'message:text',
      (ctx) => void seen.push(`text ${ctx.msg.text} to ${ctx.msg.reply_to_message?.text ?? 'none'}`),
    );
    await start();
    const first = ann.send('one');
    ann.reply(first, 'two');
    ann.edit(first, 'uno');
    ann.forward('what Bob wrote', { from: emu.user({ first_name: 'Bob' }) });
    ann.forward('what somebody wrote', { from: 'Somebody' });
    ann.album([
      { bytes: new Uint8Array([1]), name: 'a.txt', caption: 'both' },
      { bytes: new Uint8Array([2]), name: 'b.txt' },
    ]);
    ann.sendVoice(new Uint8Array([1, 2]), { duration: 7 });
    ann.sendDocument(new Uint8Array([1, 2]), { name: 'lease.pdf', mime: 'application/pdf' });
    await emu.settled();
    expect(seen).toEqual([
      'text one to none',
      'text two to one',
      'edited uno',
      'forward of user: what Bob wrote',
      'forward of hidden_user: what somebody wrote',
      'album both',
      'album',
      'voice 7',
      'file lease.pdf application/pdf',
    ]);
  });

  it('answers buttons, edits and deletes its messages', async () => {
    bot.command('menu', (ctx) =>
      ctx.reply('Choose', {
        reply_markup: new InlineKeyboard()
          .text('Yes', 'y')
          .text('No', 'n')
          .url('Docs', 'https://example.com'),
      }),
    );
    bot.callbackQuery('y', async (ctx) => {
      await ctx.answerCallbackQuery({ text: 'Good', show_alert: true });
      await ctx.editMessageText('You chose yes');
    });
    bot.callbackQuery('n', (ctx) => ctx.deleteMessage());
    await start();
    ann.send('/menu');
    await ann.sees('[Yes] [No] [Docs → https://example.com]');
    expect(await ann.press('Yes').answer()).toEqual({ text: 'Good', showAlert: true });
    await ann.sees('You chose yes');
    await emu.settled();
    expect(ann.screen()).not.toContain('[Yes]');
    expect(() => ann.press('Yes')).toThrow('No button Yes is on the screen');
    ann.send('/menu');
    await ann.sees('Choose');
    expect(ann.press('Docs').url).toBe('https://example.com');
    ann.press('No');
    await emu.waitFor(() => !ann.screen().includes('Choose'));
  });

  it('presses buttons of the keyboard below', async () => {
    bot.command('kb', (ctx) =>
      ctx.reply('Pick', { reply_markup: { keyboard: [['Red', 'Blue']], resize_keyboard: true } }),
    );
    bot.hears('Blue', (ctx) => ctx.reply('Blue it is', { reply_markup: { remove_keyboard: true } }));
    await start();
    ann.send('/kb');
    await ann.sees('⌨ [Red] [Blue]');
    expect(ann.press('Blue').sent?.text).toBe('Blue');
    await ann.sees('Blue it is');
    expect(ann.screen()).not.toContain('⌨');
  });

  it('gets files up to 20 MB and sends files by upload and by id', async () => {
    bot.on('message:document', async (ctx) => {
      const { file_path } = await ctx.getFile();
      const bytes = new Uint8Array(
        await (await fetch(`${emu.apiRoot}/file/bot${emu.token}/${file_path}`)).arrayBuffer(),
      );
      const sent = await ctx.replyWithDocument(new InputFile(bytes, 'copy.txt'), {
        caption: `${bytes.length} bytes`,
      });
      await ctx.replyWithDocument(sent.document.file_id);
    });
    await start();
    ann.sendDocument(new TextEncoder().encode('some words'), { name: 'a.txt' });
    await emu.settled();
    expect(errors.map(String)).toEqual([]);
    expect(ann.screen()).toBe(
      ['You: 📎 a.txt (10 B)', 'Bot: 📎 copy.txt (10 B)', '  10 bytes', 'Bot: 📎 copy.txt (10 B)'].join('\n'),
    );
    ann.sendDocument(new Uint8Array([1]), { name: 'big.pdf', size: 24_000_000 });
    await emu.settled();
    expect(errors[0]?.error).toMatchObject({ error_code: 400, description: 'Bad Request: file is too big' });
  });
});

describe('drafts', () => {
  it('grow, die after 30 seconds, end with a message, and can be stopped', async () => {
    const stopped: number[] = [];
    bot.on(
      'stopped_message_generation',
      (ctx) => void stopped.push(ctx.update.stopped_message_generation.draft_id),
    );
    await start();
    ann.start();
    await emu.settled();
    const { api } = bot;
    await api.sendMessageDraft(ann.id, 7, '', { can_stop: true });
    expect(ann.screen()).toContain('Bot (writing, [Stop]): Thinking…');
    await api.sendMessageDraft(ann.id, 7, 'Half an ans', { can_stop: true });
    expect(ann.screen()).toContain('Bot (writing, [Stop]): Half an ans');
    emu.clock.tick(30_000);
    expect(ann.screen()).toBe('You: /start');
    expect(() => ann.pressStop()).toThrow('No draft with a Stop button');

    await api.sendMessageDraft(ann.id, 8, 'Again', { can_stop: true });
    ann.pressStop();
    await emu.waitFor(() => stopped.length === 1);
    expect(stopped).toEqual([8]);
    expect(ann.screen()).toBe('You: /start');
    await api.sendMessageDraft(ann.id, 8, 'Again and again', { can_stop: true });
    expect(ann.screen()).toBe('You: /start');

    await api.sendMessageDraft(ann.id, 9, 'Kept', { can_stop: true, keep_on_stop: true });
    ann.pressStop();
    expect(ann.screen()).toContain('Bot (writing): Kept');
    await api.sendMessage(ann.id, 'Kept. Stopped.');
    expect(ann.screen()).toBe('You: /start\nBot: Kept. Stopped.');
  });

  it('are refused with id 0 and in groups', async () => {
    ann.start();
    await expect(bot.api.sendMessageDraft(ann.id, 0, 'x')).rejects.toMatchObject({
      description: 'Bad Request: DRAFT_ID_INVALID',
    });
    await expect(bot.api.sendMessageDraft(ann.id, 1, 'x'.repeat(4097))).rejects.toMatchObject({
      description: 'Bad Request: message is too long',
    });
  });
});

describe('faults', () => {
  it('refuses with 429 and a time, as often as ordered', async () => {
    ann.start();
    emu.rateLimit('sendMessage', 2, 5);
    for (let i = 0; i < 2; i++)
      await expect(bot.api.sendMessage(ann.id, 'x')).rejects.toMatchObject({
        error_code: 429,
        description: 'Too Many Requests: retry after 5',
        parameters: { retry_after: 5 },
      });
    await expect(bot.api.sendMessage(ann.id, 'x')).resolves.toMatchObject({ text: 'x' });
    expect(emu.callsOf('sendMessage').map(({ code }) => code)).toEqual([429, 429, 200]);
  });

  it('fails with any code', async () => {
    ann.start();
    emu.fail('sendMessage', 502);
    await expect(bot.api.sendMessage(ann.id, 'x')).rejects.toBeInstanceOf(GrammyError);
    expect(ann.screen()).toBe('You: /start');
  });

  it('cuts the connection before or after the call took effect', async () => {
    ann.start();
    emu.network.drop({ method: 'sendMessage' });
    await expect(bot.api.sendMessage(ann.id, 'lost')).rejects.toBeInstanceOf(HttpError);
    emu.network.drop({ when: 'answer' });
    await expect(bot.api.sendMessage(ann.id, 'done')).rejects.toBeInstanceOf(HttpError);
    expect(ann.screen()).toBe('You: /start\nBot: done');
  });

  it('holds a call back until it is let go', async () => {
    ann.start();
    const release = emu.hold('sendMessage');
    const sent = bot.api.sendMessage(ann.id, 'late');
    await emu.waitFor(() => emu.callsOf('sendMessage').length === 1);
    expect(ann.screen()).toBe('You: /start');
    release();
    await sent;
    expect(ann.screen()).toBe('You: /start\nBot: late');
  });
});

describe('polling', () => {
  it('keeps updates until they are confirmed, by offset and limit', async () => {
    ann.send('a');
    ann.send('b');
    ann.send('c');
    const first = await bot.api.getUpdates({ limit: 2 });
    expect(first.map(({ message }) => message?.text)).toEqual(['a', 'b']);
    expect(await bot.api.getUpdates({ limit: 2 })).toEqual(first);
    // Its own number confirms those before it, not the update itself.
    const second = { offset: first[1]?.update_id ?? 0, limit: 1 };
    expect(await bot.api.getUpdates(second)).toEqual([first[1]]);
    expect(await bot.api.getUpdates(second)).toEqual([first[1]]);
    expect((await bot.api.getUpdates({ limit: 1 })).map(({ message }) => message?.text)).toEqual(['b']);
    const rest = await bot.api.getUpdates({ offset: (first[1]?.update_id ?? 0) + 1 });
    expect(rest.map(({ message }) => message?.text)).toEqual(['c']);
    expect((await bot.api.getUpdates({ offset: -1 })).length).toBe(1);
  });

  it('hangs until something happens, instead of asking again and again', async () => {
    const polled = bot.api.getUpdates({ timeout: 50 });
    await emu.waitFor(() => emu.polling());
    ann.send('now');
    expect((await polled).map(({ message }) => message?.text)).toEqual(['now']);
  });

  it('sends only the asked-for kinds of updates', async () => {
    await bot.api.getUpdates({ allowed_updates: ['edited_message'] });
    const message = ann.send('a');
    ann.edit(message, 'b');
    expect((await bot.api.getUpdates()).map((update) => Object.keys(update)[1])).toEqual(['edited_message']);
  });

  it('ends the first of two pollers with 409', async () => {
    const first = bot.api.getUpdates({ timeout: 50 });
    const refused = expect(first).rejects.toMatchObject({
      error_code: 409,
      description:
        'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    });
    await emu.waitFor(() => emu.polling());
    const second = bot.api.getUpdates({ timeout: 50 });
    await refused;
    await emu.waitFor(() => emu.polling());
    ann.send('x');
    expect((await second).length).toBe(1);
  });
});
