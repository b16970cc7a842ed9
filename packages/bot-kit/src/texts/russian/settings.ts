// What does /settings say, in Russian?
import type { SETTINGS as ENGLISH } from '../english/settings.js';
import type { Translation } from '../translation.js';

export const SETTINGS: Translation<typeof ENGLISH> = {
  'settings.title': 'Настройки',
  'settings.language': 'Язык ответов: {language}',
  'settings.telegram': 'как в Telegram',
  'settings.badge': 'Строка о машинах: {state}',
  'settings.on': 'вкл.',
  'settings.off': 'выкл.',
  'settings.format': 'Вид ответов: {format}',
  'settings.entities': 'оформленный текст',
  'settings.rich': 'таблицы и заголовки',
  'settings.plain': 'только слова',
  'settings.empty': 'Видно пустоту?',
  'settings.plainer': 'Теперь ответы приходят оформленным текстом. Изменить: /settings.',
  'settings.privacy': 'Что хранится: /privacy',
};
