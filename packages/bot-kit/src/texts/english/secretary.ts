// What does the secretary say to the owner of the account? Nothing here is ever sent to anybody else.

export const SECRETARY = {
  'secretary.about': '🗂 Connect me to your account: I propose answers here, you decide what is sent',
  'secretary.consent':
    'You connected me to your account. If you agree:\n• Telegram shows me messages in the chats you chose. I send those from others to the checked machines, to propose an answer.\n• Proposals come here. Nothing is sent unless you press Send.\n• I keep the latest message’s number for 24 hours and what the buttons mean, encrypted; what is deleted there is dropped here.',
  'secretary.agree': 'I agree',
  'secretary.refuse': 'No',
  'secretary.on': 'Good. Proposals will come here. Disconnect me in Telegram’s settings at any time.',
  'secretary.off': 'I propose nothing.',
  'secretary.from': '{name} wrote:',
  'secretary.send': 'Send',
  'secretary.change': 'Change',
  'secretary.skip': 'Skip',
  'secretary.how': 'Write what should be different.',
  'secretary.sent': 'Sent.',
  'secretary.stale':
    'Not sent: there is a newer message, you answered yourself, it was deleted, or 24 hours are over.',
  'secretary.notSent':
    'Telegram did not take it: you may have disconnected me, or their last message is older than 24 hours.',
  'secretary.kept': 'which message a proposal answers',
} as const;
