// What does a 500-page PDF cost the bot that reads it: time, memory, and the time its other users wait?
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createPassageIndex } from '../src/long-text/passage-index.js';
import type { DocumentText } from '../src/readers/document-text.js';
import { writePdf } from '../test/support/write-pdf.js';

interface Row {
  name: string;
  value: number;
  unit?: string;
  target?: string;
}

const PAGES = 500;
const LINES = 45;
const MEGABYTE = 1024 * 1024;

export async function run(): Promise<Row[]> {
  // The built package: its thread is a file, as for whoever installs it.
  const built = new URL('../dist/readers/read-document.js', import.meta.url).href;
  const { readDocument }: typeof import('../src/readers/read-document.js') = await import(built);
  await readDocument({ bytes: book(10) });
  const bytes = book(PAGES);
  const size = bytes.length;
  const before = process.memoryUsage.rss();
  let peak = before;
  const sampler = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 10);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  const document = await readDocument({ bytes });
  const time = performance.now() - start;
  delay.disable();
  clearInterval(sampler);
  const characters = document.pages.reduce((sum, { text }) => sum + text.length, 0);
  return [
    {
      name: `PDF of ${PAGES} pages (${(size / MEGABYTE).toFixed(1)} MB, ${characters} characters)`,
      value: time,
      unit: 'ms',
    },
    {
      name: 'memory of the process at its peak, more than before',
      value: (peak - before) / MEGABYTE,
      unit: 'MB',
    },
    { name: 'longest wait of everything else in the process', value: delay.max / 1e6, unit: 'ms' },
    ...(await measureIndex(document)),
  ];
}

async function measureIndex(document: DocumentText): Promise<Row[]> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  const index = await createPassageIndex(document);
  const time = performance.now() - start;
  delay.disable();
  const asked = performance.now();
  index.rank('what does clause 311 on page 217 say about payment');
  return [
    { name: `index of its ${index.passages.length} passages`, value: time, unit: 'ms' },
    { name: 'longest wait of everything else meanwhile', value: delay.max / 1e6, unit: 'ms' },
    { name: 'finding the passages for a question', value: performance.now() - asked, unit: 'ms' },
  ];
}

function book(pages: number): Uint8Array<ArrayBuffer> {
  return writePdf(
    Array.from({ length: pages }, (_, page) =>
      Array.from({ length: LINES }, (_, line) =>
        line % 9 === 8
          ? ''
          : `Page ${page + 1}, clause ${page * LINES + line}: party ${(page * 7 + line) % 97} pays on day ${line}.`,
      ),
    ),
  );
}
