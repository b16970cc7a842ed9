// What does the kit claim about the machines, in German? Only what the report says.
import type { TRUST as ENGLISH } from '../english/trust.js';
import type { Translation } from '../translation.js';

export const TRUST: Translation<typeof ENGLISH> = {
  'badge.checked': '🛡 Privat · geprüft {time}',
  'badge.warned': '🛡 Privat · mit Hinweis',
  'badge.simulated': 'SIMULATED · hier ist nichts geschützt',
  'how.checked':
    'Dein Text ging verschlüsselt an einen abgeschotteten Rechner (Intel TDX). Seine Software wurde um {time} mit der Liste des Netzwerks verglichen. Details: /verify',
  'how.simulated': 'SIMULATED-Rechner: Das ist ein Test, nichts ist geschützt. Details: /verify',
  'card.title': 'Wer lesen kann, was du hier schickst',
  'card.simulated':
    'SIMULATED: Diese Rechner sind für Tests gemacht. Jeder hätte sie bauen und deinen Text lesen können.',
  'card.self': 'Dieser Bot hat Proxy und Worker selbst geprüft, bevor er etwas gesendet hat.',
  'card.proxy': 'Proxy: reicht versiegelte Bytes weiter, kann sie nicht lesen',
  'card.candidates': 'Worker, die es öffnen könnten: {count}',
  'card.answered': 'Geantwortet hat: {machine}',
  'card.machine':
    '{role} {machine}\n  Software: {code}\n  Plattform: {platform}\n  Schlüssel: an den Beweis des Rechners gebunden\n  gültig bis {until}',
  'card.model': 'Modell: {model}',
  'card.rules': 'Liste der erlaubten Software: {rules}',
  'card.declared': 'Nicht bewiesen, nur vom Betreiber gesagt: {what}',
  'card.at': 'Geprüft {at} UTC von der bot-eigenen Kopie von @cocoonkit/sdk',
  'card.notCovered': 'Was das nicht abdeckt',
  'card.telegram': 'Telegram speichert diesen Chat in seiner Cloud.',
  'card.server': 'Der Server des Bots (betrieben von {operator}) verarbeitet den Text im Arbeitsspeicher.',
  'card.export': 'Datei mit Nachweisen',
  'card.checking': 'Ich prüfe jetzt die Rechner…',
  'card.file':
    'Die Nachweise vom {at}. Jeder kann sie erneut prüfen, auch Jahre später: npx -p @cocoonkit/sdk cocoonkit report verify FILE',
  'card.failed': 'Ich konnte den Server gerade nicht bestätigen, also würde nichts gesendet. Grund: {code}',
};
