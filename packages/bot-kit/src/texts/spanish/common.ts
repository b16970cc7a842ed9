// What does the kit say of itself, whatever the feature, in Spanish?
import type { COMMON as ENGLISH } from '../english/common.js';
import type { Translation } from '../translation.js';

export const COMMON: Translation<typeof ENGLISH> = {
  'start.hello':
    '¡Hola! Trabajo con IA privada: tu texto viaja cifrado a un ordenador aislado, y nadie puede leerlo por el camino.',
  'start.can': 'Lo que sé hacer:',
  'start.consent':
    'Antes de empezar:\n• Telegram guarda este chat, y este bot maneja tu texto en memoria.\n• Solo envío tu texto a máquinas que he comprobado.\n• /privacy dice qué se guarda y cuánto tiempo; /forget lo borra.',
  'consent.group':
    'Antes de responder: Telegram guarda este chat, solo envío tu texto a máquinas que he comprobado, y /privacy dice qué se guarda.',
  'consent.changed': 'Antes de seguir: desde que aceptaste, ha cambiado esto. Todo está en /privacy.',
  'consent.keeps': 'Ahora se guarda: {what}',
  'consent.stored':
    'Lo que se guarda ya no se pierde cuando el bot se reinicia. Está cifrado con una clave solo tuya.',
  'consent.elsewhere': 'Antes de que responda, lee qué pasa con tu texto; luego pregunta otra vez.',
  'consent.open': 'Leerlo',
  'consent.anonymous':
    'Escribes como grupo o canal, así que no sé quién acepta lo que pasa con el texto. Escribe como tú y pregunta otra vez.',
  'start.agree': 'Entendido',
  'start.ready': 'Perfecto. Envíame algo.',
  'help.more': 'Además: /privacy qué se guarda, /forget para borrarlo, /verify cómo compruebo el servidor.',
  'command.start': 'Empezar',
  'command.help': 'Qué sé hacer',
  'command.stop': 'Parar lo que estoy haciendo',
  'command.verify': 'Cómo compruebo el servidor',
  'command.privacy': 'Qué se guarda y cuánto tiempo',
  'command.forget': 'Borrar todo sobre ti',
  'command.settings': 'Idioma y formato de las respuestas',
  'answer.thinking': 'Pensando…',
  'answer.queued': 'Tu puesto en la cola: {position}.',
  'answer.next': 'Te toca enseguida.',
  'answer.stopped': 'Parado.',
  'answer.restarting': 'El bot se está reiniciando. Pulsa «Otra vez».',
  'joining.left':
    'Me reinicié mientras llegaban tus mensajes. Si no respondo enseguida, envíalos otra vez, por favor.',
  'answer.nothing': 'No llegó nada. Prueba a decirlo de otra manera.',
  'button.again': 'Otra vez',
  'button.stop': 'Parar',
  'button.how': '¿Cómo?',
  'button.shorter': 'Más corto',
  'button.longer': 'Más largo',
  'button.close': 'Cerrar',
  'button.yes': 'Sí, borrar',
  'button.no': 'Conservar',
  'stop.nothing': 'Ahora no estoy haciendo nada.',
  'stop.done': 'Parado.',
};
