// What does the kit claim about the machines, in Spanish? Only what the report says.
import type { TRUST as ENGLISH } from '../english/trust.js';
import type { Translation } from '../translation.js';

export const TRUST: Translation<typeof ENGLISH> = {
  'badge.checked': '🛡 Privado · comprobado {time}',
  'badge.warned': '🛡 Privado · con aviso',
  'badge.simulated': 'SIMULATED · aquí nada está protegido',
  'how.checked':
    'Tu texto viajó cifrado a un ordenador aislado (Intel TDX). Su software se comparó con la lista de la red a las {time}. Detalles: /verify',
  'how.simulated': 'Máquinas SIMULATED: es una prueba, nada está protegido. Detalles: /verify',
  'card.title': 'Quién puede leer lo que envías aquí',
  'card.simulated':
    'SIMULATED: estas máquinas son de prueba. Cualquiera podría haberlas hecho y leído tu texto.',
  'card.self': 'Este bot comprobó él mismo el proxy y el worker antes de enviar nada.',
  'card.proxy': 'Proxy: pasa bytes sellados, no puede leerlos',
  'card.candidates': 'Workers que podrían abrirlo: {count}',
  'card.answered': 'Respondió: {machine}',
  'card.machine':
    '{role} {machine}\n  software: {code}\n  plataforma: {platform}\n  claves: ligadas a la prueba de la máquina\n  válido hasta {until}',
  'card.model': 'Modelo: {model}',
  'card.rules': 'Lista de software permitido: {rules}',
  'card.declared': 'No probado, solo lo dice su operador: {what}',
  'card.at': 'Comprobado {at} UTC por la copia de @cocoonkit/sdk del propio bot',
  'card.notCovered': 'Lo que esto no cubre',
  'card.telegram': 'Telegram guarda este chat en su nube.',
  'card.server': 'El servidor del bot (lo lleva {operator}) maneja el texto en memoria.',
  'card.export': 'Archivo de pruebas',
  'card.checking': 'Comprobando las máquinas…',
  'card.file':
    'Las pruebas del {at}. Cualquiera puede comprobarlas otra vez, también años después: npx -p @cocoonkit/sdk cocoonkit report verify FILE',
  'card.failed': 'Ahora no pude confirmar el servidor, así que no se enviaría nada. Motivo: {code}',
};
