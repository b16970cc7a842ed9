// What does the digest of a group say, in Spanish?
import type { DIGEST as ENGLISH } from '../english/digest.js';
import type { Translation } from '../translation.js';

export const DIGEST: Translation<typeof ENGLISH> = {
  'digest.about':
    '👥 En grupos: /missed cuenta lo que te perdiste, si un administrador ha activado /digest on',
  'digest.missed': '¿Qué me he perdido?',
  'digest.command': 'Guardar mensajes para /missed: on u off',
  'digest.leave': 'Dejar mis mensajes fuera del resumen',
  'digest.on':
    'Desde ahora guardo cifrados los mensajes de este grupo durante {hours} {hours|hora|horas} para responder a /missed. /nodigest te deja fuera. /digest off lo termina y borra todo.',
  'digest.blind':
    'Todavía no veo los mensajes de aquí: hazme administrador o desactiva mi modo de privacidad (privacy mode) en BotFather.',
  'digest.off': 'El resumen está desactivado, y lo que guardaba de este grupo está borrado.',
  'digest.usage': '/digest on o /digest off',
  'digest.out':
    'Ya no guardo tus mensajes de este grupo y he borrado los que tenía. Con /nodigest off vuelves a entrar.',
  'digest.in': 'Vuelvo a guardar tus mensajes para el resumen de este grupo.',
  'digest.groups': 'Esto funciona en grupos.',
  'digest.reading': 'Leyendo {count} {count|mensaje|mensajes} desde las {time} UTC…',
  'digest.nothing': 'Nada nuevo desde las {time} UTC.',
  'digest.empty': 'Todavía no tengo mensajes de este grupo.',
  'digest.day': 'Últimas 24 horas',
  'digest.mentions': 'Solo para mí',
  'digest.privately': 'Al chat privado',
  'digest.sent': 'Enviado a nuestro chat privado.',
  'digest.closed':
    'Telegram no me deja mostrar esto aquí a una sola persona. Quien preguntó puede leerlo en nuestro chat privado:',
  'digest.open': 'Abrir el chat privado',
  'digest.notMember': 'No eres miembro de ese grupo, así que no muestro nada de él.',
  'digest.kept': 'tus mensajes en grupos cuyos administradores han activado el resumen',
};
