// What does the kit say of itself, whatever the feature, in German?
import type { COMMON as ENGLISH } from '../english/common.js';
import type { Translation } from '../translation.js';

export const COMMON: Translation<typeof ENGLISH> = {
  'start.hello':
    'Hallo! Ich arbeite mit privater KI: Dein Text geht verschlüsselt an einen abgeschotteten Rechner, und niemand unterwegs kann ihn lesen.',
  'start.can': 'Das kann ich:',
  'start.consent':
    'Bevor es losgeht:\n• Telegram speichert diesen Chat, und dieser Bot verarbeitet deinen Text im Arbeitsspeicher.\n• Ich schicke deinen Text nur an Rechner, die ich geprüft habe.\n• /privacy zeigt, was wie lange gespeichert wird, /forget löscht es.',
  'consent.group':
    'Bevor ich antworte: Telegram speichert diesen Chat, ich schicke deinen Text nur an Rechner, die ich geprüft habe, und /privacy sagt, was gespeichert wird.',
  'consent.changed':
    'Bevor es weitergeht: Seit deiner Zustimmung hat sich dies geändert. /privacy sagt alles.',
  'consent.keeps': 'Jetzt gespeichert: {what}',
  'consent.stored':
    'Was gespeichert wird, überdauert jetzt einen Neustart. Es ist mit einem eigenen Schlüssel für dich verschlüsselt.',
  'consent.elsewhere': 'Bevor ich antworte, lies, was mit deinem Text geschieht; dann frag noch einmal.',
  'consent.open': 'Lesen',
  'consent.anonymous':
    'Du schreibst als Gruppe oder Kanal, also weiß ich nicht, wer dem zustimmt, was mit dem Text geschieht. Schreib als du selbst und frag noch einmal.',
  'start.agree': 'Verstanden',
  'start.ready': 'Gut. Schick mir etwas.',
  'help.more':
    'Außerdem: /privacy was gespeichert wird, /forget löscht es, /verify wie ich den Server prüfe.',
  'command.start': 'Los geht’s',
  'command.help': 'Was ich kann',
  'command.stop': 'Laufende Arbeit stoppen',
  'command.verify': 'Wie ich den Server prüfe',
  'command.privacy': 'Was wie lange gespeichert wird',
  'command.forget': 'Alles über dich löschen',
  'command.settings': 'Sprache und Form der Antworten',
  'answer.thinking': 'Ich überlege…',
  'answer.queued': 'Du bist Nummer {position}.',
  'answer.next': 'Du bist als Nächstes dran.',
  'answer.stopped': 'Gestoppt.',
  'answer.restarting': 'Der Bot startet neu. Drück auf „Noch mal“.',
  'joining.left':
    'Ich wurde neu gestartet, während deine Nachrichten ankamen. Wenn ich nicht gleich antworte, schick sie bitte noch einmal.',
  'answer.nothing': 'Es kam nichts zurück. Versuch es mit anderen Worten.',
  'button.again': 'Noch mal',
  'button.stop': 'Stopp',
  'button.how': 'Wie das?',
  'button.shorter': 'Kürzer',
  'button.longer': 'Länger',
  'button.close': 'Schließen',
  'button.yes': 'Ja, löschen',
  'button.no': 'Behalten',
  'stop.nothing': 'Ich arbeite gerade an nichts.',
  'stop.done': 'Gestoppt.',
};
