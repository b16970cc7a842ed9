// What does the conversation itself say, in Russian?
import type { CHAT as ENGLISH } from '../english/chat.js';
import type { Translation } from '../translation.js';

export const CHAT: Translation<typeof ENGLISH> = {
  'chat.about': '💬 Спросите о чём угодно',
  'chat.new': 'Новый разговор. Прошлый я уже забыл.',
  'chat.command.new': 'Начать новый разговор',
  'chat.forgot': 'Разговор стал длинным, его начала я уже не вижу. /new начнёт заново.',
  'chat.kept': 'последние реплики нашего разговора',
  'chat.cannot':
    'Модель этого бота только выбирает предложения из текстов, разговаривать она не умеет. Пришлите документ или длинный текст и спрашивайте о нём.',
};
