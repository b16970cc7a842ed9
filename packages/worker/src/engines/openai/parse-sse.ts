// Which data payloads does a server-sent event stream carry, byte for byte, however the network cut it?
// Source: WHATWG HTML, section 9.2.6 "Interpreting an event stream".
import { upstreamError } from './upstream-error.js';

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const SPACE = 0x20;
const DATA = [0x64, 0x61, 0x74, 0x61];
const BOM = [0xef, 0xbb, 0xbf];
const FIRST_BUFFER_BYTES = 4096;

export interface SseParser {
  /**
   * The payloads that these bytes complete, in order. An event that the stream never finishes is dropped, as the standard asks.
   *
   * @throws CocoonError `UPSTREAM_EVENT_TOO_LARGE` (data and current line exceed the limit), `UPSTREAM_MALFORMED` (not UTF-8).
   */
  push(bytes: Uint8Array): Generator<string, void, undefined>;
}

/** Payloads are `data` values only; several data lines are joined by one LF. Event names, ids, retry and comments are passed over. */
export function createSseParser(limits: { maxEventBytes: number }): SseParser {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let partial: Uint8Array = new Uint8Array(FIRST_BUFFER_BYTES);
  let partialBytes = 0;
  let dataLines: string[] = [];
  let dataBytes = 0;
  let firstLine = true;
  let afterCr = false;

  const keepPartial = (bytes: Uint8Array): void => {
    const needed = partialBytes + bytes.length;
    checkSize(needed);
    if (needed > partial.length) {
      const larger = new Uint8Array(Math.max(needed, partial.length * 2));
      larger.set(partial.subarray(0, partialBytes));
      partial = larger;
    }
    partial.set(bytes, partialBytes);
    partialBytes = needed;
  };

  const checkSize = (lineBytes: number): void => {
    if (lineBytes + dataBytes > limits.maxEventBytes) {
      throw upstreamError('UPSTREAM_EVENT_TOO_LARGE', { maxEventBytes: limits.maxEventBytes });
    }
  };

  /** Returns a payload when this line, being empty, ends an event that had data. */
  const readLine = (whole: Uint8Array): string | undefined => {
    const line = firstLine && startsWith(whole, BOM) ? whole.subarray(BOM.length) : whole;
    firstLine = false;
    if (line.length === 0) {
      const payload = dataLines.length === 0 ? undefined : dataLines.join('\n');
      dataLines = [];
      dataBytes = 0;
      return payload;
    }
    checkSize(line.length);
    if (!startsWith(line, DATA) || (line.length > DATA.length && line[DATA.length] !== COLON))
      return undefined;
    const from = line[DATA.length + 1] === SPACE ? DATA.length + 2 : DATA.length + 1;
    dataLines.push(decode(line.subarray(Math.min(from, line.length))));
    // A line counts one byte more than its text: many empty data lines are memory too.
    dataBytes += line.length + 1;
    return undefined;
  };

  const decode = (bytes: Uint8Array): string => {
    try {
      return decoder.decode(bytes);
    } catch {
      throw upstreamError('UPSTREAM_MALFORMED', { reason: 'not UTF-8' });
    }
  };

  return {
    *push(bytes) {
      let start = afterCr && bytes[0] === LF ? 1 : 0;
      if (bytes.length > 0) afterCr = false;
      let lf = bytes.indexOf(LF, start);
      let cr = bytes.indexOf(CR, start);
      while (lf !== -1 || cr !== -1) {
        const atCr = cr !== -1 && (lf === -1 || cr < lf);
        const end = atCr ? cr : lf;
        let line = bytes.subarray(start, end);
        if (partialBytes > 0) {
          keepPartial(line);
          line = partial.subarray(0, partialBytes);
          partialBytes = 0;
        }
        const payload = readLine(line);
        start = end + 1;
        if (atCr && start === bytes.length) afterCr = true;
        else if (atCr && bytes[start] === LF) start += 1;
        if (lf !== -1 && lf < start) lf = bytes.indexOf(LF, start);
        if (cr !== -1 && cr < start) cr = bytes.indexOf(CR, start);
        if (payload !== undefined) yield payload;
      }
      keepPartial(bytes.subarray(start));
    },
  };
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}
