// What does the bot say about a chat exported with Telegram Desktop?

export const EXPORTS = {
  'export.about':
    '🗂 Export a chat with Telegram Desktop (as JSON) and send result.json: I say what you missed',
  'export.opening': 'Opening the exported chat…',
  'export.found':
    '{count} {count|message|messages} with text, {from} to {to}. I have sent nothing yet. What did you miss?',
  'export.day': 'Last day',
  'export.week': 'Last week',
  'export.all': 'All of it',
  'export.summary': 'Plain summary',
  'export.reading': 'Reading {count} {count|message|messages}…',
  'export.newest': 'Only the newest {count} {count|message|messages}.',
  'export.nothing': 'Nobody else wrote anything in that time.',
  'error.exportUnreadable':
    'This is no chat export of Telegram Desktop, or it is cut off. Export the chat again, choose JSON, and send result.json.',
  'error.exportSeveral':
    'This file holds several chats. Open the one you mean in Telegram Desktop, choose Export chat history in its menu, and send that.',
  'error.exportEmpty': 'There are no texts in this export. Choose a longer time when you export the chat.',
} as const;
