// What does the privacy page say, in German? Every line is a promise that a test holds.
import type { PRIVACY as ENGLISH } from '../english/privacy.js';
import type { Translation } from '../translation.js';

export const PRIVACY: Translation<typeof ENGLISH> = {
  'privacy.title': 'Was mit dem geschieht, was du schickst',
  'privacy.operator': 'Diesen Bot betreibt {operator}. Kontakt: {contact}',
  'privacy.policy': 'Datenschutzerklärung: {url}',
  'privacy.path':
    'Dein Text geht verschlüsselt an Rechner, die dieser Bot geprüft hat. Scheitert eine Prüfung, wird nichts gesendet.',
  'privacy.simulated': 'SIMULATED: Dieser Bot läuft mit Testrechnern. Nichts ist geschützt.',
  'privacy.telegram': 'Telegram speichert diesen Chat in seiner Cloud, wie jeden Chat mit einem Bot.',
  'privacy.logs': 'Nie protokolliert: was du schreibst, Namen, Dateinamen, Links, Antworten, IDs.',
  'privacy.training': 'Nichts dient dem Training, der Werbung oder Statistiken über dich.',
  'privacy.memoryOnly': 'Nichts wird auf die Festplatte geschrieben: Nach einem Neustart ist alles weg.',
  'privacy.encrypted':
    'Was gespeichert wird, ist mit einem eigenen Schlüssel für dich verschlüsselt; die Datenbank zeigt weder dich noch, worum es geht.',
  'privacy.kept': 'Was wie lange gespeichert wird',
  'privacy.file': 'Eine Datei wird nur im Arbeitsspeicher geöffnet und nach dem Lesen gelöscht.',
  'privacy.voice':
    'Sprache wird von einem Dienst in Text verwandelt, den der Betreiber gewählt hat. Die Prüfung der Rechner umfasst diesen Schritt nicht.',
  'privacy.forget': '/forget löscht alles sofort.',
  'privacy.days': '{count} {count|Tag|Tage}',
  'privacy.hours': '{count} {count|Stunde|Stunden}',
  'privacy.minutes': '{count} {count|Minute|Minuten}',
  'privacy.item': '{what}: {time}',
  'privacy.buttons': 'was die Knöpfe unter einer Antwort bedeuten',
  'privacy.settings': 'deine Einstellungen: bis /forget',
  'privacy.budget': 'wie viel du heute verbraucht hast',
  'forget.ask': 'Alles löschen, was dieser Bot über dich speichert? Das lässt sich nicht rückgängig machen.',
  'forget.done': 'Gelöscht: {count} {count|Eintrag|Einträge}.',
  'forget.backups': 'Was alte Sicherungen von dir enthalten, kann niemand mehr lesen.',
  'forget.payments':
    'Zahlungsdaten (Betrag, Zeit, Zahlungsnummer, Rest) bleiben so lange, wie das Gesetz es verlangt.',
  'forget.kept': 'Nichts wurde gelöscht.',
  'forget.late':
    'Das hat länger als eine Minute gedauert, also wurde nichts gelöscht. Schick noch mal /forget.',
};
