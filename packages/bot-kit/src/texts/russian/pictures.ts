// What is said about pictures, in Russian?
import type { PICTURES as ENGLISH } from '../english/pictures.js';
import type { Translation } from '../translation.js';

export const PICTURES: Translation<typeof ENGLISH> = {
  'pictures.what': 'Что с ней сделать? Можно и ответить на картинку вопросом.',
  'pictures.describe': 'Описать',
  'pictures.read': 'Текст с картинки',
  'pictures.opening': 'Открываю картинку…',
  'error.picture':
    'Я читаю только текст, не картинки. Вставьте текст или пришлите файл, где его можно выделить.',
};
