// What does the secretary say to the owner of the account, in German? Nothing here is ever sent to anybody else.
import type { SECRETARY as ENGLISH } from '../english/secretary.js';
import type { Translation } from '../translation.js';

export const SECRETARY: Translation<typeof ENGLISH> = {
  'secretary.about':
    '🗂 Verbinde mich mit deinem Konto: Ich schlage hier Antworten vor, du entscheidest, was gesendet wird',
  'secretary.consent':
    'Du hast mich mit deinem Konto verbunden. Wenn du einverstanden bist:\n• Telegram zeigt mir Nachrichten in den Chats, die du gewählt hast. Die der anderen schicke ich an die geprüften Rechner, um eine Antwort vorzuschlagen.\n• Vorschläge kommen hierher. Nichts wird gesendet, bevor du auf „Senden“ drückst.\n• Ich speichere die Nummer der letzten Nachricht 24 Stunden lang und die Bedeutung der Knöpfe, verschlüsselt; was dort gelöscht wird, fällt auch hier weg.',
  'secretary.agree': 'Einverstanden',
  'secretary.refuse': 'Nein',
  'secretary.on':
    'Gut. Vorschläge kommen hierher. In den Einstellungen von Telegram kannst du mich jederzeit trennen.',
  'secretary.off': 'Ich schlage nichts vor.',
  'secretary.from': '{name} schreibt:',
  'secretary.send': 'Senden',
  'secretary.change': 'Ändern',
  'secretary.skip': 'Überspringen',
  'secretary.how': 'Schreib, was anders sein soll.',
  'secretary.sent': 'Gesendet.',
  'secretary.stale':
    'Nicht gesendet: Es gibt eine neuere Nachricht, du hast selbst geantwortet, sie wurde gelöscht, oder 24 Stunden sind um.',
  'secretary.notSent':
    'Telegram hat es nicht angenommen: Vielleicht hast du mich getrennt, oder die letzte Nachricht ist älter als 24 Stunden.',
  'secretary.kept': 'auf welche Nachricht ein Vorschlag antwortet',
};
