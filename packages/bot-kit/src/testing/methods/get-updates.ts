// getUpdates, getMe, logOut, close: long polling as the real server does it, with one poller at a time.
import { badRequest, conflict } from '../api/api-failure.js';
import type { QueuedUpdate } from '../state/update-queue.js';
import type { Handler } from './handler.js';

export const getMe: Handler = (world) => world.bot;
export const logOut: Handler = () => true;
export const close: Handler = () => true;

/** core.telegram.org/bots/api#getupdates */
const MAX_LIMIT = 100;
const MAX_TIMEOUT_SECONDS = 50;

export const getUpdates: Handler = (world, params, signal) => {
  if (world.settings.webhook !== undefined)
    throw conflict(
      "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
  const allowed = params.array('allowed_updates');
  if (allowed !== undefined) world.updates.allowed = new Set(allowed.map(String));
  const limit = params.int('limit') ?? MAX_LIMIT;
  if (limit < 0) throw badRequest('limit must be positive');
  const count = Math.min(Math.max(limit, 1), MAX_LIMIT);
  world.poller.terminate(
    conflict('terminated by other getUpdates request; make sure that only one bot instance is running'),
  );
  world.updates.confirm(params.int('offset') ?? 0);
  const seconds = Math.min(Math.max(params.int('timeout') ?? 0, 0), MAX_TIMEOUT_SECONDS);
  const batch = () => world.updates.waiting.slice(0, count).map(read);
  if (world.updates.waiting.length > 0 || seconds === 0) return batch();
  return world.poller.wait(world, seconds * 1000, signal).then(batch);
};

const read = ({ json }: QueuedUpdate): unknown => JSON.parse(json);
