// What does one call do? Ordered faults first, then parameters, then the method; and all of it is written down.
import { HANDLERS } from '../methods/handlers.js';
import type { RecordedCall, World } from '../state/world.js';
import { ApiFailure, badRequest } from './api-failure.js';
import { isMethod, type UploadedFile } from './params.js';
import { readParams } from './read-params.js';

export interface CallInput {
  readonly method: string;
  readonly values: ReadonlyMap<string, unknown>;
  readonly files: ReadonlyMap<string, UploadedFile>;
}

/** Thrown when a fault cuts the connection instead of answering. */
export class ConnectionCut extends Error {}

/** Calls kept for `emu.calls`; polling is not written down. */
const MAX_CALLS = 100_000;

/**
 * @throws ApiFailure the refusal to answer with
 * @throws ConnectionCut when a fault says so
 */
export async function runCall(world: World, input: CallInput, signal: AbortSignal): Promise<unknown> {
  const { method } = input;
  const parameters = { ...Object.fromEntries(input.values), ...describeFiles(input.files) };
  const slot = method === 'getUpdates' ? undefined : world.calls.length;
  const note = (code: number, description?: string): void => {
    const call: RecordedCall = { method, parameters, at: world.clock.now(), code, description };
    if (slot !== undefined && slot < MAX_CALLS) world.calls[slot] = call;
  };
  note(0);
  world.changed();
  try {
    const fault = world.faults.take(method);
    if (fault?.kind === 'refuse') throw fault.failure;
    if (fault?.kind === 'drop' && fault.when === 'request') throw new ConnectionCut();
    if (fault?.kind === 'hold') await fault.until;
    const result = await perform(world, input, signal);
    if (fault?.kind === 'drop') throw new ConnectionCut();
    note(200);
    return result;
  } catch (error) {
    if (error instanceof ApiFailure) note(error.code, error.message);
    throw error;
  } finally {
    world.changed();
  }
}

function perform(world: World, { method, values, files }: CallInput, signal: AbortSignal): unknown {
  const name = methodName(method);
  if (name === undefined) throw new ApiFailure(404, 'Not Found: method not found');
  const params = readParams(name, values, files);
  const handler = HANDLERS[name];
  if (handler === undefined) throw badRequest(`${name} exists in Telegram, but not in this emulator`);
  return handler(world, params, signal);
}

/** Names are matched without regard to case, as Telegram does. */
function methodName(given: string) {
  if (isMethod(given)) return given;
  const lower = given.toLowerCase();
  const found = Object.keys(HANDLERS).find((name) => name.toLowerCase() === lower);
  return found !== undefined && isMethod(found) ? found : undefined;
}

const describeFiles = (files: ReadonlyMap<string, UploadedFile>): Record<string, unknown> =>
  Object.fromEntries([...files].map(([name, file]) => [name, { file: file.name, bytes: file.bytes.length }]));
