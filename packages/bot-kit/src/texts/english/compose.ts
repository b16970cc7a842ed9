// What does writing and translating say?

export const COMPOSE = {
  'compose.about': '✍️ /write what you need, or reply to a text with /write and how to change it',
  'compose.command': 'Write or improve a text',
  'compose.copy': 'Copy',
  'compose.copyOne': 'Copy {number}',
  'compose.another': 'Another',
  'compose.send': 'Send to…',
  'compose.replying': 'Writing answers…',
  'compose.polite': 'Polite',
  'compose.shorter': 'Shorter',
  'compose.friendly': 'Friendly',
  'compose.formal': 'Formal',
  'compose.fix': 'Fix mistakes',
  'translation.about': '🌍 /translate de, as a reply or with a text',
  'translation.command': 'Translate a text',
  'translation.same': 'This is already in {language}.',
  'translation.languages': '_{from} → {to}_',
  'translation.unknown':
    'I do not know the language “{language}”. Use its short name, for example /translate de.',
  'translation.swap': 'Swap',
} as const;
