// What does a person read after the bot was restarted in the middle of something, in German?
import type { RESTART as ENGLISH } from '../english/restart.js';
import type { Translation } from '../translation.js';

export const RESTART: Translation<typeof ENGLISH> = {
  'restart.again': 'Der Bot wurde neu gestartet. Drück auf „Noch mal“.',
  'restart.ask': 'Der Bot wurde neu gestartet. Schick es noch einmal.',
  'restart.doubt':
    'Der Bot wurde neu gestartet, während er diese Antwort sendete; vielleicht fehlt ein Teil. Dann drück auf „Noch mal“.',
  'restart.doubtAsk':
    'Der Bot wurde neu gestartet, während er diese Antwort sendete; vielleicht fehlt ein Teil. Dann frag noch einmal.',
  'restart.kept': 'was du gefragt hast und die Antwort, bis sie angekommen ist',
};
