// What does the secretary say to the owner of the account, in Spanish? Nothing here is ever sent to anybody else.
import type { SECRETARY as ENGLISH } from '../english/secretary.js';
import type { Translation } from '../translation.js';

export const SECRETARY: Translation<typeof ENGLISH> = {
  'secretary.about': '🗂 Conéctame a tu cuenta: propongo respuestas aquí y tú decides qué se envía',
  'secretary.consent':
    'Me has conectado a tu cuenta. Si estás de acuerdo:\n• Telegram me muestra mensajes de los chats que elegiste. Envío los de otras personas a las máquinas comprobadas para proponer una respuesta.\n• Las propuestas llegan aquí. No se envía nada si no pulsas «Enviar».\n• Guardo cifrados el número del último mensaje durante 24 horas y qué significan los botones; lo que se borra allí se olvida aquí.',
  'secretary.agree': 'De acuerdo',
  'secretary.refuse': 'No',
  'secretary.on':
    'Bien. Las propuestas llegarán aquí. Puedes desconectarme cuando quieras en los ajustes de Telegram.',
  'secretary.off': 'No propongo nada.',
  'secretary.from': '{name} escribe:',
  'secretary.send': 'Enviar',
  'secretary.change': 'Cambiar',
  'secretary.skip': 'Omitir',
  'secretary.how': 'Escribe qué debe cambiar.',
  'secretary.sent': 'Enviado.',
  'secretary.stale': 'No enviado: hay un mensaje más nuevo, ya respondiste tú, se borró o pasaron 24 horas.',
  'secretary.notSent':
    'Telegram no lo aceptó: quizá me desconectaste o su último mensaje tiene más de 24 horas.',
  'secretary.kept': 'a qué mensaje responde una propuesta',
};
