// What does a person read after the bot was restarted in the middle of something, in Spanish?
import type { RESTART as ENGLISH } from '../english/restart.js';
import type { Translation } from '../translation.js';

export const RESTART: Translation<typeof ENGLISH> = {
  'restart.again': 'El bot se ha reiniciado. Pulsa «Otra vez».',
  'restart.ask': 'El bot se ha reiniciado. Envíalo otra vez.',
  'restart.doubt':
    'El bot se reinició mientras enviaba esta respuesta y puede faltar una parte. Si falta, pulsa «Otra vez».',
  'restart.doubtAsk':
    'El bot se reinició mientras enviaba esta respuesta y puede faltar una parte. Si falta, pregunta otra vez.',
  'restart.kept': 'lo que preguntaste y la respuesta, hasta que haya llegado',
};
