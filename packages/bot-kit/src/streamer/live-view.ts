// What is shown of an answer that is too long for one message while it still grows? Its end, without jumping.
import type { FormattedText } from '../text/formatted-text.js';
import { sliceMessage } from '../text/slice-message.js';
import { MESSAGE_ENTITIES, MESSAGE_UNITS } from '../text/split-message.js';

/** The beginning moves on in steps, so that the text does not slide with every word. */
const STEP = 1_000;
const BEFORE = '…\n';

export function liveView(message: FormattedText): FormattedText {
  const { text, entities } = message;
  const excess = text.length + BEFORE.length - MESSAGE_UNITS;
  const crowded = entities[entities.length - MESSAGE_ENTITIES]?.offset ?? 0;
  if (excess <= 0 && entities.length <= MESSAGE_ENTITIES) return message;
  const least = Math.max(excess > 0 ? Math.ceil(excess / STEP) * STEP : 0, crowded);
  const line = text.indexOf('\n', least);
  const space = text.indexOf(' ', least);
  const near = [line, space].find((at) => at >= 0 && at < least + STEP / 2);
  const from = near === undefined ? onCharacter(text, least) : near + 1;
  const tail = sliceMessage(message, from);
  return {
    text: `${BEFORE}${tail.text}`,
    entities: tail.entities
      .slice(-MESSAGE_ENTITIES)
      .map((entity) => ({ ...entity, offset: entity.offset + BEFORE.length })),
  };
}

const onCharacter = (text: string, at: number) => (/[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at + 1 : at);
