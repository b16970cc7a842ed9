// What does writing and translating say, in Russian?
import type { COMPOSE as ENGLISH } from '../english/compose.js';
import type { Translation } from '../translation.js';

export const COMPOSE: Translation<typeof ENGLISH> = {
  'compose.about': '✍️ /write и что написать, или ответьте на текст командой /write и скажите, что изменить',
  'compose.command': 'Написать или улучшить текст',
  'compose.copy': 'Копировать',
  'compose.copyOne': 'Копировать {number}',
  'compose.another': 'Другой вариант',
  'compose.send': 'Отправить…',
  'compose.replying': 'Пишу ответы…',
  'compose.polite': 'Вежливее',
  'compose.shorter': 'Короче',
  'compose.friendly': 'Дружелюбнее',
  'compose.formal': 'Официальнее',
  'compose.fix': 'Исправить ошибки',
  'translation.about': '🌍 /translate de — с текстом или ответом на него',
  'translation.command': 'Перевести текст',
  'translation.same': 'Этот текст уже на нужном языке: {language}.',
  'translation.languages': '_{from} → {to}_',
  'translation.unknown': 'Я не знаю языка «{language}». Напишите его короткий код, например /translate de.',
  'translation.swap': 'Наоборот',
};
