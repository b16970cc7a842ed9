// How do chunks become one message? Text joined per choice, tool calls by index, reasoning kept apart.
import type { ChatChunk, Choice, ToolCall } from './chat-types.js';
import { CocoonError } from './errors.js';
import { thoughtOf } from './reply-chunk.js';

/** UTF-16 units of one assembled answer. */
const MAX_TEXT = 64 * 1024 * 1024;

export interface Assembler {
  add(chunk: ChatChunk): void;
  readonly id: string | undefined;
  readonly created: number | undefined;
  choices(): Choice[];
}

interface Draft {
  content: string[];
  refusal: string[];
  reasoning: string[];
  said: boolean;
  tools: Map<number, { id: string; name: string; arguments: string }>;
  logprobs: unknown[] | undefined;
  finish: string | null;
}

export function createAssembler(): Assembler {
  const drafts = new Map<number, Draft>();
  let id: string | undefined;
  let created: number | undefined;
  let length = 0;

  function count(text: string): string {
    length += text.length;
    if (length > MAX_TEXT) throw tooLong();
    return text;
  }

  function draftOf(index: number): Draft {
    const known = drafts.get(index);
    if (known !== undefined) return known;
    const draft: Draft = {
      content: [],
      refusal: [],
      reasoning: [],
      said: false,
      tools: new Map(),
      logprobs: undefined,
      finish: null,
    };
    drafts.set(index, draft);
    return draft;
  }

  return {
    get id() {
      return id;
    },
    get created() {
      return created;
    },
    add(chunk) {
      if (typeof chunk.id === 'string') id ??= chunk.id;
      if (typeof chunk.created === 'number') created ??= chunk.created;
      for (const { index, delta, finish_reason: finish, logprobs } of chunk.choices) {
        const draft = draftOf(index);
        if (typeof delta.content === 'string') {
          draft.said = true;
          draft.content.push(count(delta.content));
        }
        if (typeof delta.refusal === 'string') draft.refusal.push(count(delta.refusal));
        const thought = thoughtOf(delta);
        if (thought !== undefined) draft.reasoning.push(count(thought));
        for (const call of delta.tool_calls ?? []) {
          const tool = draft.tools.get(call.index) ?? { id: '', name: '', arguments: '' };
          draft.tools.set(call.index, {
            id: tool.id || (call.id ?? ''),
            name: tool.name + count(call.function?.name ?? ''),
            arguments: tool.arguments + count(call.function?.arguments ?? ''),
          });
        }
        if (Array.isArray(logprobs?.content))
          draft.logprobs = [...(draft.logprobs ?? []), ...logprobs.content];
        if (typeof finish === 'string') draft.finish = finish;
      }
    },
    choices: () => [...drafts].sort(([a], [b]) => a - b).map(([index, draft]) => finished(index, draft)),
  };
}

function finished(index: number, draft: Draft): Choice {
  const tools: ToolCall[] = [...draft.tools]
    .sort(([a], [b]) => a - b)
    .map(([, { id, name, arguments: text }]) => ({
      id,
      type: 'function',
      function: { name, arguments: text },
    }));
  const silent = !draft.said || (tools.length > 0 && draft.content.every((part) => part === ''));
  return {
    index,
    message: {
      role: 'assistant',
      content: silent ? null : draft.content.join(''),
      refusal: draft.refusal.length === 0 ? null : draft.refusal.join(''),
      ...(draft.reasoning.length === 0 ? {} : { reasoning_content: draft.reasoning.join('') }),
      ...(tools.length === 0 ? {} : { tool_calls: tools }),
    },
    logprobs: draft.logprobs === undefined ? null : { content: draft.logprobs },
    finish_reason: draft.finish,
  };
}

function tooLong(): CocoonError {
  return new CocoonError({
    kind: 'protocol',
    code: 'ANSWER_TOO_LONG',
    message: `The answer is longer than ${MAX_TEXT} characters.`,
    remedy: 'Use cocoon.stream() for answers of this size.',
    details: { limit: MAX_TEXT },
  });
}
