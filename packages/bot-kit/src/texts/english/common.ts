// What does the kit say of itself, whatever the feature?

export const COMMON = {
  'start.hello':
    'Hello! I work with private AI: your text goes encrypted to a sealed computer, and nobody on the way can read it.',
  'start.can': 'What I can do:',
  'start.consent':
    'Before we start:\n• Telegram keeps this chat, and this bot handles your text in memory.\n• I send your text only to machines I have checked.\n• /privacy says what is kept and for how long, /forget deletes it.',
  'start.agree': 'I understand',
  'start.ready': 'Good. Send me something.',
  'consent.group':
    'Before I answer: Telegram keeps this chat, I send your text only to machines I have checked, and /privacy says what is kept.',
  'consent.changed': 'Before I go on: since you agreed, this has changed. /privacy says it all.',
  'consent.keeps': 'Kept now: {what}',
  'consent.stored':
    'What is kept is no longer lost when the bot restarts. It is encrypted with a key of your own.',
  'consent.elsewhere': 'Before I answer, read what happens to your text; then ask again.',
  'consent.open': 'Read it',
  'consent.anonymous':
    'You write as a group or channel, so I cannot know who agrees to what happens to the text. Write as yourself and ask again.',
  'help.more': 'The rest: /privacy what is kept, /forget delete it, /verify how I check the server.',
  'command.start': 'Start',
  'command.help': 'What I can do',
  'command.stop': 'Stop what I am doing',
  'command.verify': 'How I check the server',
  'command.privacy': 'What is kept, and for how long',
  'command.forget': 'Delete everything about you',
  'command.settings': 'Language, length, format',
  'answer.thinking': 'Thinking…',
  'answer.queued': 'You are number {position}.',
  'answer.next': 'You are next.',
  'answer.stopped': 'Stopped.',
  'answer.restarting': 'The bot is restarting. Press Again.',
  'joining.left':
    'I was restarted while your messages came in. If I do not answer in a moment, please send them again.',
  'answer.nothing': 'Nothing came back. Try to say it differently.',
  'button.again': 'Again',
  'button.stop': 'Stop',
  'button.how': 'How?',
  'button.shorter': 'Shorter',
  'button.longer': 'Longer',
  'button.close': 'Close',
  'button.yes': 'Yes, delete',
  'button.no': 'Keep it',
  'stop.nothing': 'I am not working on anything.',
  'stop.done': 'Stopped.',
} as const;
