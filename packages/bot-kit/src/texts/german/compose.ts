// What does writing and translating say, in German?
import type { COMPOSE as ENGLISH } from '../english/compose.js';
import type { Translation } from '../translation.js';

export const COMPOSE: Translation<typeof ENGLISH> = {
  'compose.about': '✍️ /write und was du brauchst, oder antworte auf einen Text mit /write und deinem Wunsch',
  'compose.command': 'Text schreiben oder verbessern',
  'compose.copy': 'Kopieren',
  'compose.copyOne': '{number} kopieren',
  'compose.another': 'Anders',
  'compose.send': 'Senden an…',
  'compose.replying': 'Ich schreibe Antworten…',
  'compose.polite': 'Höflicher',
  'compose.shorter': 'Kürzer',
  'compose.friendly': 'Freundlicher',
  'compose.formal': 'Förmlicher',
  'compose.fix': 'Fehler beheben',
  'translation.about': '🌍 /translate en, als Antwort oder mit einem Text',
  'translation.command': 'Text übersetzen',
  'translation.same': 'Das ist schon auf {language}.',
  'translation.languages': '_{from} → {to}_',
  'translation.unknown':
    'Die Sprache „{language}“ kenne ich nicht. Nimm ihr Kürzel, zum Beispiel /translate en.',
  'translation.swap': 'Umkehren',
};
