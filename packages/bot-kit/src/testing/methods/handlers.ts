// Which function answers which method? Methods of the table that are missing here exist in Telegram only.
import type { MethodName } from '../api/method-table.js';
import { answerCallbackQuery } from './answer-callback.js';
import {
  deleteMessage,
  deleteMessages,
  editMessageCaption,
  editMessageReplyMarkup,
  editMessageText,
} from './edit.js';
import { getFile } from './files.js';
import { close, getMe, getUpdates, logOut } from './get-updates.js';
import type { Handler } from './handler.js';
import { sendFile } from './send-media.js';
import { sendChatAction, sendMessage, sendMessageDraft } from './send-text.js';

import { deleteWebhook, getWebhookInfo, setWebhook } from './webhooks.js';

export const HANDLERS: Readonly<Partial<Record<MethodName, Handler>>> = {
  getMe,
  logOut,
  close,
  getUpdates,
  setWebhook,
  deleteWebhook,
  getWebhookInfo,
  sendMessage,
  sendMessageDraft,
  sendChatAction,
  sendDocument: sendFile('document'),
  sendPhoto: sendFile('photo'),
  sendVoice: sendFile('voice'),
  sendAudio: sendFile('audio'),
  sendVideo: sendFile('video'),
  sendAnimation: sendFile('animation'),
  sendVideoNote: sendFile('video_note'),
  sendSticker: sendFile('sticker'),
  editMessageText,
  editMessageCaption,
  editMessageReplyMarkup,
  deleteMessage,
  deleteMessages,
  answerCallbackQuery,
  getFile,
};
