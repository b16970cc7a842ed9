// What does the conversation itself say, in Spanish?
import type { CHAT as ENGLISH } from '../english/chat.js';
import type { Translation } from '../translation.js';

export const CHAT: Translation<typeof ENGLISH> = {
  'chat.about': '💬 Pregúntame lo que quieras',
  'chat.new': 'Conversación nueva. La anterior ya la he olvidado.',
  'chat.command.new': 'Empezar una conversación nueva',
  'chat.forgot': 'La conversación se ha hecho larga y ya no veo el principio. Con /new empezamos de nuevo.',
  'chat.kept': 'los últimos mensajes de nuestra conversación',
  'chat.cannot':
    'El modelo de este bot solo elige frases de los textos; no sabe conversar. Envía un documento o un texto largo y pregunta sobre él.',
};
