// What does a bot author import?

export { type Clock, systemClock } from './clock.js';
export { type PrivateModelOptions, privateModel } from './model/from-cocoon.js';
export type { ModelAnswer, ModelFeature, ModelRequest, PrivateModel } from './model/private-model.js';
export type { FormattedText } from './text/formatted-text.js';
