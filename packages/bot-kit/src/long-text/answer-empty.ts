// What if a model answers without a word?
import { CocoonError } from '@cocoonkit/sdk';

export function answerEmpty(): CocoonError {
  return new CocoonError({
    kind: 'model',
    code: 'ANSWER_EMPTY',
    message: 'The model answered without any text.',
    remedy: 'Try again, or use another model.',
  });
}
