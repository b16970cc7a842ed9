// How is a GGUF file brought into memory? The native library is loaded here and nowhere else.
import type { ChatHistoryItem, LlamaContext, LlamaModel, Token } from 'node-llama-cpp';
import { ggufError } from './gguf-error.js';
import type { ChatTurn } from './read-chat.js';

export interface LoadOptions {
  file: string;
  /** Tokens each request can use; at most what the model was trained on. */
  maxContext: number | undefined;
  /** Requests at once. */
  slots: number;
  gpu: 'auto' | false;
  /** 0: as many as the machine has cores. */
  threads: number;
}

export interface LoadedModel {
  readonly name: string;
  readonly contextSize: number;
  readonly context: LlamaContext;
  readonly model: LlamaModel;
  /** The prompt as the model's own template lays it out; what users wrote never becomes a control token. */
  render(turns: readonly ChatTurn[]): { tokens: Token[]; stops: string[]; text: string };
  close(): Promise<void>;
}

/** @throws CocoonError `GGUF_LIBRARY_MISSING`, `GGUF_UNREADABLE` */
export async function loadModel(options: LoadOptions): Promise<LoadedModel> {
  const library = await importLibrary();
  const { getLlama, LlamaLogLevel, resolveChatWrapper } = library;
  const llama = await getLlama({
    gpu: options.gpu,
    build: 'never',
    skipDownload: true,
    logLevel: LlamaLogLevel.disabled,
    progressLogs: false,
  }).catch(() => {
    throw ggufError('GGUF_LIBRARY_MISSING');
  });
  try {
    const model = await llama.loadModel({ modelPath: options.file });
    const contextSize = Math.min(options.maxContext ?? model.trainContextSize, model.trainContextSize);
    const context = await model.createContext({
      contextSize,
      sequences: options.slots,
      ...(options.threads === 0 ? {} : { threads: options.threads }),
    });
    const wrapper = resolveChatWrapper(model);
    return {
      name: model.fileInfo.metadata.general.name ?? 'unnamed',
      contextSize,
      context,
      model,
      render(turns) {
        const chatHistory: ChatHistoryItem[] = [...turns.map(historyItem), { type: 'model', response: [] }];
        const { contextText, stopGenerationTriggers } = wrapper.generateContextState({ chatHistory });
        const stops = stopGenerationTriggers.flatMap(({ values }) =>
          values.every((value) => typeof value === 'string') ? [values.join('')] : [],
        );
        return { tokens: contextText.tokenize(model.tokenizer), stops, text: contextText.toString() };
      },
      async close() {
        await context.dispose();
        await model.dispose();
        await llama.dispose();
      },
    };
  } catch {
    // The library's own words name the path and parts of the file.
    await llama.dispose();
    throw ggufError('GGUF_UNREADABLE');
  }
}

function historyItem({ role, text }: ChatTurn): ChatHistoryItem {
  return role === 'assistant' ? { type: 'model', response: [text] } : { type: role, text };
}

async function importLibrary() {
  try {
    return await import('node-llama-cpp');
  } catch {
    throw ggufError('GGUF_LIBRARY_MISSING');
  }
}
