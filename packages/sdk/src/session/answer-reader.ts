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
}): AnswerReader {
  const { stream, opener, answers } = parts;
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
      const notice = noticeLayout.decode(await answers.open(record.payload));
      return { kind, events: [{ type: 'notice', notice }] };
    },
    close: () => stream.close(),
  };
}
