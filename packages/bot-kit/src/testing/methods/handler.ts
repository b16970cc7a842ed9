// What is a method of the emulated API? A function from parameters to a result; refusals are thrown.
import type { Params } from '../api/params.js';
import type { World } from '../state/world.js';

/**
 * @param signal fires when the bot gives up the call
 * @throws ApiFailure what Telegram would answer instead of a result
 */
export type Handler = (world: World, params: Params, signal: AbortSignal) => unknown;
