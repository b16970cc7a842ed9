// What does writing and translating say, in Spanish?
import type { COMPOSE as ENGLISH } from '../english/compose.js';
import type { Translation } from '../translation.js';

export const COMPOSE: Translation<typeof ENGLISH> = {
  'compose.about': '✍️ /write y lo que necesitas, o responde a un texto con /write y cómo cambiarlo',
  'compose.command': 'Escribir o mejorar un texto',
  'compose.copy': 'Copiar',
  'compose.copyOne': 'Copiar {number}',
  'compose.another': 'Otra versión',
  'compose.send': 'Enviar a…',
  'compose.replying': 'Escribiendo respuestas…',
  'compose.polite': 'Más cortés',
  'compose.shorter': 'Más corto',
  'compose.friendly': 'Más cercano',
  'compose.formal': 'Más formal',
  'compose.fix': 'Corregir errores',
  'translation.about': '🌍 /translate en, como respuesta o con un texto',
  'translation.command': 'Traducir un texto',
  'translation.same': 'Esto ya está en {language}.',
  'translation.languages': '_{from} → {to}_',
  'translation.unknown': 'No conozco el idioma «{language}». Usa su código, por ejemplo /translate en.',
  'translation.swap': 'Invertir',
};
