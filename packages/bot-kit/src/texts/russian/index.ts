// Which sentences does the kit have in Russian? A sentence that is missing here is a type error that names it.
import type { ENGLISH } from '../english/index.js';
import type { Translation } from '../translation.js';
import { CHAT } from './chat.js';
import { COMMON } from './common.js';
import { COMPOSE } from './compose.js';
import { DIGEST } from './digest.js';
import { DOCUMENTS } from './documents.js';
import { ELSEWHERE } from './elsewhere.js';
import { ERRORS } from './errors.js';
import { EXPORTS } from './exports.js';
import { PICTURES } from './pictures.js';
import { PRIVACY } from './privacy.js';
import { RESTART } from './restart.js';
import { SECRETARY } from './secretary.js';
import { SETTINGS } from './settings.js';
import { STARS } from './stars.js';
import { TRUST } from './trust.js';
import { VOICE } from './voice.js';

export const RUSSIAN: Translation<typeof ENGLISH> = {
  ...CHAT,
  ...COMMON,
  ...COMPOSE,
  ...DIGEST,
  ...DOCUMENTS,
  ...ELSEWHERE,
  ...ERRORS,
  ...EXPORTS,
  ...PICTURES,
  ...PRIVACY,
  ...RESTART,
  ...SECRETARY,
  ...SETTINGS,
  ...STARS,
  ...TRUST,
  ...VOICE,
};
