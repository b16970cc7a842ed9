// sendRichMessage, sendRichMessageDraft, sendLocation, sendContact, sendDice: the rest of what bots send.
import { badRequest } from '../api/api-failure.js';
import { readRich } from '../rich/read-rich.js';
import { richLines } from '../rich/rich-lines.js';
import type { Handler } from './handler.js';
import { post, readTarget } from './post.js';
import { showDraft } from './send-text.js';

export const sendRichMessage: Handler = (world, params) => {
  const rich = readRich(params.object('rich_message') ?? {});
  return post(world, params, readTarget(world, params), { rich_message: rich });
};

export const sendRichMessageDraft: Handler = (world, params) => {
  const given = params.object('rich_message') ?? {};
  return showDraft(world, params, () => ({
    text: richLines(readRich(given, { draft: true })).join('\n'),
    entities: [],
  }));
};

export const sendLocation: Handler = (world, params) => {
  const [latitude, longitude] = [params.int('latitude') ?? 0, params.int('longitude') ?? 0];
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180)
    throw badRequest('wrong latitude or longitude specified');
  return post(world, params, readTarget(world, params), { location: { latitude, longitude } });
};

export const sendContact: Handler = (world, params) =>
  post(world, params, readTarget(world, params), {
    contact: { phone_number: params.str('phone_number') ?? '', first_name: params.str('first_name') ?? '' },
  });

/** Always the lowest number: tests must not depend on luck. */
export const sendDice: Handler = (world, params) =>
  post(world, params, readTarget(world, params), { dice: { emoji: params.str('emoji') ?? '🎲', value: 1 } });
