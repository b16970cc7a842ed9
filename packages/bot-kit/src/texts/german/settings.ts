// What does /settings say, in German?
import type { SETTINGS as ENGLISH } from '../english/settings.js';
import type { Translation } from '../translation.js';

export const SETTINGS: Translation<typeof ENGLISH> = {
  'settings.title': 'Einstellungen',
  'settings.language': 'Sprache der Antworten: {language}',
  'settings.telegram': 'wie in Telegram',
  'settings.badge': 'Zeile über die Rechner: {state}',
  'settings.on': 'an',
  'settings.off': 'aus',
  'settings.format': 'Form der Antworten: {format}',
  'settings.entities': 'formatierter Text',
  'settings.rich': 'Tabellen und Überschriften',
  'settings.plain': 'nur Worte',
  'settings.empty': 'Sieht leer aus?',
  'settings.plainer': 'Ab jetzt kommen Antworten als formatierter Text. /settings ändert das.',
  'settings.privacy': 'Was gespeichert wird: /privacy',
};
