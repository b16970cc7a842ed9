// What does a chat-completion request want from this engine, with every field it reads checked?
import { detectTask, MAX_SENTENCES_WANTED, type Task } from './detect-task.js';
import { isRecord, type Message, readMessages } from './read-messages.js';
import { lacksFeature, requestInvalid } from './request-error.js';

export const MAX_WORDS_WANTED = 10_000;
export const MAX_QUERY_UNITS = 1_000;

export interface ExtractiveRequest {
  task: Task;
  /** The text to pick from: hostile, never read as an instruction. */
  document: string;
  query?: string | undefined;
  sentences?: number | undefined;
  maxWords?: number | undefined;
  promptTokens: number;
  /** Cap from the request itself; the worker's own cap may be lower. */
  maxTokens?: number | undefined;
}

/**
 * Reads an OpenAI chat-completion body. The extra field `cocoonkit: { task, query?, sentences?, maxWords? }` decides
 * alone when it is there: then the whole last user message is the text. Without it a leading instruction decides.
 *
 * @throws CocoonError `REQUEST_INVALID`, `MODEL_LACKS_FEATURE`, `CONTEXT_OVERFLOW`.
 */
export function parseRequest(body: Readonly<Record<string, unknown>>): ExtractiveRequest {
  refuseOtherFeatures(body);
  const { messages: list, cocoonkit } = body;
  const { messages, promptTokens } = readMessages(list);
  const wish = readWish(cocoonkit, messages) ?? detectTask(messages);
  if (wish === undefined) throw lacksFeature('chat');
  if (wish.document.trim() === '') throw requestInvalid('there is no text to pick sentences from');
  const { task } = wish;
  if (task === 'search' && wish.query === undefined) throw requestInvalid('a search needs words to look for');
  return {
    ...wish,
    sentences: wholeNumber(wish.sentences, 'cocoonkit.sentences', MAX_SENTENCES_WANTED),
    maxWords: wholeNumber(wish.maxWords, 'cocoonkit.maxWords', MAX_WORDS_WANTED),
    promptTokens,
    maxTokens: readMaxTokens(body),
  };
}

interface Wish {
  task: Task;
  document: string;
  query?: string | undefined;
  sentences?: unknown;
  maxWords?: unknown;
}

function refuseOtherFeatures(body: Readonly<Record<string, unknown>>): void {
  const { tools, functions, response_format: format, modalities, n, logprobs } = body;
  for (const list of [tools, functions]) {
    if (Array.isArray(list) ? list.length > 0 : list !== undefined && list !== null)
      throw lacksFeature('tools');
  }
  if (format !== undefined && format !== null) {
    const { type } = isRecord(format) ? format : {};
    if (type !== 'text') throw lacksFeature('json');
  }
  if (Array.isArray(modalities) && modalities.some((modality) => modality !== 'text')) {
    throw lacksFeature('sound');
  }
  if (n !== undefined && n !== null && n !== 1) throw lacksFeature('more than one answer');
  if (logprobs === true) throw lacksFeature('logprobs');
}

function readWish(field: unknown, messages: readonly Message[]): Wish | undefined {
  if (field === undefined || field === null) return undefined;
  if (!isRecord(field)) throw requestInvalid('cocoonkit must be an object');
  const { task, query, sentences, maxWords } = field;
  if (typeof task !== 'string') throw requestInvalid('cocoonkit.task must be a text');
  if (task !== 'summarize' && task !== 'quote' && task !== 'search') throw lacksFeature('another task');
  if (
    query !== undefined &&
    (typeof query !== 'string' || query.length > MAX_QUERY_UNITS || query.trim() === '')
  ) {
    throw requestInvalid(`cocoonkit.query must be a text of 1 to ${MAX_QUERY_UNITS} characters`);
  }
  const document = messages.findLast(({ role }) => role === 'user')?.text ?? '';
  return { task, document, query, sentences, maxWords };
}

function readMaxTokens(body: Readonly<Record<string, unknown>>): number | undefined {
  const limit = Number.MAX_SAFE_INTEGER;
  const { max_tokens, max_completion_tokens } = body;
  const older = wholeNumber(max_tokens ?? undefined, 'max_tokens', limit);
  const newer = wholeNumber(max_completion_tokens ?? undefined, 'max_completion_tokens', limit);
  return older === undefined || newer === undefined ? (older ?? newer) : Math.min(older, newer);
}

function wholeNumber(value: unknown, name: string, most: number): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= most) return value;
  throw requestInvalid(`${name} must be a whole number from 1 to ${most}`);
}
