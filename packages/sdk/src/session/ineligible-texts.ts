// In which words is it explained that no verified worker fits? Loaded when that happens.
import type { Reason } from './eligible.js';

type Text = readonly [message: string, remedy: string];

export function describeReason(reason: Reason, missing: string | undefined): Text {
  switch (reason) {
    case 'MODEL_UNKNOWN':
      return ['No verified worker runs this model.', 'See cocoon.models().'];
    case 'UNSUPPORTED_SUITE':
      return ['No verified worker offers the cipher suite of your policy.', 'Use suite 1.'];
    case 'PRICE_MISMATCH':
      return ['The workers use another price table than the registry.', 'Fetch the registry again.'];
    case 'PRICE_ABOVE_CAP':
      return ['Every worker’s price factor is above your policy.', 'Raise policy.maxCoefficient.'];
    case 'EXTERNAL_ENGINE_REFUSED':
      return [
        'The model runs outside the attested machine, where the quote proves nothing.',
        'Choose another model, or set policy.allowExternalEngine if you accept that.',
      ];
    case 'MODEL_LACKS_FEATURE':
      return [
        `The model does not offer ${missing ?? 'what the request needs'}.`,
        'Choose another model, or change the request.',
      ];
    case 'REQUIREMENT_UNMET':
      return [
        `No verified worker meets requires.${missing ?? ''}.`,
        'Ask for less, or choose another model.',
      ];
    default:
      return reason satisfies never;
  }
}
