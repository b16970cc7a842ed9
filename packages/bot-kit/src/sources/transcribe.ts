// How does speech become text? By the operator's own transcriber, given no more than the limits allow and no more time than the job has.
import { CocoonError } from '@cocoonkit/sdk';
import type { AudioInput, KitSettings } from '../kit/settings.js';
import { cleanText } from '../text/clean-text.js';

/** Half an hour of fast speech is about 30,000 characters; a transcriber that goes on without end is stopped. */
const MOST_CHARACTERS = 200_000;

/** The words, cleaned. Empty when there are none. @throws CocoonError `TRANSCRIBER_FAILED`; the signal's reason */
export async function transcribe(
  transcriber: NonNullable<KitSettings['transcribe']>,
  audio: AudioInput,
  options: { signal: AbortSignal; language: string; onText: (text: string) => void },
): Promise<string> {
  const { signal, language, onText } = options;
  try {
    const made = await transcriber(audio, { signal, language });
    if (typeof made === 'string') return cleanText(made.slice(0, MOST_CHARACTERS)).trim();
    let text = '';
    for await (const piece of made) {
      signal.throwIfAborted();
      text += piece;
      onText(text);
      if (text.length >= MOST_CHARACTERS) break;
    }
    return cleanText(text.slice(0, MOST_CHARACTERS)).trim();
  } catch {
    if (signal.aborted) throw signal.reason;
    // Its own message may hold what was said.
    throw new CocoonError({
      kind: 'network',
      code: 'TRANSCRIBER_FAILED',
      message: 'The `transcribe` option threw.',
      remedy: 'Send it again, or send text.',
    });
  }
}
