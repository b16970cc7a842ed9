// How does a person get speech as text? They send a voice message, an audio file or a video message; what is long is summarised too.
import { CocoonError } from '@cocoonkit/sdk';
import { InputFile } from 'grammy';
import type { Message } from 'grammy/types';
import type { AIContext, Feature } from '../feature.js';
import type { AnswerOrder, Kit } from '../kit/kit.js';
import { summarizeLong } from '../long-text/summarize-long.js';
import { downloadFile } from '../sources/download-file.js';
import { transcribe } from '../sources/transcribe.js';
import { folded } from '../text/join-text.js';
import { progressText } from './summary-order.js';

/** Longer recordings get a summary. */
const SUMMARY_FROM_SECONDS = 60;
/** Of the transcript, in the message; all of it comes as a file at a touch. */
const SHOWN_CHARACTERS = 2_000;
/** Of what is shown while somebody still speaks. */
const SHOWN_TAIL = 200;

interface Recording {
  readonly fileId: string;
  readonly size: number | undefined;
  readonly mime: string;
  readonly seconds: number;
}

/**
 * Needs `privateAI({ transcribe })`; without it people are told that the bot cannot listen. The button Translate needs
 * `translation()`. The audio is held in memory only and goes nowhere but to the transcriber.
 */
export function voice<C extends AIContext = AIContext>(): Feature<C> {
  return {
    name: 'voice',
    about: 'voice.about',
    install(kit) {
      kit.routes.chatType('private').on(
        ['message:voice', 'message:audio', 'message:video_note'],
        kit.guard(async (ctx, next) => {
          const recording = recordingOf(ctx.message);
          if (recording === undefined) return next();
          if (kit.settings.transcribe === undefined) throw noTranscriber();
          // Known from the update: nothing is downloaded for it.
          if (recording.seconds > kit.settings.limits.voiceMinutes * 60) throw tooLong(kit);
          return kit.answer(ctx, voiceOrder(kit, ctx, recording));
        }),
      );
      kit.button('voicefile', async (ctx, transcript) => {
        await ctx.answerCallbackQuery();
        return ctx.replyWithDocument(new InputFile(new TextEncoder().encode(transcript), 'transcript.txt'));
      });
    },
  };
}

function recordingOf({ voice: note, audio, video_note }: Message): Recording | undefined {
  const file = note ?? audio ?? video_note;
  if (file === undefined) return undefined;
  return {
    fileId: file.file_id,
    size: file.file_size,
    mime: note?.mime_type ?? audio?.mime_type ?? (video_note === undefined ? 'audio/ogg' : 'video/mp4'),
    seconds: file.duration,
  };
}

function voiceOrder<C extends AIContext>(kit: Kit<C>, ctx: C, recording: Recording): AnswerOrder {
  let transcript = '';
  return {
    fileName: 'summary.md',
    // Drawn from what strangers wrote: nothing in it can be pressed.
    links: 'none',
    async *produce({ model, say, language, signal, status }) {
      const { fetch, limits, transcribe: transcriber, randomBytes } = kit.settings;
      if (transcriber === undefined) throw noTranscriber();
      status(say('voice.listening'));
      const { fileId, size, mime, seconds } = recording;
      const bytes = await downloadFile({
        api: ctx.api,
        fileId,
        size,
        limit: limits.fileBytes,
        fetch,
        signal,
      });
      transcript = await transcribe(
        transcriber,
        { bytes, mime, seconds },
        {
          signal,
          language,
          onText: (text) => status(`${say('voice.listening')}\n${text.slice(-SHOWN_TAIL)}`),
        },
      );
      if (transcript === '') {
        yield say('voice.nothing');
        return;
      }
      const canSummarise = model.features.has('chat') || model.features.has('summarize');
      if (seconds <= SUMMARY_FROM_SECONDS || !canSummarise) return;
      if (!model.features.has('chat')) yield `${say('summary.extractive')}\n\n`;
      yield* summarizeLong({
        model,
        document: {
          kind: 'text',
          unit: 'none',
          pages: [{ number: 1, text: transcript }],
          warnings: [],
        },
        language,
        length: 'short',
        signal,
        random: randomBytes,
        words: { notRead: (parts) => say('summary.failed', { parts }) },
        onProgress: (progress) => status(progressText(progress, say)),
      });
    },
    head: () => (transcript === '' ? undefined : folded(shown(transcript))),
    async buttons() {
      if (transcript === '') return [];
      const say = await kit.say(ctx);
      const file = { text: say('voice.file'), action: 'voicefile', value: transcript };
      const row = [await kit.makeButton(ctx, file)];
      if (await kit.can('chat')) {
        const value = `${await kit.language(ctx)}\n${transcript}`;
        row.push(await kit.makeButton(ctx, { text: say('voice.translate'), action: 'translate', value }));
      }
      return [row];
    },
  };
}

/** No half of an emoji at the cut. */
function shown(text: string): string {
  if (text.length <= SHOWN_CHARACTERS) return text;
  return `${text.slice(0, SHOWN_CHARACTERS).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function noTranscriber(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'NO_TRANSCRIBER',
    message: 'The bot has no `transcribe` option.',
    remedy: 'Send text or a file.',
  });
}

function tooLong<C extends AIContext>({ settings: { limits } }: Kit<C>): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'AUDIO_TOO_LONG',
    message: `The recording is longer than ${limits.voiceMinutes} minutes.`,
    remedy: 'Nothing was downloaded. Send a shorter one.',
    details: { limit: limits.voiceMinutes },
  });
}
