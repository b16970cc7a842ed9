// What does the digest of a group say?

export const DIGEST = {
  'digest.about': '👥 In groups: /missed says what you missed, when an admin has switched /digest on',
  'digest.missed': 'What did I miss?',
  'digest.command': 'Keep messages for /missed: on or off',
  'digest.leave': 'Leave my messages out of the digest',
  'digest.on':
    'From now on I keep the last {hours} {hours|hour|hours} of this group, encrypted, to answer /missed. /nodigest leaves you out. /digest off ends it and deletes everything.',
  'digest.blind':
    'I do not see the messages here yet: make me an admin, or switch off my privacy mode at BotFather.',
  'digest.off': 'The digest is off, and what I kept of this group is deleted.',
  'digest.usage': '/digest on or /digest off',
  'digest.out':
    'I keep none of your messages of this group, and have deleted those I had. /nodigest off lets you in again.',
  'digest.in': 'I keep your messages for the digest of this group again.',
  'digest.groups': 'This works in groups.',
  'digest.reading': 'Reading {count} {count|message|messages} since {time} UTC…',
  'digest.nothing': 'Nothing new since {time} UTC.',
  'digest.empty': 'I have no messages of this group yet.',
  'digest.day': 'Last 24 hours',
  'digest.mentions': 'Only for me',
  'digest.privately': 'To private chat',
  'digest.sent': 'Sent to our private chat.',
  'digest.closed':
    'Telegram does not let me show this to one person here. Whoever asked can read it in our private chat:',
  'digest.open': 'Open private chat',
  'digest.notMember': 'You are not a member of that group, so I show nothing of it.',
  'digest.kept': 'your messages in groups whose admins switched the digest on',
} as const;
