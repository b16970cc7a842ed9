// Which function answers which method? Methods of the table that are missing here exist in Telegram only.
import type { MethodName } from '../api/method-table.js';
import { answerCallbackQuery } from './answer-callback.js';
import { deleteBusinessMessages, getBusinessConnection, readBusinessMessage } from './business.js';
import * as chats from './chats.js';
import {
  deleteMessage,
  deleteMessages,
  editMessageCaption,
  editMessageReplyMarkup,
  editMessageText,
} from './edit.js';
import * as ephemeral from './ephemeral.js';
import { getFile } from './files.js';
import { copyMessage, copyMessages, forwardMessage, forwardMessages } from './forward.js';
import { close, getMe, getUpdates, logOut } from './get-updates.js';
import type { Handler } from './handler.js';
import { answerGuestQuery, answerInlineQuery, savePreparedInlineMessage } from './inline.js';
import { editMessageMedia, sendMediaGroup } from './media-group.js';
import * as payments from './payments.js';
import { sendFile } from './send-media.js';
import { sendContact, sendDice, sendLocation, sendRichMessage, sendRichMessageDraft } from './send-other.js';
import { sendChatAction, sendMessage, sendMessageDraft } from './send-text.js';
import * as settings from './settings.js';

import { deleteWebhook, getWebhookInfo, setWebhook } from './webhooks.js';

// Lengths: core.telegram.org/bots/api#setmyname, #setmydescription, #setmyshortdescription.
const name = settings.ownText('name', 64);
const description = settings.ownText('description', 512);
const shortDescription = settings.ownText('short_description', 120);

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
  editMessageMedia,
  answerCallbackQuery,
  getFile,
  sendMediaGroup,
  sendRichMessage,
  sendRichMessageDraft,
  sendLocation,
  sendContact,
  sendDice,
  forwardMessage,
  forwardMessages,
  copyMessage,
  copyMessages,
  answerInlineQuery,
  answerGuestQuery,
  savePreparedInlineMessage,
  getBusinessConnection,
  readBusinessMessage,
  deleteBusinessMessages,
  editEphemeralMessageText: ephemeral.editEphemeralMessageText,
  editEphemeralMessageCaption: ephemeral.editEphemeralMessageCaption,
  editEphemeralMessageReplyMarkup: ephemeral.editEphemeralMessageReplyMarkup,
  deleteEphemeralMessage: ephemeral.deleteEphemeralMessage,
  getChat: chats.getChat,
  getChatMember: chats.getChatMember,
  getChatAdministrators: chats.getChatAdministrators,
  getChatMemberCount: chats.getChatMemberCount,
  leaveChat: chats.leaveChat,
  banChatMember: chats.banChatMember,
  unbanChatMember: chats.unbanChatMember,
  setChatTitle: chats.setChatTitle,
  setChatDescription: chats.setChatDescription,
  pinChatMessage: chats.pinChatMessage,
  unpinChatMessage: chats.unpinChatMessage,
  unpinAllChatMessages: chats.unpinAllChatMessages,
  setMessageReaction: chats.setMessageReaction,
  createForumTopic: chats.createForumTopic,
  getUserProfilePhotos: chats.getUserProfilePhotos,
  sendInvoice: payments.sendInvoice,
  createInvoiceLink: payments.createInvoiceLink,
  answerPreCheckoutQuery: payments.answerPreCheckoutQuery,
  refundStarPayment: payments.refundStarPayment,
  editUserStarSubscription: payments.editUserStarSubscription,
  getMyStarBalance: payments.getMyStarBalance,
  getStarTransactions: payments.getStarTransactions,
  setMyCommands: settings.setMyCommands,
  getMyCommands: settings.getMyCommands,
  deleteMyCommands: settings.deleteMyCommands,
  setMyName: name.set,
  getMyName: name.get,
  setMyDescription: description.set,
  getMyDescription: description.get,
  setMyShortDescription: shortDescription.set,
  getMyShortDescription: shortDescription.get,
  setChatMenuButton: settings.setChatMenuButton,
  getChatMenuButton: settings.getChatMenuButton,
  setMyDefaultAdministratorRights: settings.setMyDefaultAdministratorRights,
  getMyDefaultAdministratorRights: settings.getMyDefaultAdministratorRights,
};
