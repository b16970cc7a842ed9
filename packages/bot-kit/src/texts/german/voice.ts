// What does listening say, in German?
import type { VOICE as ENGLISH } from '../english/voice.js';
import type { Translation } from '../translation.js';

export const VOICE: Translation<typeof ENGLISH> = {
  'voice.about':
    '🎤 Schick eine Sprachnachricht: Ich schreibe auf, was gesagt wird, und das Wichtigste in Kürze',
  'voice.listening': 'Ich höre zu…',
  'voice.nothing': 'Ich habe darin keine Worte gehört.',
  'voice.file': 'Als Textdatei',
  'voice.translate': 'Übersetzen',
};
