// What does a person read when something went wrong, in German? One sentence and one next step each.
import type { ERRORS as ENGLISH } from '../english/errors.js';
import type { Translation } from '../translation.js';

export const ERRORS: Translation<typeof ENGLISH> = {
  'error.notConfirmed':
    'Ich konnte nicht bestätigen, dass der Server echt ist, also habe ich nichts gesendet. Versuch es in ein paar Minuten wieder.',
  'error.network':
    'Ich habe den Server nicht erreicht. Dein Text ist nicht verloren: Drück in einer Minute auf „Noch mal“.',
  'error.stopped':
    'Das Modell hat mittendrin aufgehört. Du siehst, was angekommen ist. „Noch mal“ versucht es erneut.',
  'error.funds':
    'Dieser Bot hat keine bezahlte Zeit mehr bei seinem Server. Sein Betreiber muss aufladen: {contact}',
  'error.tooLong':
    'Das ist mehr, als das Modell auf einmal lesen kann. Schick einen kürzeren Text oder einen Teil.',
  'error.notWithThisModel': 'Das Modell dieses Bots kann das nicht.',
  'error.refused': 'Der Server hat diese Anfrage abgelehnt. Versuch es mit anderen Worten.',
  'error.untrusted':
    'Die Antwort passte nicht zu ihrem Beweis, also habe ich sie verworfen. Versuch es in einer Minute wieder.',
  'error.timeout': 'Das hat zu lange gedauert, also habe ich aufgehört. Versuch es mit einem kürzeren Text.',
  'error.bot': 'In diesem Bot ist etwas falsch eingerichtet. Sein Betreiber kann helfen: {contact}',
  'error.hook':
    'Etwas, das der Betreiber diesem Bot hinzugefügt hat, ging schief; ich habe aufgehört. Er kann helfen: {contact}',
  'error.byRules': 'Die Regeln dieses Bots erlauben das nicht.',
  'error.unexpected':
    'Bei mir ist etwas schiefgegangen. Versuch es noch einmal; wenn es bleibt, sag es dem Betreiber: {contact}',
  'error.code': 'Code: {code}',
  'error.today': 'Dein Limit für heute ist aufgebraucht. Um 00:00 UTC geht es weiter.',
  'error.tooFast': 'Das war viel auf einmal. Warte eine Minute und schick dann das Nächste.',
  'error.queueFull': 'Gerade fragen zu viele. Versuch es in ein paar Minuten wieder.',
  'error.storage':
    'Ich kann Anfragen gerade nicht erfassen, also habe ich nichts gesendet. Versuch es in ein paar Minuten wieder.',
  'error.notAllowed': 'Dieser Bot antwortet nur Leuten, die sein Betreiber zugelassen hat: {contact}',
  'error.oldButton': 'Dieser Knopf ist zu alt. Schick es noch einmal.',
  'error.notYours': 'Diesen Knopf kann nur drücken, wer gefragt hat.',
  'error.documentTooBig':
    '{size}. Bots können in Telegram Dateien bis {limit} öffnen. Schick eine kleinere oder füg den Text ein.',
  'error.documentTooLong': 'Das ist mehr, als ich auf einmal lesen kann ({limit}). Schick einen Teil davon.',
  'error.pages': '{count} {count|Seite|Seiten}',
  'error.characters': '{count} {count|Zeichen|Zeichen}',
  'error.documentEncrypted':
    'Diese Datei ist gesperrt. Speichere sie ohne Passwort und schick sie noch einmal. Schick mir nie ein Passwort.',
  'error.documentScanned':
    'Diese Seiten sind Bilder von Text, ich kann nur Text lesen. Schick eine Fassung mit markierbarem Text.',
  'error.documentUnreadable':
    'Ich konnte die Datei nicht öffnen: Sie scheint beschädigt oder abgeschnitten. Speichere sie neu und schick sie.',
  'error.documentUnsupported':
    'Diese Art Datei kann ich nicht öffnen. Es gehen PDF, Word, PowerPoint, Excel, ODT, EPUB, Webseiten und Textdateien.',
  'error.documentEmpty': 'Darin steht kein Text, es gibt also nichts zu lesen.',
  'error.documentBomb':
    'Diese Datei wird beim Entpacken viel größer, als sie sollte, also habe ich sie nicht geöffnet.',
  'error.documentTimeout':
    'Das Lesen dieser Datei hat zu lange gedauert, also habe ich aufgehört. Schick einen Teil davon.',
  'error.linkRefused': 'Ich kann nur öffentliche https-Seiten öffnen. Füg stattdessen den Text ein.',
  'error.linkFailed':
    'Ich konnte die Seite nicht öffnen. Vielleicht braucht sie eine Anmeldung oder ist zu groß. Füg stattdessen den Text ein.',
  'error.fileNotFetched': 'Telegram hat mir die Datei nicht gegeben. Schick sie noch einmal.',
  'error.noAudio': 'Audio kann ich noch nicht anhören. Schick Text oder eine Datei.',
  'error.audioFailed':
    'Ich konnte daraus keinen Text machen. Schick es noch einmal oder schreib es als Text.',
  'error.audioTooLong':
    'Das ist länger, als ich zuhören kann ({limit} {limit|Minute|Minuten}). Schick etwas Kürzeres.',
  'error.nothingToDo': 'Schick den Text oder antworte auf ihn, dann kann ich damit arbeiten.',
  'error.openDocument': 'Es ist kein Dokument offen. Schick erst eins.',
  'error.forgotten': 'Daran erinnere ich mich nicht mehr. Schick es noch einmal.',
  'error.groupOff': 'Kein Admin dieser Gruppe hat das eingeschaltet.',
  'error.onlyAdmins': 'Das können nur Admins dieser Gruppe.',
  'error.privateOnly': 'Das geht in einem privaten Chat mit mir.',
};
