// What does the bot say about a chat exported with Telegram Desktop, in Russian?
import type { EXPORTS as ENGLISH } from '../english/exports.js';
import type { Translation } from '../translation.js';

export const EXPORTS: Translation<typeof ENGLISH> = {
  'export.about':
    '🗂 Экспортируйте чат в Telegram Desktop (в JSON) и пришлите result.json: расскажу, что вы пропустили',
  'export.opening': 'Открываю экспорт чата…',
  'export.found':
    '{count} {count|сообщение|сообщения|сообщений} с текстом, с {from} по {to}. Я ещё ничего не отправил. Что рассказать?',
  'export.day': 'За день',
  'export.week': 'За неделю',
  'export.all': 'За всё время',
  'export.summary': 'Просто пересказ',
  'export.reading': 'Читаю {count} {count|сообщение|сообщения|сообщений}…',
  'export.newest': 'Только самые новые сообщения, всего {count}.',
  'export.nothing': 'За это время никто другой ничего не написал.',
  'error.exportUnreadable':
    'Это не экспорт чата из Telegram Desktop, или файл обрезан. Экспортируйте чат заново, выберите JSON и пришлите result.json.',
  'error.exportSeveral':
    'В этом файле несколько чатов. Откройте нужный в Telegram Desktop, выберите в его меню экспорт истории и пришлите результат.',
  'error.exportEmpty': 'В этом экспорте нет текстов. Выберите при экспорте период подлиннее.',
};
