// What does the digest of a group say, in German?
import type { DIGEST as ENGLISH } from '../english/digest.js';
import type { Translation } from '../translation.js';

export const DIGEST: Translation<typeof ENGLISH> = {
  'digest.about': '👥 In Gruppen: /missed sagt, was du verpasst hast, wenn ein Admin /digest on gesetzt hat',
  'digest.missed': 'Was habe ich verpasst?',
  'digest.command': 'Nachrichten für /missed aufheben: on oder off',
  'digest.leave': 'Meine Nachrichten nicht in die Übersicht',
  'digest.on':
    'Ab jetzt hebe ich die letzten {hours} {hours|Stunde|Stunden} dieser Gruppe verschlüsselt auf, um /missed zu beantworten. /nodigest lässt dich aus. /digest off beendet es und löscht alles.',
  'digest.blind':
    'Noch sehe ich die Nachrichten hier nicht: Mach mich zum Admin, oder schalte bei BotFather meinen Privatsphäre-Modus (Privacy Mode) aus.',
  'digest.off': 'Die Übersicht ist aus, und was ich von dieser Gruppe hatte, ist gelöscht.',
  'digest.usage': '/digest on oder /digest off',
  'digest.out':
    'Ich hebe keine deiner Nachrichten in dieser Gruppe mehr auf und habe die vorhandenen gelöscht. Mit /nodigest off bist du wieder dabei.',
  'digest.in': 'Ich hebe deine Nachrichten wieder für die Übersicht dieser Gruppe auf.',
  'digest.groups': 'Das geht in Gruppen.',
  'digest.reading': 'Ich lese {count} {count|Nachricht|Nachrichten} seit {time} UTC…',
  'digest.nothing': 'Nichts Neues seit {time} UTC.',
  'digest.empty': 'Ich habe noch keine Nachrichten dieser Gruppe.',
  'digest.day': 'Letzte 24 Stunden',
  'digest.mentions': 'Nur für mich',
  'digest.privately': 'In den privaten Chat',
  'digest.sent': 'In unseren privaten Chat gesendet.',
  'digest.closed':
    'Telegram lässt mich das hier nicht einer einzelnen Person zeigen. Wer gefragt hat, kann es in unserem privaten Chat lesen:',
  'digest.open': 'Privaten Chat öffnen',
  'digest.notMember': 'Du bist kein Mitglied dieser Gruppe, also zeige ich nichts daraus.',
  'digest.kept': 'deine Nachrichten in Gruppen, deren Admins die Übersicht eingeschaltet haben',
};
