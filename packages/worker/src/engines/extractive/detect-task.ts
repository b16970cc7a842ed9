// What does an instruction in front of a text ask for? Only the instruction is looked at, never the text.
import {
  ASKS_MORE,
  ASKS_QUOTE,
  ASKS_SEARCH,
  ASKS_SUMMARY,
  BEFORE_QUERY,
  NAMES_SUMMARY,
} from './instruction-words.js';
import type { Message } from './read-messages.js';

export type Task = 'summarize' | 'quote' | 'search';

export interface Detected {
  task: Task;
  /** The text without the instruction line. */
  document: string;
  query?: string | undefined;
  sentences?: number | undefined;
  maxWords?: number | undefined;
}

/** Most sentences one answer may have. */
export const MAX_SENTENCES_WANTED = 50;
/** A first line longer than this is text, not an instruction. */
const MAX_LINE_UNITS = 200;
/** System messages are the app's, but only their beginning is looked at. */
const MAX_SYSTEM_UNITS = 2000;

/**
 * Looks for the task in the system messages, then in the leading line of the last user message. When a system message
 * decides, the whole user message is the text: a text that begins like an instruction changes nothing.
 * `undefined` when nothing asks for a task this engine has.
 */
export function detectTask(messages: readonly Message[]): Detected | undefined {
  const text = messages.findLast(({ role }) => role === 'user')?.text ?? '';
  const system = messages
    .filter(({ role }) => role === 'system')
    .map((message) => message.text)
    .join('\n')
    .slice(0, MAX_SYSTEM_UNITS);
  const systemTask = taskOf(system);
  if (systemTask === 'more') return undefined;
  if (systemTask !== undefined) {
    // After an answer, a message without an instruction of its own is talk, not another text.
    if (messages.some(({ role }) => role === 'assistant')) return undefined;
    return { task: systemTask, document: text, ...wishesIn(system) };
  }
  const lead = leadingInstruction(text);
  if (lead === undefined) return undefined;
  const task = taskOf(lead.instruction);
  if (task === undefined || task === 'more') return undefined;
  return { task, document: lead.rest, ...wishesIn(lead.instruction) };
}

/** The first line when more follows it, or what stands before an early colon. */
function leadingInstruction(text: string): { instruction: string; rest: string } | undefined {
  const start = text.search(/\S/);
  if (start === -1) return undefined;
  const head = text.slice(start, start + MAX_LINE_UNITS + 1);
  const newline = head.search(/[\r\n]/);
  const line = newline === -1 ? head : head.slice(0, newline);
  const rest = text.slice(start + line.length);
  if (newline !== -1 && rest.trim() !== '' && taskOf(line) !== undefined) return { instruction: line, rest };
  const colon = /^(?:task\s*[:：]\s*)?[^:：]{1,120}[:：]/iu.exec(head)?.[0];
  if (colon === undefined) return undefined;
  return { instruction: colon, rest: text.slice(start + colon.length) };
}

function taskOf(text: string): Task | 'more' | undefined {
  const instruction = text.trim().replace(/^task\s*[:：]\s*/iu, '');
  if (ASKS_MORE.test(instruction)) return 'more';
  if (ASKS_QUOTE.test(instruction)) return 'quote';
  if (ASKS_SEARCH.test(instruction)) return 'search';
  return ASKS_SUMMARY.test(instruction) || NAMES_SUMMARY.test(instruction) ? 'summarize' : undefined;
}

function wishesIn(instruction: string): Omit<Detected, 'task' | 'document'> {
  const sentences =
    /(\d{1,2}) ?(?:(?:short|key|most important|best|wichtige|kurze) )?(?:sentence|s[aä]tz|phrase|frase|предложени|句|文|문장|جمل)/iu.exec(
      instruction,
    )?.[1];
  const words = /(\d{1,4}) ?(?:words|wörter|mots|palabras|слов|单词|كلمة|كلمات)/iu.exec(instruction)?.[1];
  return {
    query: queryIn(instruction),
    sentences:
      sentences === undefined ? undefined : Math.min(MAX_SENTENCES_WANTED, Number(sentences)) || undefined,
    maxWords: words === undefined ? undefined : Number(words) || undefined,
  };
}

function queryIn(instruction: string): string | undefined {
  const quoted = /["“”„«»「」『』](.{1,150}?)["“”«»「」『』]/u.exec(instruction)?.[1];
  if (quoted !== undefined) return quoted;
  const before = BEFORE_QUERY.exec(instruction);
  if (before === null) return undefined;
  const rest = instruction.slice(before.index + before[0].length).replace(/[:：]\s*$/, '');
  return rest.trim() === '' ? undefined : rest.trim();
}
