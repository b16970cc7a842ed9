// What is said in chats of other people, in Russian?
import type { ELSEWHERE as ENGLISH } from '../english/elsewhere.js';
import type { Translation } from '../translation.js';

export const ELSEWHERE: Translation<typeof ENGLISH> = {
  'inline.about': '⌨️ Наберите моё имя и текст в любом чате: предложу варианты лучше, пока вы не отправили',
  'inline.hint': 'Напишите текст; две точки .. в конце — сразу',
  'inline.consent': 'Сначала прочтите, что будет с текстом',
  'inline.rewrite': 'Переписать',
  'inline.shorter': 'Короче',
  'inline.polite': 'Вежливее',
  'inline.translate': 'Перевод: {language}',
  'inline.writing': 'Пишу…',
  'inline.waiting': 'Пишу… Если ничего не происходит, отправителю нужно нажать «Начать».',
  'inline.start': 'Начать',
  'inline.again': 'Ещё раз',
  'guest.about': '🙋 Упомяните меня в любом чате ответом на сообщение: я увижу только его и ваше сообщение',
};
