// What does the secretary say to the owner of the account, in Russian? Nothing here is ever sent to anybody else.
import type { SECRETARY as ENGLISH } from '../english/secretary.js';
import type { Translation } from '../translation.js';

export const SECRETARY: Translation<typeof ENGLISH> = {
  'secretary.about': '🗂 Подключите меня к своему аккаунту: предложу ответы здесь, а отправлять решаете вы',
  'secretary.consent':
    'Вы подключили меня к своему аккаунту. Если согласны:\n• Telegram показывает мне сообщения в выбранных вами чатах. Сообщения собеседников я отправляю на проверенные машины, чтобы предложить ответ.\n• Варианты приходят сюда. Ничего не отправляется, пока вы не нажмёте «Отправить».\n• Номер последнего сообщения и значения кнопок я храню 24 часа, зашифрованно; что удалено там, забывается и здесь.',
  'secretary.agree': 'Соглашаюсь',
  'secretary.refuse': 'Нет',
  'secretary.on': 'Хорошо. Варианты будут приходить сюда. Отключить меня можно в настройках Telegram.',
  'secretary.off': 'Я ничего не предлагаю.',
  'secretary.from': '{name} пишет:',
  'secretary.send': 'Отправить',
  'secretary.change': 'Изменить',
  'secretary.skip': 'Пропустить',
  'secretary.how': 'Напишите, что изменить.',
  'secretary.sent': 'Отправлено.',
  'secretary.stale': 'Не отправлено: есть сообщение новее, вы ответили сами, его удалили или прошло 24 часа.',
  'secretary.notSent':
    'Telegram не принял ответ: возможно, вы меня отключили или последнему сообщению больше 24 часов.',
  'secretary.kept': 'на какое сообщение предложен ответ',
};
