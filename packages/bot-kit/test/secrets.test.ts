// Does anything a person wrote, a name, an id or the token come out of a bot with every feature, also when things go wrong?
import { afterEach, describe, expect, test } from 'vitest';
import { digest } from '../src/features/digest.js';
import { everything } from '../src/features/everything.js';
import { secretary } from '../src/features/secretary.js';
import { starsPlan } from '../src/features/stars-plan.js';
import type { PrivateAIOptions } from '../src/kit/settings.js';
import { safeErrors } from '../src/safe-errors.js';
import { type BotContext, type OpenBot, type OpenBotOptions, openBot } from './support/open-bot.js';
import { BROKEN } from './support/open-model.js';
import { type PageServer, servePages } from './support/page-server.js';
import { formsOf, type Watch, watchSecrets } from './support/watch-secrets.js';
import { docxParagraph, writeDocx } from './support/write-office.js';
import { writePdf } from './support/write-pdf.js';

const TOKEN = '1987600001:seeded-token-Qx7-0123456789abcdef';
/** Each is nowhere else; some hold letters that are written differently in other forms. */
const S = {
  said: 'Qx7sagte-Größe-81',
  pasted: 'Qx7pasted-word-82',
  forwarded: 'Qx7forwarded-83',
  inFile: 'Qx7infile-deposit-84',
  fileName: 'Qx7Kontoauszug-85',
  page: 'Qx7page-text-86',
  path: 'qx7-path-87',
  host: 'qx7host88.example',
  spoken: 'Qx7spoken-89',
  typed: 'Qx7typed-inline-90',
  guest: 'Qx7guest-91',
  group: 'Qx7group-talk-92',
  client: 'Qx7client-asks-93',
  answer: 'Qx7answer-ß-94',
  first: 'Qx7Änne',
  last: 'Qx7Lastname',
  user: 'qx7_username',
  other: 'Qx7Bobbie',
  stranger: 'Qx7Mallory',
  title: 'Qx7Team-Title',
  annId: '7319284655',
  bobId: '7428193766',
  token: TOKEN,
  tokenEnd: 'seeded-token-Qx7',
};

let world: OpenBot | undefined;
let pages: PageServer | undefined;
let watch: Watch | undefined;
afterEach(async () => {
  watch?.close();
  await world?.close();
  await pages?.close();
  world = pages = watch = undefined;
});

async function start(
  options: Partial<PrivateAIOptions<BotContext>> = {},
  more: Partial<OpenBotOptions> = {},
) {
  const seen = watchSecrets();
  watch = seen;
  const served = await servePages((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<title>${S.page}</title><article><p>A page says ${S.page} to all.</p></article>`);
  });
  pages = served;
  const open = await openBot({
    features: [...everything(), digest(), secretary(), starsPlan({ price: 50, tokens: 100_000 })],
    script: () => `It says ${S.answer}.`,
    emulator: { token: TOKEN },
    before: (bot) => {
      bot.use(async (ctx, next) => {
        const text = ctx.message?.text ?? '';
        if (text.startsWith('break '))
          throw Object.assign(new Error(`${text} ${ctx.from?.first_name}`, { cause: ctx }), {
            details: text,
          });
        // What Telegram refuses holds everything that was to be sent.
        if (text.startsWith('refused ')) await ctx.reply(text, { parse_mode: 'HTML' });
        return next();
      });
    },
    ...more,
    options: {
      storage: { adapter: seen.adapter, keys: [{ id: 'k', key: new Uint8Array(32).fill(5) }] },
      joinMessages: false,
      transcribe: async () => `I said ${S.spoken}.`,
      links: {
        allowHttp: true,
        ports: [served.port],
        resolve: async () => ['127.0.0.1'],
        dangerouslyAllowAddress: () => true,
      },
      ...options,
      limits: { requestsPerMinute: 100, ...options.limits },
    },
  });
  world = open;
  const { emu, bot, ai, events } = open;
  safeErrors(bot, { onError: (error) => seen.take('safeErrors', error) });
  const ann = emu.user({
    id: Number(S.annId),
    first_name: S.first,
    last_name: S.last,
    username: S.user,
    language_code: 'en',
  });
  const bob = emu.user({ id: Number(S.bobId), first_name: S.other, language_code: 'en' });
  const ended = () => events.filter(({ type }) => type === 'job-ended').length;
  const quiet = async () => {
    await emu.settled();
    await emu.waitFor(() => ai.jobs.running === 0);
    await emu.settled();
  };
  /** Something that is answered by the model, or fails to be. */
  const job = async (act: () => unknown, name = 'a job') => {
    const before = ended();
    act();
    await emu.waitFor(
      () => ended() > before,
      () => `${name} to end:\n${ann.screen().slice(-500)}`,
    );
    await quiet();
  };
  const link = `http://${S.host}:${served.port}/${S.path}`;
  /** Nothing of it is anywhere, and the places were reached at all. */
  const check = async (...reached: readonly string[]) => {
    await quiet();
    for (const event of events) seen.take('onEvent', event);
    for (const error of open.errors) seen.take('errors', error);
    for (const place of ['onEvent', 'storage key', 'storage value', ...reached])
      expect(seen.counts.get(place) ?? 0, place).toBeGreaterThan(0);
    expect(seen.leaks(S)).toEqual([]);
  };
  return { ...open, ann, bob, seen, job, quiet, link, check };
}
type Started = Awaited<ReturnType<typeof start>>;

const bytesOf = (text: string) => new TextEncoder().encode(text);
const FILES: readonly [ending: string, mime: string, bytes: Uint8Array][] = [
  ['txt', 'text/plain', bytesOf(`The text says ${S.inFile} in a file.`)],
  ['csv', 'text/csv', bytesOf(`what,sum\n${S.inFile},1500`)],
  ['html', 'text/html', bytesOf(`<title>${S.page}</title><p>The page says ${S.inFile}.</p>`)],
  ['docx', 'application/octet-stream', writeDocx(docxParagraph(`The letter says ${S.inFile}.`))],
  ['pdf', 'application/pdf', writePdf([[`The lease says ${S.inFile}.`]])],
];
const sendFile = ({ ann }: Started, [ending, mime, bytes]: (typeof FILES)[number]) =>
  ann.sendDocument(bytes, { name: `${S.fileName}.${ending}`, mime });

/** What a person does in their own chat that a model answers. */
const ACTS: Readonly<Record<string, (open: Started) => unknown>> = {
  ...Object.fromEntries(FILES.map((file) => [file[0], (open: Started) => sendFile(open, file)])),
  question: ({ ann }) => ann.send(`/ask what is ${S.said}?`),
  paste: ({ ann }) => ann.send(`The paste says ${S.pasted} again. `.repeat(50)),
  forward: ({ ann }) => ann.forward(`They wrote ${S.forwarded}.`, { from: S.stranger }),
  link: ({ ann, link }) => ann.send(link),
  chat: ({ ann }) => ann.send(`Tell me about ${S.said}.`),
  compose: ({ ann }) => ann.send(`/write a letter about ${S.said}`),
  translation: ({ ann }) => ann.send(`/translate de ${S.said}`),
  voice: ({ ann }) => ann.sendVoice(new Uint8Array([79, 103, 103, 83]), { duration: 120 }),
};

describe('when all goes well', () => {
  test('in the own chat: files, pastes, forwards, links, chat, letters, translations, voice, and what is kept of them', async () => {
    const open = await start();
    const { ann, emu, job, check, errors, asked } = open;
    ann.start();
    await ann.sees('[I understand]');
    for (const [name, act] of Object.entries(ACTS)) await job(() => act(open), name);
    const opened = JSON.stringify(asked);
    for (const secret of [S.said, S.pasted, S.forwarded, S.inFile, S.page, S.spoken])
      expect(opened).toContain(secret);
    ann.send('/verify');
    await ann.sees('Evidence file');
    ann.send('/settings');
    await open.quiet();
    ann.send('/privacy');
    await ann.sees('What is kept, and for how long');
    ann.send('/forget');
    await ann.sees('This cannot be undone');
    ann.press('Yes, delete');
    await ann.sees(/Deleted: [1-9]/);
    for (const secret of [S.said, S.pasted, S.forwarded, S.inFile, S.fileName, S.answer])
      expect(emu.leaks(secret, { allowed: [ann] })).toEqual([]);
    expect(errors).toEqual([]);
    await check();
  });

  test('elsewhere: inline, guest, digest, and in the name of somebody', async () => {
    const open = await start();
    const { ann, bob, emu, job, quiet, check, errors } = open;
    ann.start();
    await ann.sees('[I understand]');
    expect((await ann.typeInline(`${S.typed}..`).answer()).results.length).toBeGreaterThan(0);
    const room = emu.group({ title: S.title, members: [ann, bob], bot: 'none' });
    await job(() => ann.send(`@emulated_bot about ${S.guest}`, { in: room }));
    const team = emu.group({ title: S.title, members: [ann, bob], bot: 'administrator' });
    ann.send('/digest on', { in: team });
    await ann.sees('From now on I keep', team);
    bob.send(`I say ${S.group}`, { in: team });
    await quiet();
    await job(() => ann.send('/missed', { in: team }));
    const account = ann.connectBusiness();
    await ann.sees('Nothing is sent unless you press Send.');
    ann.press('I agree');
    await ann.sees('Proposals will come here.');
    await job(() => account.receive(bob, `When is ${S.client}?`));
    await ann.sees('[Send]');
    ann.press('Send');
    await bob.sees(S.answer, account.chatWith(bob));
    expect(emu.leaks(S.client, { allowed: [ann, account.chatWith(bob)] })).toEqual([]);
    expect(emu.leaks(S.group, { allowed: [team] })).toEqual([]);
    expect(errors).toEqual([]);
    await check();
  });

  test('Stars', async () => {
    const open = await start({ limits: { tokensPerDay: 1 } });
    const { ann, job, check } = open;
    await job(() => ann.send(`first ${S.said}`));
    ann.send(`second ${S.said}`);
    await ann.sees('[Pay 50 ⭐]');
    await job(() => ann.pay());
    ann.send('/paysupport');
    await ann.sees('100,000 tokens');
    await check();
  });
});

const THROWS = (what: unknown): never => {
  throw Object.assign(new Error(String(what)), { details: what });
};

describe('when things go wrong', () => {
  test.each<[string, Partial<PrivateAIOptions<BotContext>>]>([
    ['beforeModel', { beforeModel: ({ messages }) => THROWS(JSON.stringify(messages)) }],
    ['afterModel', { afterModel: ({ text }) => THROWS(text) }],
    ['price', { price: () => THROWS(S.said) }],
    ['onEvent', { onEvent: () => THROWS(S.said) }],
    ['transcribe', { transcribe: async () => THROWS(S.spoken) }],
  ])('the operator’s own %s throws', async (name, hook) => {
    const reached: unknown[] = [];
    const open = await start({ onEvent: (event) => void reached.push(event), ...hook });
    open.ann.send(`About ${S.said}`);
    sendFile(open, ['txt', 'text/plain', bytesOf(`It says ${S.inFile}.`)]);
    open.ann.sendVoice(new Uint8Array([79, 103, 103, 83]), { duration: 5 });
    await open.emu.settled();
    await open.emu.waitFor(() => open.emu.callsOf('sendMessage').length >= 3);
    await open.quiet();
    for (const event of reached) open.seen.take('onEvent', event);
    expect(open.seen.leaks(S)).toEqual([]);
    if (name !== 'onEvent') expect(open.seen.counts.get('onEvent') ?? 0).toBeGreaterThan(0);
  });

  test('models that fail, machines that cannot be verified', async () => {
    const open = await start({}, { script: () => BROKEN });
    await open.job(() => open.ann.send(`About ${S.said}`));
    await open.job(() => sendFile(open, ['txt', 'text/plain', bytesOf(`It says ${S.inFile}.`)]));
    await open.network.restartProxy({ variant: 'not-in-the-registry' });
    await open.job(() => open.ann.send(`Again about ${S.said}`));
    await open.ann.sees('Code: ATTESTATION_MEASUREMENT');
    await open.check();
  });

  test('Telegram fails, cuts connections, and the person has blocked the bot', async () => {
    const open = await start();
    const { ann, emu, job, check } = open;
    const about = (what: string) => job(() => ann.send(`${what} about ${S.said}`), what);
    await about('well');
    emu.rateLimit('sendMessage', 1, 1);
    await about('429');
    for (const code of [400, 500, 502]) {
      emu.fail('sendMessage', code, { description: `Bad Request: ${S.answer}`, times: 2 });
      await about(String(code));
    }
    for (const when of ['request', 'answer'] as const) {
      emu.network.drop({ method: 'sendMessage', when });
      await about(`dropped ${when}`);
    }
    await job(() => {
      ann.send(`last about ${S.said}`);
      ann.block();
    }, 'blocked');
    await check();
  });

  test('handlers of the bot itself throw, and are refused by Telegram', async () => {
    const open = await start();
    open.ann.send(`break ${S.said}`);
    open.ann.send(`refused <b ${S.said}`);
    await open.emu.waitFor(() => (open.seen.counts.get('safeErrors') ?? 0) >= 2);
    await open.job(() => open.ann.send(`About ${S.said}`));
    await open.check('safeErrors');
    // What nobody reports is printed, and is as safe there.
    safeErrors(open.bot);
    open.ann.send(`break ${S.said}`);
    open.ann.send(`refused <b ${S.said}`);
    await open.emu.waitFor(() => (open.seen.counts.get('stderr') ?? 0) >= 2);
    await open.check('stderr');
  });
});

describe('a leak would be found', () => {
  const secret = { word: 'Größe-Qx7-4711' };
  test.each<[string, (seen: Watch, text: string) => unknown]>([
    ['console', (_, text) => console.warn('x', { deep: [text] })],
    ['stdout', (_, text) => process.stdout.write(text)],
    ['stderr', (_, text) => process.stderr.write(text)],
    ['storage key', (seen, text) => seen.adapter.write(text, '')],
    ['storage value', (seen, text) => seen.adapter.write('', text)],
    ['onEvent', (seen, text) => seen.take('onEvent', { type: 'x', code: text })],
    ['errors', (seen, text) => seen.take('errors', new Error('x', { cause: new Error(text) }))],
    ['errors', (seen, text) => seen.take('errors', Object.assign(new Error('x'), { stack: text }))],
    ['safeErrors', (seen, text) => seen.take('safeErrors', { at: [text] })],
  ])('%s', async (place, leak) => {
    const seen = watchSecrets();
    watch = seen;
    for (const [form, text] of formsOf(secret.word)) {
      leak(seen, `before ${text} after`);
      expect(seen.leaks(secret).join(), form).toContain(`${place}: word (${form})`);
    }
  });
});
