// What does a plain text file say? Text and Markdown as they are, tables and JSON in lines, subtitles without their times.
import { decodeText } from '../decode-text.js';
import { DocumentFailure } from '../document-failure.js';
import type { PageSink, ReadResult } from '../page-sink.js';

type PlainKind = 'markdown' | 'csv' | 'json' | 'subtitles' | 'text';

/** Larger JSON stays as it is written: laid out it would take many times its size. */
const JSON_LAID_OUT_MAX = 2_000_000;

export function readPlain(bytes: Uint8Array, kind: PlainKind, sink: PageSink): ReadResult {
  const { text, guessed } = decodeText(bytes);
  if (text.includes('\0')) throw new DocumentFailure('DOCUMENT_UNSUPPORTED');
  sink.page(layOut(text, kind));
  if (guessed) sink.warn('ENCODING_GUESSED', 'all');
  const title = kind === 'markdown' ? /^#\s+(.{1,200})$/m.exec(text)?.[1]?.trim() : undefined;
  return { kind, unit: 'none', title };
}

function layOut(text: string, kind: PlainKind): string {
  switch (kind) {
    case 'subtitles':
      return spokenText(text);
    case 'json':
      return inLines(text);
    case 'csv':
    case 'markdown':
    case 'text':
      return text;
    default:
      return kind satisfies never;
  }
}

function inLines(json: string): string {
  if (json.length > JSON_LAID_OUT_MAX) return json;
  try {
    return JSON.stringify(JSON.parse(json), null, 1);
  } catch {
    return json;
  }
}

/** SRT and WebVTT: the lines between the times, without numbers, notes, styles and marks. Rolling captions repeat lines. */
function spokenText(text: string): string {
  const lines: string[] = [];
  for (const block of text.replace(/\r\n?/g, '\n').split(/\n[^\S\n]*\n/)) {
    const rows = block.split('\n');
    const time = rows.findIndex((row) => /^\s*(?:\d+:)?\d{1,2}:\d\d[.,]\d{3}\s+-->\s/.test(row));
    if (time === -1) continue;
    for (const row of rows.slice(time + 1)) {
      const spoken = row.replace(/<[^>]{0,100}>|\{\\[^}]{0,100}\}/g, '').trim();
      if (spoken !== '' && spoken !== lines.at(-1)) lines.push(spoken);
    }
  }
  return lines.join('\n');
}
