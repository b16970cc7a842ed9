// What does the kit claim about the machines, in Russian? Only what the report says.
import type { TRUST as ENGLISH } from '../english/trust.js';
import type { Translation } from '../translation.js';

export const TRUST: Translation<typeof ENGLISH> = {
  'badge.checked': '🛡 Приватно · проверено {time}',
  'badge.warned': '🛡 Приватно · есть замечание',
  'badge.simulated': 'SIMULATED · здесь ничего не защищено',
  'how.checked':
    'Ваш текст ушёл зашифрованным на изолированный компьютер (Intel TDX). Его программа сверена со списком сети в {time}. Подробнее: /verify',
  'how.simulated': 'Машины SIMULATED: это тест, ничего не защищено. Подробнее: /verify',
  'card.title': 'Кто может прочитать то, что вы сюда пишете',
  'card.simulated':
    'SIMULATED: эти машины созданы для тестов. Кто угодно мог их создать и прочитать ваш текст.',
  'card.self': 'Бот сам проверил прокси и рабочую машину, прежде чем что-либо отправить.',
  'card.proxy': 'Прокси: передаёт запечатанные байты, прочитать их не может',
  'card.candidates': 'Машин, которые могли его открыть: {count}',
  'card.answered': 'Ответила машина: {machine}',
  'card.machine':
    '{role} {machine}\n  программа: {code}\n  платформа: {platform}\n  ключи: связаны с доказательством машины\n  действует до {until}',
  'card.model': 'Модель: {model}',
  'card.rules': 'Список разрешённых программ: {rules}',
  'card.declared': 'Не доказано, только со слов оператора: {what}',
  'card.at': 'Проверено {at} UTC копией @cocoonkit/sdk в самом боте',
  'card.notCovered': 'На что это не распространяется',
  'card.telegram': 'Telegram хранит этот чат в облаке.',
  'card.server': 'Сервер самого бота (его ведёт {operator}) обрабатывает текст в памяти.',
  'card.export': 'Файл с доказательствами',
  'card.checking': 'Проверяю машины…',
  'card.file':
    'Доказательства за {at}. Проверить их может любой, даже через годы: npx -p @cocoonkit/sdk cocoonkit report verify FILE',
  'card.failed': 'Сейчас не удалось проверить сервер, поэтому ничего не было бы отправлено. Причина: {code}',
};
