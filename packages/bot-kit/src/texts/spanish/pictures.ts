// What is said about pictures, in Spanish?
import type { PICTURES as ENGLISH } from '../english/pictures.js';
import type { Translation } from '../translation.js';

export const PICTURES: Translation<typeof ENGLISH> = {
  'pictures.what': '¿Qué hago con ella? También puedes responder a la imagen con una pregunta.',
  'pictures.describe': 'Describirla',
  'pictures.read': 'El texto que tiene',
  'pictures.opening': 'Abriendo la imagen…',
  'error.picture': 'Solo leo texto, no imágenes. Pega el texto o envía un archivo con texto seleccionable.',
};
