// What does /settings say?

export const SETTINGS = {
  'settings.title': 'Settings',
  'settings.language': 'Language of answers: {language}',
  'settings.telegram': 'as in Telegram',
  'settings.badge': 'Line about the machines: {state}',
  'settings.on': 'on',
  'settings.off': 'off',
  'settings.privacy': 'What is kept: /privacy',
} as const;
