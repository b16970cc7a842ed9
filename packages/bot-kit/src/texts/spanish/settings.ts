// What does /settings say, in Spanish?
import type { SETTINGS as ENGLISH } from '../english/settings.js';
import type { Translation } from '../translation.js';

export const SETTINGS: Translation<typeof ENGLISH> = {
  'settings.title': 'Ajustes',
  'settings.language': 'Idioma de las respuestas: {language}',
  'settings.telegram': 'como en Telegram',
  'settings.badge': 'Línea sobre las máquinas: {state}',
  'settings.on': 'sí',
  'settings.off': 'no',
  'settings.format': 'Formato de las respuestas: {format}',
  'settings.entities': 'texto con estilo',
  'settings.rich': 'tablas y títulos',
  'settings.plain': 'solo palabras',
  'settings.empty': '¿Se ve vacío?',
  'settings.plainer': 'Desde ahora las respuestas llegan como texto con estilo. Se cambia en /settings.',
  'settings.privacy': 'Qué se guarda: /privacy',
};
