// What does the privacy page say, in Spanish? Every line is a promise that a test holds.
import type { PRIVACY as ENGLISH } from '../english/privacy.js';
import type { Translation } from '../translation.js';

export const PRIVACY: Translation<typeof ENGLISH> = {
  'privacy.title': 'Qué pasa con lo que envías',
  'privacy.operator': 'Este bot lo lleva {operator}. Contacto: {contact}',
  'privacy.policy': 'Su política: {url}',
  'privacy.path':
    'Tu texto viaja cifrado a máquinas que este bot ha comprobado. Si falla una comprobación, no se envía nada.',
  'privacy.simulated': 'SIMULATED: este bot usa máquinas de prueba. Nada está protegido.',
  'privacy.telegram': 'Telegram guarda este chat en su nube, como cualquier chat con un bot.',
  'privacy.logs':
    'Nunca se registra: lo que escribes, nombres, nombres de archivo, enlaces, respuestas, ids.',
  'privacy.training': 'Nada se usa para entrenar, para publicidad ni para estadísticas sobre ti.',
  'privacy.memoryOnly': 'No se escribe nada en disco: todo desaparece cuando el bot se reinicia.',
  'privacy.encrypted':
    'Lo que se guarda está cifrado con una clave solo tuya; la base de datos no muestra ni quién eres ni de qué se trata.',
  'privacy.kept': 'Qué se guarda y cuánto tiempo',
  'privacy.file': 'Un archivo solo se abre en memoria y se elimina después de leerlo.',
  'privacy.voice':
    'La voz la convierte en texto un servicio que eligió el operador. La comprobación de las máquinas no cubre ese paso.',
  'privacy.forget': '/forget lo borra todo al momento.',
  'privacy.days': '{count} {count|día|días}',
  'privacy.hours': '{count} {count|hora|horas}',
  'privacy.minutes': '{count} {count|minuto|minutos}',
  'privacy.item': '{what}: {time}',
  'privacy.buttons': 'qué significan los botones de una respuesta',
  'privacy.settings': 'tus ajustes: hasta /forget',
  'privacy.budget': 'cuánto has usado hoy',
  'forget.ask': '¿Borrar todo lo que este bot guarda sobre ti? No se puede deshacer.',
  'forget.done': 'Borrado: {count} {count|registro|registros}.',
  'forget.backups': 'Lo que quede de ti en copias antiguas ya no se puede leer.',
  'forget.payments':
    'Los datos de pago (importe, hora, número de pago, saldo) se quedan el tiempo que exige la ley.',
  'forget.kept': 'No se ha borrado nada.',
  'forget.late': 'Ha pasado más de un minuto, así que no se ha borrado nada. Envía /forget otra vez.',
};
