// Which words are somewhere in the memory of a running process? Reads all it may write to, as a debugger would. Linux only.
import { open } from 'node:fs/promises';

const CHUNK = 16 * 1024 * 1024;

/** Looks for each word as UTF-8 and as UTF-16; returns those found, in the order asked. */
export async function findInMemory(pid: number, words: readonly string[]): Promise<string[]> {
  const forms = words.map((word) => [Buffer.from(word), Buffer.from(word, 'utf16le')]);
  const overlap = Math.max(...forms.flat().map(({ length }) => length));
  const found = new Set<string>();
  const smaps = await open(`/proc/${pid}/smaps`).then(async (file) => {
    const text = await file.readFile('utf8');
    await file.close();
    return text;
  });
  const memory = await open(`/proc/${pid}/mem`);
  try {
    for (const { start, end } of resident(smaps)) {
      for (let at = start; at < end; at += CHUNK - overlap) {
        const chunk = Buffer.alloc(Math.min(CHUNK, end - at));
        // A part may be given back meanwhile: then nothing is in it any more.
        const read = await memory.read(chunk, 0, chunk.length, at).catch(() => ({ bytesRead: 0 }));
        const bytes = chunk.subarray(0, read.bytesRead);
        for (const [i, word] of words.entries())
          if (forms[i]?.some((form) => bytes.includes(form))) found.add(word);
      }
    }
  } finally {
    await memory.close();
  }
  return words.filter((word) => found.has(word));
}

function* resident(smaps: string): Generator<{ start: number; end: number }> {
  let range: { start: number; end: number } | undefined;
  for (const line of smaps.split('\n')) {
    const [, start = '', end = '', access = ''] = /^([0-9a-f]+)-([0-9a-f]+) (\S+)/.exec(line) ?? [];
    if (access !== '')
      range = access.startsWith('rw')
        ? { start: Number.parseInt(start, 16), end: Number.parseInt(end, 16) }
        : undefined;
    else if (range !== undefined && /^Rss:\s+[1-9]/.test(line)) yield range;
  }
}
