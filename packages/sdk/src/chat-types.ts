// What does a request look like, and what comes back? The shapes of OpenAI's chat completions.

export type ContentPart =
  | { type: 'text'; text: string }
  | { type: 'image_url'; image_url: { url: string; detail?: string | undefined } }
  | { type: 'input_audio'; input_audio: { data: string; format: string } }
  | { type: 'file'; file: { file_data?: string | undefined; filename?: string | undefined } };

export interface ToolCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

export interface ChatMessage {
  role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  content?: string | readonly ContentPart[] | null | undefined;
  name?: string | undefined;
  tool_calls?: readonly ToolCall[] | undefined;
  tool_call_id?: string | undefined;
  refusal?: string | null | undefined;
  reasoning_content?: string | undefined;
}

/** What the machine that answers must be. Judged by this client on verified machines; not part of what is sealed. */
export interface Requirements {
  /** At least this: the measured guest says it checked its GPU, or this client verified the GPU's evidence. */
  readonly gpu?: 'attested-by-guest' | 'evidence-verified' | undefined;
  /** Tokens of context. */
  readonly minContext?: number | undefined;
  /** `registered-chip`: the processor is one of `policy.registeredChips`. */
  readonly tier?: 'registered-chip' | undefined;
  /** Highest price factor of this request; 1000 is 1×. */
  readonly maxCoefficient?: number | undefined;
  /** The digest that `cocoonkit model seal` printed, 64 hex digits: the measured worker says that it opened these weights and no others. */
  readonly sealedModel?: string | undefined;
}

/** An OpenAI chat-completion request. It is sealed as it is; `stream` and `stream_options` are set by the call itself. */
export interface ChatRequest {
  model: string;
  messages: readonly ChatMessage[];
  /** Default: min(4096, what the context and the money leave). */
  max_tokens?: number | null | undefined;
  max_completion_tokens?: number | null | undefined;
  n?: number | null | undefined;
  temperature?: number | null | undefined;
  top_p?: number | null | undefined;
  stop?: string | readonly string[] | null | undefined;
  seed?: number | null | undefined;
  presence_penalty?: number | null | undefined;
  frequency_penalty?: number | null | undefined;
  logit_bias?: Readonly<Record<string, number>> | null | undefined;
  logprobs?: boolean | null | undefined;
  top_logprobs?: number | null | undefined;
  reasoning_effort?: string | null | undefined;
  response_format?: { type: string; json_schema?: unknown } | undefined;
  tools?: readonly unknown[] | undefined;
  tool_choice?: unknown;
  parallel_tool_calls?: boolean | undefined;
  user?: string | undefined;
  stream?: boolean | null | undefined;
  stream_options?: unknown;
  /** Only machines that meet it are candidates; `REQUIREMENT_UNMET` where none does. */
  requires?: Requirements | undefined;
  /** For extractive models: what to do with the last user message. */
  cocoonkit?:
    | {
        task: 'summarize' | 'quote' | 'search';
        query?: string | undefined;
        sentences?: number | undefined;
        maxWords?: number | undefined;
      }
    | undefined;
}

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** One `chat.completion.chunk`, as the engine made it. */
export interface ChatChunk {
  id?: string | undefined;
  object?: string | undefined;
  created?: number | undefined;
  model?: string | undefined;
  choices: readonly ChunkChoice[];
  usage?: unknown;
}

export interface ChunkChoice {
  index: number;
  delta: {
    role?: string | undefined;
    content?: string | null | undefined;
    reasoning_content?: string | null | undefined;
    /** The same, as some engines name it. */
    reasoning?: string | null | undefined;
    refusal?: string | null | undefined;
    tool_calls?: readonly ToolCallDelta[] | undefined;
  };
  finish_reason?: string | null | undefined;
  logprobs?: { content?: readonly unknown[] | null | undefined } | null | undefined;
}

export interface ToolCallDelta {
  index: number;
  id?: string | undefined;
  type?: string | undefined;
  function?: { name?: string | undefined; arguments?: string | undefined } | undefined;
}

export interface Choice {
  index: number;
  message: {
    role: 'assistant';
    content: string | null;
    refusal: string | null;
    reasoning_content?: string | undefined;
    tool_calls?: ToolCall[] | undefined;
  };
  logprobs: { content: unknown[] } | null;
  finish_reason: string | null;
}

/** Tokens as the verified receipt has them. */
export interface ReplyUsage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details: { cached_tokens: number };
  completion_tokens_details: { reasoning_tokens: number };
}
