// How is one small answer had from the model, whole, with a second try?
import { CocoonError } from '@cocoonkit/sdk';
import type { ModelAnswer, ModelRequest, PrivateModel } from '../model/private-model.js';

export interface Asking {
  readonly model: PrivateModel;
  readonly signal: AbortSignal;
  /** Every answer that is begun, for its report and its receipt. */
  readonly onAnswer?: ((answer: ModelAnswer) => void) | undefined;
}

/** Of one note; more is cut. */
const NOTE_CHARACTERS_MAX = 40_000;

/** Failures that another try would only repeat, or that mean: send nothing more. */
export function isFinal(cause: unknown): boolean {
  return !(cause instanceof CocoonError) || !['network', 'model', 'protocol'].includes(cause.kind);
}

export function begin(
  { model, signal, onAnswer }: Asking,
  request: Omit<ModelRequest, 'signal'>,
): ModelAnswer {
  const answer = model.stream({ ...request, signal });
  onAnswer?.(answer);
  return answer;
}

/** Empty only if the second try was empty too. @throws CocoonError the second failure in a row, or the first if it is final */
export async function askModel(asking: Asking, request: Omit<ModelRequest, 'signal'>): Promise<string> {
  try {
    const text = await collect(begin(asking, request));
    if (text !== '') return text;
  } catch (cause) {
    if (isFinal(cause) || asking.signal.aborted) throw cause;
  }
  return collect(begin(asking, request));
}

async function collect(answer: ModelAnswer): Promise<string> {
  let text = '';
  for await (const piece of answer) {
    text += piece;
    if (text.length > NOTE_CHARACTERS_MAX) break;
  }
  return text.slice(0, NOTE_CHARACTERS_MAX).trim();
}
