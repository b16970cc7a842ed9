// What does the bot say about a chat exported with Telegram Desktop, in Spanish?
import type { EXPORTS as ENGLISH } from '../english/exports.js';
import type { Translation } from '../translation.js';

export const EXPORTS: Translation<typeof ENGLISH> = {
  'export.about':
    '🗂 Exporta un chat con Telegram Desktop (en JSON) y envía result.json: te digo lo que te perdiste',
  'export.opening': 'Abriendo el chat exportado…',
  'export.found':
    '{count} {count|mensaje|mensajes} con texto, de {from} a {to}. Aún no he enviado nada. ¿Qué te perdiste?',
  'export.day': 'Último día',
  'export.week': 'Última semana',
  'export.all': 'Todo',
  'export.summary': 'Resumen simple',
  'export.reading': 'Leyendo {count} {count|mensaje|mensajes}…',
  'export.newest': 'Solo {count|el mensaje más nuevo|los mensajes más nuevos}: {count}.',
  'export.nothing': 'Nadie más escribió nada en ese tiempo.',
  'error.exportUnreadable':
    'No es un chat exportado con Telegram Desktop, o está cortado. Exporta el chat de nuevo, elige JSON y envía result.json.',
  'error.exportSeveral':
    'Este archivo contiene varios chats. Abre el que quieras en Telegram Desktop, elige en su menú exportar el historial y envíalo.',
  'error.exportEmpty': 'Esta exportación no contiene textos. Elige un periodo más largo al exportar el chat.',
};
