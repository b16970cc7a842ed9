// What does the digest of a group say, in Russian?
import type { DIGEST as ENGLISH } from '../english/digest.js';
import type { Translation } from '../translation.js';

export const DIGEST: Translation<typeof ENGLISH> = {
  'digest.about': '👥 В группах: /missed расскажет, что вы пропустили, если админ включил /digest on',
  'digest.missed': 'Что было без меня?',
  'digest.command': 'Хранить сообщения для /missed: on или off',
  'digest.leave': 'Не брать мои сообщения в сводку',
  'digest.on':
    'Теперь я храню сообщения этой группы за последние {hours} {hours|час|часа|часов}, зашифрованно, чтобы отвечать на /missed. /nodigest исключит ваши сообщения. /digest off выключит сводку и всё удалит.',
  'digest.blind':
    'Пока я не вижу здесь сообщений: сделайте меня админом или выключите режим приватности (privacy mode) в BotFather.',
  'digest.off': 'Сводка выключена, и всё, что я хранил об этой группе, удалено.',
  'digest.usage': '/digest on или /digest off',
  'digest.out':
    'Ваши сообщения в этой группе я больше не храню, а прежние удалил. /nodigest off вернёт всё назад.',
  'digest.in': 'Я снова храню ваши сообщения для сводки этой группы.',
  'digest.groups': 'Это работает в группах.',
  'digest.reading': 'Читаю {count} {count|сообщение|сообщения|сообщений} с {time} UTC…',
  'digest.nothing': 'С {time} UTC ничего нового.',
  'digest.empty': 'Сообщений этой группы у меня пока нет.',
  'digest.day': 'Последние 24 часа',
  'digest.mentions': 'Только для меня',
  'digest.privately': 'В личный чат',
  'digest.sent': 'Отправлено в наш личный чат.',
  'digest.closed':
    'Telegram не даёт показать это здесь одному человеку. Спросивший может прочитать это в нашем личном чате:',
  'digest.open': 'Открыть личный чат',
  'digest.notMember': 'Вас нет в той группе, поэтому я ничего из неё не показываю.',
  'digest.kept': 'ваши сообщения в группах, где админы включили сводку',
};
