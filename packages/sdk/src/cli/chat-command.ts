// How is a model asked from a terminal? The answer to stdout as it comes, the bill and the proof to stderr.
import type { ChatRequest } from '../chat-types.js';
import { SIMULATED_TDX } from '../report/simulated-label.js';
import { type ConnectOptions, connect, saveExport } from './connect.js';
import { readLimited, usage } from './read-input.js';
import type { Output } from './run-command.js';

export interface ChatOptions extends ConnectOptions {
  model: string;
  file?: string | undefined;
  task?: 'summarize' | 'quote' | 'search' | undefined;
  query?: string | undefined;
  maxTokens?: string | undefined;
  timeout?: string | undefined;
  report?: boolean | undefined;
  json?: boolean | undefined;
}

export async function chatCommand(
  words: readonly string[],
  options: ChatOptions,
  { output, signal }: { output: Output; signal: AbortSignal },
): Promise<void> {
  const cocoon = await connect(options, output);
  const request = await readRequest(words, options);
  const call = {
    signal,
    timeoutMs: options.timeout === undefined ? undefined : whole(options.timeout, '--timeout'),
  };
  try {
    if (options.json === true) {
      const reply = await cocoon.chat(request, call);
      output.out(`${JSON.stringify(reply)}\n`);
      await saveExport(options.export, reply.report);
      return;
    }
    const stream = cocoon.stream(request, call);
    for await (const { choices } of stream) output.out(choices[0]?.delta.content ?? '');
    output.out('\n');
    const [receipt, report] = await Promise.all([stream.receipt, stream.report]);
    const mark = report.simulated ? `${SIMULATED_TDX}. ` : '';
    output.note(
      `${mark}Verified ${report.lines.length} checks, sealed to ${report.candidates} machine(s); ${receipt.receipt.tokens} tokens, ${receipt.cost.client} nanoTON.\n`,
    );
    await saveExport(options.export, report);
    if (options.report === true) output.note(`${report.toString()}\n`);
  } finally {
    cocoon.close();
  }
}

async function readRequest(words: readonly string[], options: ChatOptions): Promise<ChatRequest> {
  const { model, file, task, query, maxTokens } = options;
  const document = file === undefined ? '' : new TextDecoder().decode(await readLimited(file));
  const content = [words.join(' '), document].filter((part) => part !== '').join('\n\n');
  if (content === '') throw usage('PROMPT_MISSING', 'There is nothing to ask.', 'Pass a prompt, or --file.');
  return {
    model,
    messages: [{ role: 'user', content }],
    ...(maxTokens === undefined ? {} : { max_tokens: whole(maxTokens, '--max-tokens') }),
    ...(task === undefined ? {} : { cocoonkit: { task, ...(query === undefined ? {} : { query }) } }),
  };
}

function whole(text: string, flag: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text))
    throw usage('NUMBER_INVALID', `${flag} is not a whole number above zero.`);
  return Number(text);
}
