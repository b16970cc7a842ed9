// Does a person read their own language everywhere: commands, answers, errors, pages? And is the model told which it is?
import { afterEach, expect, test } from 'vitest';
import { everything } from '../src/features/everything.js';
import { type OpenBot, type OpenBotOptions, openBot } from './support/open-bot.js';

let world: OpenBot | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(language_code: string, options: Partial<OpenBotOptions> = {}) {
  world = await openBot({ features: everything(), ...options });
  return { ...world, ann: world.emu.user({ first_name: 'Анна', language_code }) };
}

/** Names, codes, and what is written in capitals, are the same in every language. */
const NAMES =
  /Код: [A-Z_]+(?: \w+)?|Telegram(?: Desktop)?|result\.json|Test Ltd|@test|Intel TDX|\/[a-z]+(?: de)?|\.txt|\bid\b|^ *(?:You|Bot):|[A-Z_]{2,}/gm;
const inEnglish = (screen: string): string[] => screen.replace(NAMES, '').match(/[A-Za-z]{2,}.*/g) ?? [];

const LEASE = 'Залог в размере 1500 евро возвращается в течение тридцати дней. '.repeat(5);

test('in Russian, nothing is said in English', async () => {
  const { ann, emu, ai, asked, network, errors } = await start('ru-RU', {
    async *script({ user }) {
      if (!user.includes('без конца')) return yield 'Залог вернут за тридцать дней.';
      for (let i = 0; ; i++) {
        yield `слово${i} `;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  });
  ann.start();
  await ann.sees('[Понятно]');
  ann.press('Понятно');
  await ann.sees('Отлично. Пришлите что-нибудь.');

  ann.sendDocument(new TextEncoder().encode(LEASE), { name: 'Договор.txt', mime: 'text/plain' });
  await ann.sees(/Залог вернут за тридцать дней\.[\s\S]*\[Задать вопрос\]/);
  await ann.sees('SIMULATED · здесь ничего не защищено');
  expect(asked[0]?.system).toContain('Russian');
  await emu.waitFor(() => ai.jobs.running === 0 && network.charges.length === 1);

  ann.send('пиши без конца');
  await ann.sees('слово1');
  expect(asked[1]?.system).toContain('Answer in Russian');
  ann.send('/stop');
  await ann.sees('Остановлено.');
  await emu.waitFor(() => ai.jobs.running === 0 && network.running === 0);

  await network.restartProxy({ variant: 'not-in-the-registry' });
  ann.send('ещё вопрос');
  await ann.sees('Не удалось убедиться, что сервер настоящий');
  await ann.sees('Код: ATTESTATION_MEASUREMENT');

  ann.send('/privacy');
  const screen = await ann.sees('последние реплики нашего разговора: 7 дней');
  expect(screen).toContain('Владелец бота: Test Ltd. Связь: @test');
  expect(inEnglish(screen)).toEqual([]);
  expect(errors).toEqual([]);
});

test('commands are described in every language, in every place', async () => {
  const { emu } = await start('en');
  const set = emu.callsOf('setMyCommands').map(({ parameters }) => JSON.stringify(parameters));
  for (const [language, said] of [
    ['de', 'Wie ich den Server prüfe'],
    ['es', 'Cómo compruebo el servidor'],
    ['ru', 'Как я проверяю сервер'],
  ] as const) {
    const own = set.filter((call) => call.includes(`"language_code":"${language}"`));
    expect(own).toHaveLength(3);
    for (const scope of ['all_private_chats', 'all_group_chats', 'all_chat_administrators'])
      expect(own.filter((call) => call.includes(scope))).toHaveLength(1);
    expect(own[0]).toContain(said);
  }
  // Everybody else reads English.
  expect(set.filter((call) => !call.includes('language_code'))).toHaveLength(3);
});

test('the choice in /settings wins over Telegram, for the kit and for the model', async () => {
  const { ann, asked } = await start('ru');
  ann.send('/settings');
  await ann.sees('[Deutsch]');
  ann.press('Deutsch');
  await ann.sees('Sprache der Antworten: Deutsch');
  ann.send('/stop');
  await ann.sees('Ich arbeite gerade an nichts.');
  ann.send('Hallo');
  await ann.sees('Hello.');
  expect(asked[0]?.system).toContain('Answer in German');
});

test('a language the kit does not speak is answered in English, by the model in that language', async () => {
  const { ann, asked } = await start('fr');
  ann.send('/stop');
  await ann.sees('I am not working on anything.');
  ann.send('Bonjour');
  await ann.sees('Hello.');
  expect(asked[0]?.system).toContain('Answer in French');
});

test('an operator’s sentence wins, also among the commands; a language of their own gets commands as well', async () => {
  const texts = {
    ru: { 'stop.nothing': 'Отдыхаю.', 'command.stop': 'Хватит' },
    fr: { 'command.stop': 'Arrêter' },
  };
  const { ann, emu } = await start('ru', { options: { texts } });
  ann.send('/stop');
  await ann.sees('Отдыхаю.');
  const set = emu.callsOf('setMyCommands').map(({ parameters }) => JSON.stringify(parameters));
  expect(set.find((call) => call.includes('"language_code":"ru"'))).toContain('Хватит');
  const french = set.find((call) => call.includes('"language_code":"fr"'));
  expect(french).toContain('Arrêter');
  expect(french).toContain('How I check the server');
});
