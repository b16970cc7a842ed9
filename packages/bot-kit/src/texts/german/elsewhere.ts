// What is said in chats of other people, in German?
import type { ELSEWHERE as ENGLISH } from '../english/elsewhere.js';
import type { Translation } from '../translation.js';

export const ELSEWHERE: Translation<typeof ENGLISH> = {
  'inline.about':
    '⌨️ Tippe in einem Chat meinen Namen und einen Text: Ich biete bessere Fassungen an, bevor du sendest',
  'inline.hint': 'Schreib einen Text; mit .. am Ende sofort',
  'inline.consent': 'Lies erst, was mit deinem Text geschieht',
  'inline.rewrite': 'Umschreiben',
  'inline.shorter': 'Kürzer',
  'inline.polite': 'Höflicher',
  'inline.translate': 'Übersetzen: {language}',
  'inline.writing': 'Ich schreibe…',
  'inline.waiting': 'Ich schreibe… Wenn nichts passiert, drückt, wer das gesendet hat, auf „Start“.',
  'inline.start': 'Start',
  'inline.again': 'Noch mal',
  'guest.about': '🙋 Nenn mich in einem Chat als Antwort auf eine Nachricht: Ich sehe nur diese und deine',
};
