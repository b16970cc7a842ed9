// How are model weights encrypted, and how does their key reach one verified worker? (PROTOCOL.md §17)
export { createModelSealer, type ModelSealer } from './create-model-sealer.js';
export { MODEL_KEY_BYTES } from './model-keys.js';
export { openModelKey } from './open-model-key.js';
export { type ModelOpener, openSealedModel } from './open-sealed-model.js';
export { readSealedModel, type SealedModel } from './read-sealed-model.js';
export { type ReleasedKey, sealModelKey } from './seal-model-key.js';
