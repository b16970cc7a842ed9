// What does paying with Stars say?

export const STARS = {
  'stars.about': '⭐ /buy more for when a day’s limit is used up, /balance shows what is left',
  'stars.command.buy': 'Buy more with Stars',
  'stars.command.balance': 'What is left',
  'stars.command.support': 'Help with a payment',
  'stars.title': '{tokens} {tokens|token|tokens}',
  'stars.description': 'Used after each day’s free limit, and kept until you need it.',
  'stars.label': 'Tokens',
  'stars.balance':
    'Free today: {free} of {limit} {limit|token|tokens}.\nPaid: {paid} {paid|token|tokens}, used when the free ones are gone.',
  'stars.waiting': 'After the payment I answer what you asked.',
  'stars.thanks': 'Thank you. You have {paid} paid {paid|token|tokens} now.',
  'stars.support':
    'Something wrong with a payment? Write to {contact}. An answer that fails right after you paid for it is refunded by itself. Telegram’s own support cannot help with payments to this bot.',
  'stars.charge': '{date}: {stars} ⭐, {tokens} {tokens|token|tokens}, {charge}',
  'stars.refunded': 'refunded',
  'stars.changed': 'This offer is no longer valid, so nothing was charged. Send /buy for the new one.',
  'stars.notAllowed': 'This bot is not open to you, so nothing was charged.',
  'stars.failed': 'The answer you paid for did not come, so your {stars} ⭐ are on their way back.',
  'stars.stuck':
    'The answer you paid for did not come. I could not refund it, so what you paid for stays: /balance. Help: /paysupport',
  'stars.kept': 'payments (amount, time, charge id; /forget leaves these)',
} as const;
