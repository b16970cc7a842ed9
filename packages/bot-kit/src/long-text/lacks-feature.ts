// What if the model cannot do at all what is asked of it?
import { CocoonError } from '@cocoonkit/sdk';
import type { ModelFeature } from '../model/private-model.js';

export function lacksFeature(feature: ModelFeature): CocoonError {
  return new CocoonError({
    kind: 'model',
    code: 'MODEL_LACKS_FEATURE',
    message: `This model does not offer ${feature}.`,
    remedy: 'Nothing was sent. Use a model that offers it.',
    details: { feature },
  });
}
