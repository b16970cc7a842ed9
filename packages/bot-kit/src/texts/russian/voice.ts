// What does listening say, in Russian?
import type { VOICE as ENGLISH } from '../english/voice.js';
import type { Translation } from '../translation.js';

export const VOICE: Translation<typeof ENGLISH> = {
  'voice.about': '🎤 Пришлите голосовое: запишу, что сказано, и краткую суть',
  'voice.listening': 'Слушаю…',
  'voice.nothing': 'Слов я там не услышал.',
  'voice.file': 'Файл с текстом',
  'voice.translate': 'Перевести',
};
