// What does paying with Stars say, in Spanish?
import type { STARS as ENGLISH } from '../english/stars.js';
import type { Translation } from '../translation.js';

export const STARS: Translation<typeof ENGLISH> = {
  'stars.about': '⭐ /buy para seguir cuando se agota el límite del día, /balance muestra lo que queda',
  'stars.command.buy': 'Comprar más con Stars',
  'stars.command.balance': 'Lo que queda',
  'stars.command.support': 'Ayuda con un pago',
  'stars.title': '{tokens} {tokens|token|tokens}',
  'stars.description': 'Se usan después del límite gratuito del día y se guardan hasta que los necesites.',
  'stars.label': 'Tokens',
  'stars.balance':
    'Gratis hoy: {free} de {limit} {limit|token|tokens}.\nPagados: {paid} {paid|token|tokens}, que se usan cuando se acaban los gratuitos.',
  'stars.waiting': 'Después del pago respondo a lo que preguntaste.',
  'stars.thanks': 'Gracias. Ahora tienes {paid} {paid|token pagado|tokens pagados}.',
  'stars.support':
    '¿Algo va mal con un pago? Escribe a {contact}. Si una respuesta falla justo después de pagarla, el dinero se devuelve solo. El soporte de Telegram no puede ayudar con pagos a este bot.',
  'stars.charge': '{date}: {stars} ⭐, {tokens} {tokens|token|tokens}, {charge}',
  'stars.refunded': 'devuelto',
  'stars.changed': 'Esta oferta ya no vale, así que no se cobró nada. /buy muestra la nueva.',
  'stars.notAllowed': 'Este bot no está abierto para ti, así que no se cobró nada.',
  'stars.failed': 'La respuesta que pagaste no llegó; tus {stars} ⭐ están de vuelta.',
  'stars.stuck':
    'La respuesta que pagaste no llegó. No pude devolver el pago, así que lo pagado sigue siendo tuyo: /balance. Ayuda: /paysupport',
  'stars.kept': 'pagos (importe, hora, número de pago; /forget no los borra)',
};
