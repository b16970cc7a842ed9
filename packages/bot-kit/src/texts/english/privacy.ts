// What does the privacy page say? Built from the real configuration; every line is a promise that a test holds.

export const PRIVACY = {
  'privacy.title': 'What happens to what you send',
  'privacy.operator': 'This bot is run by {operator}. Contact: {contact}',
  'privacy.policy': 'Their policy: {url}',
  'privacy.path':
    'Your text goes encrypted to machines this bot has checked. If a check fails, nothing is sent.',
  'privacy.simulated': 'SIMULATED: this bot runs against test machines. Nothing is protected.',
  'privacy.telegram': 'Telegram keeps this chat in its cloud, as every chat with a bot.',
  'privacy.logs': 'Never logged: what you write, names, file names, links, answers, ids.',
  'privacy.training': 'Nothing is used for training, advertising or statistics about you.',
  'privacy.memoryOnly': 'Nothing is written to disk: all of it is gone when the bot restarts.',
  'privacy.encrypted':
    'What is kept is encrypted with a key of your own; the database shows neither you nor what it is about.',
  'privacy.kept': 'What is kept, and for how long',
  'privacy.file': 'A file is opened in memory only and wiped after reading.',
  'privacy.voice':
    'Voice is turned into text by a service its operator chose. That step is not covered by the check of the machines.',
  'privacy.forget': '/forget deletes all of it at once.',
  'privacy.days': '{count} {count|day|days}',
  'privacy.hours': '{count} {count|hour|hours}',
  'privacy.minutes': '{count} {count|minute|minutes}',
  'privacy.item': '{what}: {time}',
  'privacy.buttons': 'what the buttons under an answer mean',
  'privacy.settings': 'your settings: until /forget',
  'privacy.budget': 'how much you used today',
  'forget.ask': 'Delete everything this bot keeps about you? This cannot be undone.',
  'forget.done': 'Deleted: {count} {count|record|records}.',
  'forget.backups': 'What old backups hold of you can no longer be read.',
  'forget.payments':
    'Payment records (amount, time, charge id, what is left of it) stay as long as the law asks.',
  'forget.kept': 'Nothing was deleted.',
  'forget.late': 'That took longer than a minute, so nothing was deleted. Send /forget again.',
} as const;
