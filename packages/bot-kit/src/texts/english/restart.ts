// What does a person read after the bot was restarted in the middle of something?

export const RESTART = {
  'restart.again': 'The bot was restarted. Press Again.',
  'restart.ask': 'The bot was restarted. Send it again.',
  'restart.doubt':
    'The bot was restarted while it sent this answer, so a part of it may be missing. If it is, press Again.',
  'restart.doubtAsk':
    'The bot was restarted while it sent this answer, so a part of it may be missing. If it is, ask again.',
  'restart.kept': 'what you asked and what was answered, until the answer has arrived',
} as const;
