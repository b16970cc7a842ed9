// What does the fake model answer, cut into the chunks an OpenAI-compatible server would send?

const GREETING = 'Grüße aus der Ferne 🌍🏽, 漢字 und \u2028 "quoted" text. ';

/** @returns {{ chunks: object[], usage: object | undefined, completion: object }} */
export function answer(body, id, faults) {
  const settings = faults.settings;
  const base = { id, object: 'chat.completion.chunk', created: 1_700_000_000, model: body.model };
  const count = Number.isInteger(body.n) && body.n > 0 ? body.n : 1;
  const prompt = settings.prompt ?? countWords(body.messages);
  const choices = Array.from({ length: count }, (_, index) => choiceOf(body, index, faults));
  const total = choices.reduce((sum, choice) => sum + choice.tokens, 0);
  const reasoning = choices.reduce((sum, choice) => sum + choice.reasoningTokens, 0);
  const usage = usageOf({ prompt, completion: total, reasoning, cached: settings.cached ?? 0 });
  const continuous =
    body.stream_options?.include_usage === true && body.stream_options.continuous_usage_stats === true;
  const chunks = [];
  const longest = Math.max(...choices.map((choice) => choice.deltas.length));
  const seen = choices.map(() => 0);
  for (let step = 0; step < longest; step += 1) {
    for (const [index, choice] of choices.entries()) {
      const piece = choice.deltas[step];
      if (piece === undefined) continue;
      seen[index] += piece.tokens;
      const entry = { index, delta: piece.delta, logprobs: null, finish_reason: piece.finish ?? null };
      if (body.logprobs === true && piece.delta.content)
        entry.logprobs = { content: [{ token: piece.delta.content, logprob: -0.5, top_logprobs: [] }] };
      const chunk = { ...base, choices: [entry] };
      // Like vLLM: the running usage of a chunk is that of its own choice, not of the whole request.
      if (continuous && !faults.has('no-continuous-usage') && !faults.has('no-usage')) {
        chunk.usage = usageOf({ prompt, completion: seen[index], cached: settings.cached ?? 0 });
      }
      chunks.push(chunk);
    }
  }
  const wantsUsage = body.stream_options?.include_usage === true && !faults.has('no-usage');
  return {
    chunks,
    usage: wantsUsage ? { ...base, choices: [], usage: spoil(usage, faults) } : undefined,
    completion: {
      ...base,
      object: 'chat.completion',
      choices: choices.map((choice, index) => ({
        index,
        message: choice.message,
        finish_reason: choice.finish,
      })),
      usage,
    },
  };
}

function choiceOf(body, index, faults) {
  const settings = faults.settings;
  const cap = faults.has('ignore-cap')
    ? Infinity
    : Math.min(body.max_tokens ?? Infinity, body.max_completion_tokens ?? Infinity);
  const deltas = [{ delta: { role: 'assistant', content: '' }, tokens: 0 }];
  const message = { role: 'assistant', content: '' };
  let left = cap;
  let reasoningTokens = 0;
  const say = (text, field) => {
    for (const piece of words(text)) {
      if (left === 0) return;
      left -= 1;
      if (field === 'reasoning_content') reasoningTokens += 1;
      message[field] = (message[field] ?? '') + piece;
      deltas.push({ delta: { [field]: piece }, tokens: 1 });
    }
  };
  if (settings.reasoning !== undefined) say(String(settings.reasoning), 'reasoning_content');
  const called = wantedTool(body);
  let finish = 'stop';
  if (called !== undefined) {
    const call = {
      id: `call_${index}`,
      type: 'function',
      function: { name: called.function.name, arguments: '{"city":"Zürich","why":"\\"quoted\\""}' },
    };
    message.tool_calls = [call];
    finish = 'tool_calls';
    deltas.push({
      delta: {
        tool_calls: [
          { index: 0, id: call.id, type: 'function', function: { name: call.function.name, arguments: '' } },
        ],
      },
      tokens: 1,
    });
    for (const piece of call.function.arguments.match(/.{1,4}/gsu)) {
      deltas.push({ delta: { tool_calls: [{ index: 0, function: { arguments: piece } }] }, tokens: 1 });
    }
    left -= deltas.length;
  } else {
    say(replyText(body, index, settings), 'content');
    if (left === 0) finish = 'length';
  }
  if (faults.has('abort-finish')) finish = 'abort';
  if (!faults.has('no-finish')) deltas.push({ delta: {}, tokens: 0, finish });
  const tokens = deltas.reduce((sum, piece) => sum + piece.tokens, 0);
  return { deltas, message, finish, tokens, reasoningTokens };
}

function replyText(body, index, settings) {
  if (settings.reply !== undefined) return String(settings.reply);
  const format = body.response_format?.type;
  const told = lastUserText(body.messages);
  if (format === 'json_object' || format === 'json_schema')
    return JSON.stringify({ answer: GREETING, said: told.slice(0, 200), choice: index });
  return `${GREETING}Choice ${index} heard: ${told.slice(0, 400)}`;
}

function wantedTool(body) {
  if (!Array.isArray(body.tools) || body.tools.length === 0 || body.tool_choice === 'none') return undefined;
  if (body.messages.at(-1)?.role === 'tool') return undefined;
  const name = body.tool_choice?.function?.name;
  return body.tools.find((tool) => name === undefined || tool.function?.name === name);
}

function lastUserText(messages) {
  const content = messages.findLast((message) => message.role === 'user')?.content ?? '';
  return typeof content === 'string'
    ? content
    : content.map((part) => part.text ?? `[${part.type}]`).join(' ');
}

function words(text) {
  return text.match(/\S+\s*|\s+/gu) ?? [];
}

function countWords(messages) {
  return messages.reduce(
    (sum, message) =>
      sum +
      4 +
      words(typeof message.content === 'string' ? message.content : JSON.stringify(message.content ?? ''))
        .length,
    0,
  );
}

function usageOf({ prompt, completion, cached, reasoning }) {
  return {
    prompt_tokens: prompt,
    total_tokens: prompt + completion,
    completion_tokens: completion,
    prompt_tokens_details: { cached_tokens: cached },
    ...(reasoning === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } }),
  };
}

function spoil(usage, faults) {
  if (faults.has('bad-usage')) return { ...usage, ...faults.settings.usage };
  if (faults.has('bloated-usage')) return { ...usage, completion_tokens: 1_000_000_000 };
  return usage;
}
