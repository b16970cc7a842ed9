// What does paying with Stars say, in Russian?
import type { STARS as ENGLISH } from '../english/stars.js';
import type { Translation } from '../translation.js';

export const STARS: Translation<typeof ENGLISH> = {
  'stars.about': '⭐ /buy — купить ещё, когда дневной лимит исчерпан, /balance — сколько осталось',
  'stars.command.buy': 'Купить ещё за Stars',
  'stars.command.balance': 'Сколько осталось',
  'stars.command.support': 'Помощь с платежом',
  'stars.title': '{tokens} {tokens|токен|токена|токенов}',
  'stars.description': 'Тратятся после бесплатного дневного лимита и хранятся, пока не понадобятся.',
  'stars.label': 'Токены',
  'stars.balance':
    'Бесплатно сегодня: {free} из {limit} {limit|токена|токенов|токенов}.\nОплачено: {paid} {paid|токен|токена|токенов}, тратятся после бесплатных.',
  'stars.waiting': 'После оплаты я отвечу на ваш вопрос.',
  'stars.thanks':
    'Спасибо! Теперь у вас {paid} {paid|оплаченный токен|оплаченных токена|оплаченных токенов}.',
  'stars.support':
    'Что-то не так с платежом? Напишите: {contact}. Если ответ не удался сразу после оплаты, деньги возвращаются сами. Поддержка самого Telegram с платежами этому боту помочь не может.',
  'stars.charge': '{date}: {stars} ⭐, {tokens} {tokens|токен|токена|токенов}, {charge}',
  'stars.refunded': 'возвращено',
  'stars.changed': 'Это предложение уже не действует, ничего не списано. /buy покажет новое.',
  'stars.notAllowed': 'Этот бот для вас закрыт, ничего не списано.',
  'stars.failed': 'Оплаченный ответ не пришёл, ваши {stars} ⭐ уже возвращаются.',
  'stars.stuck':
    'Оплаченный ответ не пришёл. Вернуть оплату не удалось, поэтому купленное остаётся у вас: /balance. Помощь: /paysupport',
  'stars.kept': 'платежи (сумма, время, номер платежа; /forget их не удаляет)',
};
