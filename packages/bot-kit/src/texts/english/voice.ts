// What does listening say?

export const VOICE = {
  'voice.about': '🎤 Send a voice message: I write down what is said, and the short of it',
  'voice.listening': 'Listening…',
  'voice.nothing': 'I heard no words in it.',
  'voice.file': 'Transcript file',
  'voice.translate': 'Translate',
} as const;
