// How do updates reach a webhook? One at a time for each chat, again until the bot says 2xx, with the secret header.
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiFailure } from '../api/api-failure.js';
import { isRecord } from '../api/params.js';
import { runCall } from '../api/run-call.js';
import type { QueuedUpdate } from '../state/update-queue.js';
import type { World } from '../state/world.js';

/** Telegram gives up "after a reasonable amount of attempts"; it waits longer between them. */
const MAX_ATTEMPTS = 10;
const PAUSE_MS = 20;

export interface WebhookSender {
  /** Deliveries under way. */
  readonly running: number;
  stop(): void;
}

export function startWebhookSender(world: World): WebhookSender {
  const busyChats = new Set<number>();
  const end = new AbortController();
  let running = 0;
  const look = (): void => {
    const { webhook } = world.settings;
    if (webhook === undefined || end.signal.aborted) return;
    for (const update of world.updates.waiting) {
      if (running >= webhook.maxConnections) return;
      if (busyChats.has(update.chat)) continue;
      busyChats.add(update.chat);
      running++;
      void deliver(world, update, end.signal).finally(() => {
        running--;
        busyChats.delete(update.chat);
        world.changed();
      });
    }
  };
  const unwatch = world.onChange(look);
  return {
    get running() {
      return running;
    },
    stop() {
      unwatch();
      end.abort();
    },
  };
}

async function deliver(world: World, update: QueuedUpdate, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS && !signal.aborted; attempt++) {
    const { webhook } = world.settings;
    if (webhook === undefined) return;
    try {
      const response = await fetch(webhook.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(webhook.secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': webhook.secret }),
        },
        body: update.json,
        signal,
      });
      const body = await response.text();
      if (response.ok) {
        world.updates.remove(update.id);
        await answerInBody(world, body, signal);
        return;
      }
      webhook.lastError = {
        date: world.date,
        message: `Wrong response from the webhook: ${response.status} ${response.statusText}`,
      };
    } catch (error) {
      if (signal.aborted) return;
      webhook.lastError = {
        date: world.date,
        message: `Connection failed: ${error instanceof Error ? error.message : ''}`,
      };
    }
    await sleep(PAUSE_MS * attempt, undefined, { signal }).catch(() => undefined);
  }
  if (!signal.aborted) world.updates.remove(update.id);
}

/** A bot may call one method in its answer (core.telegram.org/bots/api#making-requests-when-getting-updates). */
async function answerInBody(world: World, body: string, signal: AbortSignal): Promise<void> {
  if (!body.startsWith('{')) return;
  let call: unknown;
  try {
    call = JSON.parse(body);
  } catch {
    return;
  }
  if (!isRecord(call) || typeof call['method'] !== 'string') return;
  const { method, ...values } = call;
  try {
    await runCall(
      world,
      { method: String(method), values: new Map(Object.entries(values)), files: new Map() },
      signal,
    );
  } catch (error) {
    // The bot cannot learn of the outcome; the record of calls has it.
    if (!(error instanceof ApiFailure)) throw error;
  }
}
