// What does paying with Stars say, in German?
import type { STARS as ENGLISH } from '../english/stars.js';
import type { Translation } from '../translation.js';

export const STARS: Translation<typeof ENGLISH> = {
  'stars.about': '⭐ /buy holt mehr, wenn das Tageslimit aufgebraucht ist, /balance zeigt den Rest',
  'stars.command.buy': 'Mehr mit Stars kaufen',
  'stars.command.balance': 'Was übrig ist',
  'stars.command.support': 'Hilfe bei einer Zahlung',
  'stars.title': '{tokens} {tokens|Token|Tokens}',
  'stars.description': 'Wird nach dem kostenlosen Tageslimit verbraucht und bleibt, bis du es brauchst.',
  'stars.label': 'Tokens',
  'stars.balance':
    'Heute kostenlos: {free} von {limit} {limit|Token|Tokens}.\nBezahlt: {paid} {paid|Token|Tokens}, verbraucht nach den kostenlosen.',
  'stars.waiting': 'Nach der Zahlung beantworte ich deine Frage.',
  'stars.thanks': 'Danke. Du hast jetzt {paid} {paid|bezahltes Token|bezahlte Tokens}.',
  'stars.support':
    'Stimmt etwas mit einer Zahlung nicht? Schreib an {contact}. Scheitert eine Antwort gleich nach der Zahlung, kommt das Geld von selbst zurück. Der Support von Telegram kann bei Zahlungen an diesen Bot nicht helfen.',
  'stars.charge': '{date}: {stars} ⭐, {tokens} {tokens|Token|Tokens}, {charge}',
  'stars.refunded': 'erstattet',
  'stars.changed': 'Dieses Angebot gilt nicht mehr, es wurde nichts abgebucht. /buy zeigt das neue.',
  'stars.notAllowed': 'Dieser Bot ist für dich nicht freigegeben, es wurde nichts abgebucht.',
  'stars.failed': 'Die bezahlte Antwort kam nicht, deine {stars} ⭐ sind auf dem Weg zurück.',
  'stars.stuck':
    'Die bezahlte Antwort kam nicht. Ich konnte nichts erstatten, also bleibt dir, was du bezahlt hast: /balance. Hilfe: /paysupport',
  'stars.kept': 'Zahlungen (Betrag, Zeit, Zahlungsnummer; /forget lässt sie stehen)',
};
