// What does /settings say?

export const SETTINGS = {
  'settings.title': 'Settings',
  'settings.language': 'Language of answers: {language}',
  'settings.telegram': 'as in Telegram',
  'settings.badge': 'Line about the machines: {state}',
  'settings.on': 'on',
  'settings.off': 'off',
  'settings.format': 'Form of answers: {format}',
  'settings.entities': 'styled text',
  'settings.rich': 'tables and headings',
  'settings.plain': 'words only',
  'settings.empty': 'Looks empty?',
  'settings.plainer': 'From now on answers come as styled text. /settings changes it.',
  'settings.privacy': 'What is kept: /privacy',
} as const;
