// What is said in chats of other people: inline and guest mode?

export const ELSEWHERE = {
  'inline.about': '⌨️ Type my name and a text in any chat: I offer better versions before you send it',
  'inline.hint': 'Write a text; end it with .. to go at once',
  'inline.consent': 'First read what happens to your text',
  'inline.rewrite': 'Rewrite',
  'inline.shorter': 'Shorter',
  'inline.polite': 'Polite',
  'inline.translate': 'Translate: {language}',
  'inline.writing': 'Writing…',
  'inline.waiting': 'Writing… If nothing happens, whoever sent this presses Start.',
  'inline.start': 'Start',
  'inline.again': 'Run again',
  'guest.about': '🙋 Name me in any chat, as a reply to a message: I see only that message and yours',
} as const;
