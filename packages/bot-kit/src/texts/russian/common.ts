// What does the kit say of itself, whatever the feature, in Russian?
import type { COMMON as ENGLISH } from '../english/common.js';
import type { Translation } from '../translation.js';

export const COMMON: Translation<typeof ENGLISH> = {
  'start.hello':
    'Здравствуйте! Я работаю с приватным ИИ: ваш текст уходит зашифрованным на изолированный компьютер, и по пути его никто не может прочитать.',
  'start.can': 'Что я умею:',
  'start.consent':
    'Прежде чем начать:\n• Telegram хранит этот чат, а бот обрабатывает ваш текст в памяти.\n• Я отправляю текст только на машины, которые проверил.\n• /privacy расскажет, что хранится и как долго, /forget всё удалит.',
  'consent.group':
    'Прежде чем ответить: Telegram хранит этот чат, я отправляю ваш текст только на машины, которые проверил, а /privacy расскажет, что хранится.',
  'consent.changed':
    'Прежде чем продолжить: с тех пор как вы согласились, изменилось вот что. Подробно: /privacy.',
  'consent.keeps': 'Теперь хранится: {what}',
  'consent.stored':
    'То, что хранится, больше не пропадает при перезапуске бота. Оно зашифровано вашим отдельным ключом.',
  'consent.elsewhere': 'Прежде чем я отвечу, прочтите, что будет с вашим текстом, и спросите ещё раз.',
  'consent.open': 'Прочитать',
  'consent.anonymous':
    'Вы пишете от имени группы или канала, и я не знаю, кто соглашается с тем, что будет с текстом. Напишите от своего имени и спросите ещё раз.',
  'start.agree': 'Понятно',
  'start.ready': 'Отлично. Пришлите что-нибудь.',
  'help.more': 'Ещё: /privacy — что хранится, /forget — удалить это, /verify — как я проверяю сервер.',
  'command.start': 'Начать',
  'command.help': 'Что я умею',
  'command.stop': 'Остановить текущую работу',
  'command.verify': 'Как я проверяю сервер',
  'command.privacy': 'Что хранится и как долго',
  'command.forget': 'Удалить всё о вас',
  'command.settings': 'Язык и вид ответов',
  'answer.thinking': 'Думаю…',
  'answer.queued': 'Ваше место в очереди: {position}.',
  'answer.next': 'Ваша очередь следующая.',
  'answer.stopped': 'Остановлено.',
  'answer.restarting': 'Бот перезапускается. Нажмите «Ещё раз».',
  'joining.left':
    'Я перезапустился, пока приходили ваши сообщения. Если сейчас не отвечу, пришлите их, пожалуйста, ещё раз.',
  'answer.nothing': 'Ответ пришёл пустым. Попробуйте сказать иначе.',
  'button.again': 'Ещё раз',
  'button.stop': 'Стоп',
  'button.how': 'Как это?',
  'button.shorter': 'Короче',
  'button.longer': 'Подробнее',
  'button.close': 'Закрыть',
  'button.yes': 'Да, удалить',
  'button.no': 'Оставить',
  'stop.nothing': 'Я сейчас ничего не делаю.',
  'stop.done': 'Остановлено.',
};
