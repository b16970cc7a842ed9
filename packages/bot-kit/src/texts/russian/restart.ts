// What does a person read after the bot was restarted in the middle of something, in Russian?
import type { RESTART as ENGLISH } from '../english/restart.js';
import type { Translation } from '../translation.js';

export const RESTART: Translation<typeof ENGLISH> = {
  'restart.again': 'Бот перезапустился. Нажмите «Ещё раз».',
  'restart.ask': 'Бот перезапустился. Пришлите запрос ещё раз.',
  'restart.doubt':
    'Бот перезапустился, пока отправлял этот ответ, и часть могла потеряться. Если так, нажмите «Ещё раз».',
  'restart.doubtAsk':
    'Бот перезапустился, пока отправлял этот ответ, и часть могла потеряться. Если так, спросите ещё раз.',
  'restart.kept': 'ваш вопрос и ответ на него, пока ответ не дойдёт',
};
