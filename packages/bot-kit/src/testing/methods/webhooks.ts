// setWebhook, deleteWebhook, getWebhookInfo: pushing updates instead of polling for them.
// Rules: core.telegram.org/bots/api#setwebhook.
import { badRequest, conflict } from '../api/api-failure.js';
import type { Handler } from './handler.js';

const MAX_CONNECTIONS = 100;
const DEFAULT_CONNECTIONS = 40;

export const setWebhook: Handler = (world, params) => {
  const url = params.str('url') ?? '';
  if (url === '') return deleteWebhook(world, params, new AbortController().signal);
  // Telegram takes https only; the emulator also pushes to this machine.
  if (!url.startsWith('https://') && !/^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(url))
    throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
  const secret = params.str('secret_token');
  if (secret !== undefined && !/^[A-Za-z0-9_-]{1,256}$/.test(secret))
    throw badRequest('secret token contains unallowed characters');
  const connections = params.int('max_connections') ?? DEFAULT_CONNECTIONS;
  if (connections < 1 || connections > MAX_CONNECTIONS)
    throw badRequest('max_connections must be from 1 to 100');
  const allowed = params.array('allowed_updates');
  if (allowed !== undefined) world.updates.allowed = new Set(allowed.map(String));
  world.poller.terminate(conflict('terminated by setWebhook request'));
  if (params.bool('drop_pending_updates')) world.updates.clear();
  world.settings.webhook = { url, secret, maxConnections: connections };
  world.changed();
  return true;
};

export const deleteWebhook: Handler = (world, params) => {
  world.settings.webhook = undefined;
  if (params.bool('drop_pending_updates')) world.updates.clear();
  world.changed();
  return true;
};

export const getWebhookInfo: Handler = (world) => {
  const { webhook } = world.settings;
  const { allowed } = world.updates;
  return {
    url: webhook?.url ?? '',
    has_custom_certificate: false,
    pending_update_count: world.updates.waiting.length,
    ...(webhook === undefined ? {} : { max_connections: webhook.maxConnections }),
    ...(webhook?.lastError === undefined
      ? {}
      : { last_error_date: webhook.lastError.date, last_error_message: webhook.lastError.message }),
    ...(allowed === undefined ? {} : { allowed_updates: [...allowed] }),
  };
};
