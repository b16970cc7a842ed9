// What does listening say, in Spanish?
import type { VOICE as ENGLISH } from '../english/voice.js';
import type { Translation } from '../translation.js';

export const VOICE: Translation<typeof ENGLISH> = {
  'voice.about': '🎤 Envía un mensaje de voz: escribo lo que se dice y lo esencial',
  'voice.listening': 'Escuchando…',
  'voice.nothing': 'No oí palabras en él.',
  'voice.file': 'Archivo con el texto',
  'voice.translate': 'Traducir',
};
