// Does a person who speaks get their words, and the short of them when it was long? And what if the bot cannot listen?
import { afterEach, expect, test } from 'vitest';
import { everything } from '../src/features/everything.js';
import type { AudioInput } from '../src/kit/settings.js';
import { type OpenBot, type OpenBotOptions, openBot } from './support/open-bot.js';

let world: OpenBot | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(options: Omit<OpenBotOptions, 'features'>) {
  world = await openBot({ features: everything(), ...options });
  const ann = world.emu.user({ first_name: 'Ann', language_code: 'en' });
  return { ...world, ann };
}

const SOUND = new Uint8Array([79, 103, 103, 83]);
const sentMessages = () => world?.emu.callsOf('sendMessage').map(({ parameters }) => parameters) ?? [];
/** As the bot sent it, whatever form the parameter has on the wire. */
const entitiesOf = (parameters: Record<string, unknown>): string => {
  const { entities } = parameters;
  return typeof entities === 'string' ? entities : JSON.stringify(entities ?? []);
};

test('a short voice message becomes an expandable quotation; no machine is asked', async () => {
  const heard: AudioInput[] = [];
  const { ann, asked, emu, errors } = await start({
    options: {
      transcribe: async (audio) => {
        heard.push(audio);
        return 'Please buy milk, [then](https://evil.example) call @bob.';
      },
    },
  });
  ann.sendVoice(SOUND, { duration: 60 });
  const screen = await ann.sees('[Transcript file] [Translate]');
  expect(screen).toContain('Please buy milk, [then](https://evil.example) call @bob.');
  expect(heard).toEqual([{ bytes: SOUND, mime: 'audio/ogg', seconds: 60 }]);
  const [sent = {}] = sentMessages();
  expect(entitiesOf(sent)).toContain('expandable_blockquote');
  expect(entitiesOf(sent)).not.toContain('text_link');
  expect(asked).toEqual([]);
  await emu.settled();
  ann.press('Transcript file');
  await ann.sees('transcript.txt');
  expect(errors).toEqual([]);
});

test('above 60 seconds the summary stands below the transcript, with the badge', async () => {
  const { ann, asked } = await start({
    script: () => 'Short: milk.',
    options: {
      async *transcribe() {
        yield 'I talked ';
        yield 'about milk for two minutes.';
      },
    },
  });
  ann.sendAudio(SOUND, { duration: 61, name: 'talk.mp3' });
  const screen = await ann.sees('[Transcript file]');
  expect(screen).toMatch(/I talked about milk for two minutes\.\n\s*\n?\s*Short: milk\./);
  expect(screen).toContain('SIMULATED');
  expect(asked).toHaveLength(1);
  expect(asked[0]?.user).toContain('I talked about milk for two minutes.');
});

test('a long transcript is shown in part and given whole as a file', async () => {
  const words = `${'x'.repeat(1_999)}😀${' and more'.repeat(300)} the end`;
  const { ann, emu } = await start({ script: () => 'Short.', options: { transcribe: async () => words } });
  ann.sendVideoNote(SOUND, { duration: 50 });
  await ann.sees('x…');
  await emu.settled();
  expect(ann.screen()).not.toContain('the end');
  ann.press('Transcript file');
  await ann.sees('transcript.txt');
});

test('a recording above the limit is refused from the update; nothing is downloaded', async () => {
  let called = false;
  const { ann, emu, asked } = await start({
    options: {
      limits: { voiceMinutes: 2 },
      transcribe: async () => {
        called = true;
        return '';
      },
    },
  });
  ann.sendVoice(SOUND, { duration: 121 });
  await ann.sees('This is longer than I can listen to (2 minutes). Send a shorter one.');
  ann.sendVoice(SOUND, { duration: 10, size: 24 * 1024 * 1024 });
  await ann.sees('24 MB. Telegram lets bots open files up to 20 MB.');
  expect(emu.callsOf('getFile')).toEqual([]);
  expect([called, asked]).toEqual([false, []]);
});

test('without a transcriber: one plain sentence, nothing downloaded, nothing sent', async () => {
  const { ann, emu, asked } = await start({});
  ann.sendVoice(SOUND, { duration: 5 });
  const screen = await ann.sees('I can’t listen to audio yet. Send text or a file.');
  expect(screen).not.toContain('Code:');
  expect(emu.callsOf('getFile')).toEqual([]);
  expect(asked).toEqual([]);
});

test('silence is said; a transcriber that fails does not tell what was said', async () => {
  let fails = false;
  const { ann, events, emu } = await start({
    options: {
      transcribe: async () => {
        if (fails) throw new Error('could not send "my secret words"');
        return ' \n ';
      },
    },
  });
  ann.sendVoice(SOUND, { duration: 5 });
  await ann.sees('I heard no words in it.');
  await emu.settled();
  fails = true;
  ann.sendVoice(SOUND, { duration: 5 });
  await ann.sees('Code: TRANSCRIBER_FAILED');
  expect(ann.screen()).toContain('I could not turn this into text.');
  expect(ann.screen() + JSON.stringify(events, (_, value) => String(value))).not.toContain('secret');
});

test('stop ends listening, and the transcriber hears of it', async () => {
  let stopped = false;
  const { ann, emu } = await start({
    options: {
      transcribe: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            stopped = true;
            reject(signal.reason);
          });
        }),
    },
  });
  ann.sendVoice(SOUND, { duration: 5 });
  await ann.sees('Listening…');
  ann.send('/stop');
  await ann.sees('Stopped.');
  await emu.waitFor(() => stopped);
});

test('/privacy says who listens', async () => {
  const { ann } = await start({ options: { transcribe: async () => 'x' } });
  ann.send('/privacy');
  await ann.sees('Voice is turned into text by a service its operator chose.');
});
