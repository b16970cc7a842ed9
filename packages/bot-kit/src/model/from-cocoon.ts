// How does a sealed client become the model of a bot?
import type { Cocoon, Model, ReplyStream } from '@cocoonkit/sdk';
import { CocoonError } from '@cocoonkit/sdk';
import type { ModelAnswer, ModelFeature, ModelRequest, PrivateModel } from './private-model.js';

const KNOWN: readonly ModelFeature[] = ['chat', 'summarize', 'quote', 'search', 'vision'];

export interface PrivateModelOptions {
  /** Default: the first model the proxy offers. */
  model?: string | undefined;
}

/**
 * Asks the proxy for its models and verifies the machines of one of them. Nothing of any user is sent.
 * @throws CocoonError those of `verify`; `MODEL_UNKNOWN` when the proxy does not offer it
 */
export async function privateModel(cocoon: Cocoon, options: PrivateModelOptions = {}): Promise<PrivateModel> {
  const id = pick(await cocoon.models(), options.model).id;
  // Features come from verified manifests, so the machines are verified before they are read.
  await cocoon.verify({ model: id });
  const { maxContext, features, simulated, price } = pick(await cocoon.models(), id);
  return {
    id,
    contextTokens: maxContext,
    price,
    features: new Set(KNOWN.filter((feature) => features?.includes(feature) === true)),
    simulated,
    verify: () => cocoon.verify({ model: id }),
    stream: (request) => answerOf(cocoon.stream(...call(id, request))),
  };
}

function call(
  model: string,
  { messages, maxTokens, signal, extract }: ModelRequest,
): Parameters<Cocoon['stream']> {
  return [
    { model, messages, max_tokens: maxTokens, ...(extract === undefined ? {} : { cocoonkit: extract }) },
    { signal },
  ];
}

function answerOf(stream: ReplyStream): ModelAnswer {
  return {
    report: stream.report,
    receipt: stream.receipt,
    cancel: () => stream.cancel(),
    async *[Symbol.asyncIterator]() {
      for await (const { choices } of stream) {
        // Thinking apart from the answer is not shown.
        const text = choices[0]?.delta.content;
        if (typeof text === 'string' && text !== '') yield text;
      }
    },
  };
}

function pick(models: readonly Model[], wanted: string | undefined): Model {
  const found = wanted === undefined ? models[0] : models.find(({ id }) => id === wanted);
  if (found !== undefined) return found;
  throw new CocoonError({
    kind: 'model',
    code: 'MODEL_UNKNOWN',
    message: `The proxy does not offer ${wanted === undefined ? 'any model' : 'this model'}.`,
    remedy: 'Nothing was sent. Use an id from cocoon.models(), or leave `model` out.',
  });
}
