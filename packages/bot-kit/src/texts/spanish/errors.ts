// What does a person read when something went wrong, in Spanish? One sentence and one next step each.
import type { ERRORS as ENGLISH } from '../english/errors.js';
import type { Translation } from '../translation.js';

export const ERRORS: Translation<typeof ENGLISH> = {
  'error.notConfirmed':
    'No pude confirmar que el servidor sea auténtico, así que no envié nada. Inténtalo dentro de unos minutos.',
  'error.network': 'No pude llegar al servidor. Tu texto no se ha perdido: pulsa «Otra vez» en un minuto.',
  'error.stopped':
    'El modelo se paró a la mitad. Lo que ves es lo que llegó. Pulsa «Otra vez» para repetirlo.',
  'error.funds':
    'A este bot se le ha acabado el tiempo pagado con su servidor. Su operador tiene que recargarlo: {contact}',
  'error.tooLong': 'Es más de lo que el modelo puede leer de una vez. Envía un texto más corto o una parte.',
  'error.notWithThisModel': 'El modelo de este bot no sabe hacer eso.',
  'error.refused': 'El servidor rechazó esta petición. Prueba a decirlo de otra manera.',
  'error.untrusted':
    'La respuesta no coincidía con su prueba, así que la descarté. Inténtalo dentro de un minuto.',
  'error.timeout': 'Tardaba demasiado y paré. Prueba con un texto más corto.',
  'error.bot': 'Hay algo mal configurado en este bot. Su operador puede ayudarte: {contact}',
  'error.hook': 'Algo que el operador añadió a este bot no funcionó y paré. Puede ayudarte: {contact}',
  'error.byRules': 'Las reglas de este bot no lo permiten.',
  'error.unexpected':
    'Algo salió mal por mi parte. Inténtalo otra vez; si sigue igual, avisa al operador: {contact}',
  'error.code': 'Código: {code}',
  'error.today': 'El límite de hoy está agotado. Empieza de nuevo a las 00:00 UTC.',
  'error.tooFast': 'Es mucho de golpe. Espera un minuto y envía lo siguiente.',
  'error.queueFull': 'Ahora mismo pregunta demasiada gente. Inténtalo dentro de unos minutos.',
  'error.storage':
    'Ahora no puedo llevar la cuenta de las peticiones, así que no envié nada. Inténtalo dentro de unos minutos.',
  'error.notAllowed': 'Este bot solo responde a quien su operador ha admitido: {contact}',
  'error.oldButton': 'Este botón es demasiado antiguo. Envíalo otra vez.',
  'error.notYours': 'Solo quien preguntó puede usar este botón.',
  'error.documentTooBig':
    '{size}. En Telegram los bots abren archivos de hasta {limit}. Envía uno más pequeño o pega el texto.',
  'error.documentTooLong': 'Es más de lo que puedo leer de una vez ({limit}). Envía una parte.',
  'error.pages': '{count} {count|página|páginas}',
  'error.characters': '{count} {count|carácter|caracteres}',
  'error.documentEncrypted':
    'Este archivo está protegido. Guárdalo sin contraseña y envíalo otra vez. Nunca me envíes una contraseña.',
  'error.documentScanned':
    'Estas páginas son imágenes de texto, y yo solo leo texto. Envía una versión con texto seleccionable.',
  'error.documentUnreadable':
    'No pude abrir este archivo: parece dañado o cortado. Guárdalo de nuevo y envíalo.',
  'error.documentUnsupported':
    'No puedo abrir este tipo de archivo. Valen PDF, Word, PowerPoint, Excel, ODT, EPUB, páginas web y archivos de texto.',
  'error.documentEmpty': 'No contiene texto, así que no hay nada que leer.',
  'error.documentBomb':
    'Al descomprimirse, este archivo ocupa mucho más de lo que debería, así que no lo abrí.',
  'error.documentTimeout': 'Leer este archivo tardaba demasiado y paré. Envía una parte.',
  'error.linkRefused': 'Solo puedo abrir páginas https públicas. Mejor pega el texto.',
  'error.linkFailed':
    'No pude abrir esa página. Quizá pide iniciar sesión o es demasiado grande. Mejor pega el texto.',
  'error.fileNotFetched': 'Telegram no me dio el archivo. Envíalo otra vez.',
  'error.noAudio': 'Todavía no puedo escuchar audio. Envía texto o un archivo.',
  'error.audioFailed': 'No pude convertirlo en texto. Envíalo otra vez o escríbelo.',
  'error.audioTooLong':
    'Es más largo de lo que puedo escuchar ({limit} {limit|minuto|minutos}). Envía algo más corto.',
  'error.nothingToDo': 'Envía el texto o responde a él, y me pongo a ello.',
  'error.openDocument': 'No hay ningún documento abierto. Envía uno primero.',
  'error.forgotten': 'Eso ya no lo recuerdo. Envíalo otra vez.',
  'error.groupOff': 'Ningún administrador de este grupo lo ha activado.',
  'error.onlyAdmins': 'Solo pueden hacerlo los administradores de este grupo.',
  'error.privateOnly': 'Esto funciona en un chat privado conmigo.',
};
