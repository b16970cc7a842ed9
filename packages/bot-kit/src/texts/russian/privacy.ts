// What does the privacy page say, in Russian? Every line is a promise that a test holds.
import type { PRIVACY as ENGLISH } from '../english/privacy.js';
import type { Translation } from '../translation.js';

export const PRIVACY: Translation<typeof ENGLISH> = {
  'privacy.title': 'Что происходит с тем, что вы присылаете',
  'privacy.operator': 'Владелец бота: {operator}. Связь: {contact}',
  'privacy.policy': 'Его политика: {url}',
  'privacy.path':
    'Ваш текст уходит зашифрованным на машины, которые бот проверил. Если проверка не прошла, не отправляется ничего.',
  'privacy.simulated': 'SIMULATED: бот работает с тестовыми машинами. Ничего не защищено.',
  'privacy.telegram': 'Telegram хранит этот чат в своём облаке, как любой чат с ботом.',
  'privacy.logs': 'Никогда не попадает в журналы: что вы пишете, имена, имена файлов, ссылки, ответы, id.',
  'privacy.training': 'Ничто не используется для обучения, рекламы или статистики о вас.',
  'privacy.memoryOnly': 'На диск ничего не пишется: после перезапуска бота всё исчезает.',
  'privacy.encrypted':
    'Всё, что хранится, зашифровано вашим отдельным ключом; по базе данных не видно ни вас, ни о чём речь.',
  'privacy.kept': 'Что хранится и как долго',
  'privacy.file': 'Файл открывается только в памяти и стирается после чтения.',
  'privacy.voice':
    'Голос превращает в текст сервис, который выбрал владелец бота. На этот шаг проверка машин не распространяется.',
  'privacy.forget': '/forget удаляет всё это сразу.',
  'privacy.days': '{count} {count|день|дня|дней}',
  'privacy.hours': '{count} {count|час|часа|часов}',
  'privacy.minutes': '{count} {count|минута|минуты|минут}',
  'privacy.item': '{what}: {time}',
  'privacy.buttons': 'что означают кнопки под ответом',
  'privacy.settings': 'ваши настройки: до /forget',
  'privacy.budget': 'сколько вы сегодня использовали',
  'forget.ask': 'Удалить всё, что этот бот хранит о вас? Отменить это нельзя.',
  'forget.done': 'Удалено записей: {count}.',
  'forget.backups': 'То, что осталось о вас в старых резервных копиях, больше нельзя прочитать.',
  'forget.payments':
    'Записи о платежах (сумма, время, номер платежа, остаток) хранятся столько, сколько требует закон.',
  'forget.kept': 'Ничего не удалено.',
  'forget.late': 'Прошло больше минуты, поэтому ничего не удалено. Отправьте /forget ещё раз.',
};
