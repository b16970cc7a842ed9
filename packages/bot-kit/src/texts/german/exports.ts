// What does the bot say about a chat exported with Telegram Desktop, in German?
import type { EXPORTS as ENGLISH } from '../english/exports.js';
import type { Translation } from '../translation.js';

export const EXPORTS: Translation<typeof ENGLISH> = {
  'export.about':
    '🗂 Exportiere einen Chat mit Telegram Desktop (als JSON) und schick result.json: Ich sage, was du verpasst hast',
  'export.opening': 'Ich öffne den exportierten Chat…',
  'export.found':
    '{count} {count|Nachricht|Nachrichten} mit Text, {from} bis {to}. Ich habe noch nichts gesendet. Was hast du verpasst?',
  'export.day': 'Letzter Tag',
  'export.week': 'Letzte Woche',
  'export.all': 'Alles',
  'export.summary': 'Einfache Zusammenfassung',
  'export.reading': 'Ich lese {count} {count|Nachricht|Nachrichten}…',
  'export.newest': 'Nur die {count|neueste|neuesten} {count} {count|Nachricht|Nachrichten}.',
  'export.nothing': 'In dieser Zeit hat sonst niemand etwas geschrieben.',
  'error.exportUnreadable':
    'Das ist kein Chat-Export von Telegram Desktop, oder er ist abgeschnitten. Exportiere den Chat neu, wähle JSON und schick result.json.',
  'error.exportSeveral':
    'In dieser Datei stecken mehrere Chats. Öffne den gewünschten in Telegram Desktop, wähle im Menü den Export des Chatverlaufs und schick ihn.',
  'error.exportEmpty': 'Dieser Export enthält keine Texte. Wähle beim Exportieren einen längeren Zeitraum.',
};
