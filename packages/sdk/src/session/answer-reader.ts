// What came back, record by record? Worker's records through the reply opener, the proxy's own through its answer key.
import { type Notice, noticeLayout } from '../protocol/notice.js';
import { type RecordKind, RecordReader, type WireRecord } from '../protocol/record.js';
import type { AnswerOpener } from '../seal/answer-opener.js';
import type { ReplyEvent, ReplyOpener } from '../seal/reply-opener.js';
import type { ByteStream } from '../transport/transport.js';

export type AnswerEvent = ReplyEvent | { type: 'notice'; notice: Notice };

export interface AnswerReader {
  /** The next record, opened; undefined after the end of the HTTP body. Pulls from the network only when called. */
  next(): Promise<{ kind: RecordKind; events: AnswerEvent[] } | undefined>;
  close(): void;
}

export function createAnswerReader(parts: {
  stream: ByteStream;
  opener: ReplyOpener;
  answers: AnswerOpener;
  /** What an opened record of the proxy says; in an answer to a request, a notice. */
  readProxy?: ((plaintext: Uint8Array) => Promise<AnswerEvent[]>) | undefined;
}): AnswerReader {
  const { stream, opener, answers, readProxy = readNotice } = parts;
  const records = new RecordReader();
  let waiting: Iterator<WireRecord> | undefined;

  async function nextRecord(): Promise<WireRecord | undefined> {
    for (;;) {
      const record = waiting?.next();
      if (record?.done === false) return record.value;
      waiting = undefined;
      const chunk = await stream.read();
      if (chunk === undefined) return undefined;
      waiting = records.push(chunk);
    }
  }

  return {
    async next() {
      const record = await nextRecord();
      if (record === undefined) return undefined;
      const { kind } = record;
      if (kind !== 'proxy') return { kind, events: await opener.push(record) };
      return { kind, events: await readProxy(await answers.open(record.payload)) };
    },
    close: () => stream.close(),
  };
}

async function readNotice(plaintext: Uint8Array): Promise<AnswerEvent[]> {
  return [{ type: 'notice', notice: noticeLayout.decode(plaintext) }];
}
