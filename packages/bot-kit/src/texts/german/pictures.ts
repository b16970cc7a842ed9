// What is said about pictures, in German?
import type { PICTURES as ENGLISH } from '../english/pictures.js';
import type { Translation } from '../translation.js';

export const PICTURES: Translation<typeof ENGLISH> = {
  'pictures.what': 'Was soll ich damit tun? Du kannst auch mit einer Frage auf das Bild antworten.',
  'pictures.describe': 'Beschreiben',
  'pictures.read': 'Text darin',
  'pictures.opening': 'Ich öffne das Bild…',
  'error.picture':
    'Ich kann nur Text lesen, keine Bilder. Füg den Text ein oder schick eine Datei mit markierbarem Text.',
};
