// Does the built package read documents, with its thread from the built file beside it?
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { writePdf } from '../../test/support/write-pdf.js';

it('reads a PDF and a text in a plain Node process', async () => {
  const built = new URL('../../dist/readers/read-document.js', import.meta.url).href;
  const pdf = Buffer.from(writePdf([['A page of a built package.'], ['Page two.']])).toString('base64');
  const script = `
    import { readDocument } from ${JSON.stringify(built)};
    const bytes = (text, encoding) => new Uint8Array(Buffer.from(text, encoding));
    const pdf = await readDocument({ bytes: bytes('${pdf}', 'base64') });
    const text = await readDocument({ bytes: bytes('Plain words.') });
    const refused = await readDocument({ bytes: bytes('%PDF-1.4 no') }).catch(({ code }) => code);
    console.log(JSON.stringify([pdf.pages, text.pages, refused]));`;
  const folder = fileURLToPath(new URL('../..', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
  });
  expect(JSON.parse(stdout)).toEqual([
    [
      { number: 1, text: 'A page of a built package.' },
      { number: 2, text: 'Page two.' },
    ],
    [{ number: 1, text: 'Plain words.' }],
    'DOCUMENT_UNREADABLE',
  ]);
});
