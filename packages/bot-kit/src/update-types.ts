// Which updates must a bot ask Telegram for? Those grammY asks for by itself, written out because it does not export them.
import type { UpdateName } from './feature.js';

/** As grammY 1.46 without `allowed_updates`; `stopped_message_generation` among them is the native stop button. */
export const USUAL_UPDATES: readonly UpdateName[] = [
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'business_connection',
  'business_message',
  'edited_business_message',
  'deleted_business_messages',
  'guest_message',
  'stopped_message_generation',
  'inline_query',
  'chosen_inline_result',
  'callback_query',
  'shipping_query',
  'pre_checkout_query',
  'purchased_paid_media',
  'poll',
  'poll_answer',
  'my_chat_member',
  'managed_bot',
  'chat_join_request',
  'chat_boost',
  'removed_chat_boost',
  'subscription',
];

/** Without these the kit itself does not work, whatever features there are. */
export const NEEDED_UPDATES: readonly UpdateName[] = [
  'message',
  'callback_query',
  'stopped_message_generation',
  'my_chat_member',
];
