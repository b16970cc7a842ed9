// What does a bot have that wants all of it? Every feature that needs no decision of its operator, in the order they see updates.
import type { AIContext, Feature } from '../feature.js';
import { chat } from './chat.js';
import { chatExports } from './chat-exports.js';
import { compose } from './compose.js';
import { documents } from './documents.js';
import { guestMode } from './guest-mode.js';
import { inlineMode } from './inline-mode.js';
import { links } from './links.js';
import { pictures } from './pictures.js';
import { summaries } from './summaries.js';
import { translation } from './translation.js';
import { voice } from './voice.js';

/** Without `digest`, `secretary` and `starsPlan`, which keep or charge something and have to be added on purpose. */
export function everything<C extends AIContext = AIContext>(): Feature<C>[] {
  return [
    links(),
    voice(),
    pictures(),
    chatExports(),
    summaries(),
    documents(),
    compose(),
    translation(),
    chat(),
    inlineMode(),
    guestMode(),
  ];
}
