// Do offsets stay true when texts are joined?
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bold, code, joinLines, joinText } from './join-text.js';

test('every entity still covers its own text', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('plain', 'bold', 'code'), fc.string({ unit: 'grapheme' }))),
      (parts) => {
        const joined = joinText(
          ...parts.map(([kind, text]) =>
            kind === 'bold' ? bold(text) : kind === 'code' ? code(text) : text,
          ),
        );
        expect(joined.text).toBe(parts.map(([, text]) => text).join(''));
        const covered = joined.entities.map(({ offset, length }) =>
          joined.text.slice(offset, offset + length),
        );
        expect(covered).toEqual(
          parts.filter(([kind, text]) => kind !== 'plain' && text !== '').map(([, text]) => text),
        );
      },
    ),
  );
});

test('lines leave out what is empty', () => {
  expect(joinLines(['a', '', bold('b'), bold('')])).toEqual({
    text: 'a\nb',
    entities: [{ type: 'bold', offset: 2, length: 1 }],
  });
});
