// What is said in chats of other people, in Spanish?
import type { ELSEWHERE as ENGLISH } from '../english/elsewhere.js';
import type { Translation } from '../translation.js';

export const ELSEWHERE: Translation<typeof ENGLISH> = {
  'inline.about':
    '⌨️ Escribe mi nombre y un texto en cualquier chat: te ofrezco versiones mejores antes de enviarlo',
  'inline.hint': 'Escribe un texto; acábalo en .. para ir ya',
  'inline.consent': 'Lee antes qué pasa con tu texto',
  'inline.rewrite': 'Reescribir',
  'inline.shorter': 'Más corto',
  'inline.polite': 'Más cortés',
  'inline.translate': 'Traducir: {language}',
  'inline.writing': 'Escribiendo…',
  'inline.waiting': 'Escribiendo… Si no pasa nada, quien envió esto pulsa «Empezar».',
  'inline.start': 'Empezar',
  'inline.again': 'Otra vez',
  'guest.about': '🙋 Nómbrame en cualquier chat como respuesta a un mensaje: solo veo ese mensaje y el tuyo',
};
