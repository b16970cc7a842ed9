// What does the conversation itself say, in German?
import type { CHAT as ENGLISH } from '../english/chat.js';
import type { Translation } from '../translation.js';

export const CHAT: Translation<typeof ENGLISH> = {
  'chat.about': '💬 Frag mich, was du willst',
  'chat.new': 'Neues Gespräch. Das letzte habe ich vergessen.',
  'chat.command.new': 'Neues Gespräch beginnen',
  'chat.forgot': 'Unser Gespräch ist lang geworden, den Anfang sehe ich nicht mehr. /new beginnt von vorn.',
  'chat.kept': 'die letzten Nachrichten unseres Gesprächs',
  'chat.cannot':
    'Das Modell dieses Bots wählt nur Sätze aus Texten aus, reden kann es nicht. Schick ein Dokument oder einen langen Text und frag dann danach.',
};
