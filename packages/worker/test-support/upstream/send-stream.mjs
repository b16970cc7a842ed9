// How do the chunks reach the socket: cleanly, or in one of the ways real networks and servers spoil a stream?
import { MAX_RECORDED_PAYLOADS } from './records.mjs';

export async function sendStream(response, { record, faults, plan, delayMs }) {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    connection: 'keep-alive',
  });
  const newline = faults.has('crlf') ? '\r\n' : faults.has('cr') ? '\r' : '\n';
  const after = faults.settings.after ?? 3;
  if (faults.has('bom')) response.write(Buffer.from([0xef, 0xbb, 0xbf]));

  const send = async (payload) => {
    if (response.destroyed) return false;
    if (record.payloads.length < MAX_RECORDED_PAYLOADS) record.payloads.push(payload);
    record.count += 1;
    const comment = faults.has('comments')
      ? `: keep-alive ${record.count}${newline}${newline}:${newline}`
      : '';
    const noise = faults.has('comments')
      ? `event: message${newline}id: ${record.count}${newline}retry: 10${newline}`
      : '';
    const lines = payload.split('\n').map((line) => `data: ${line}${newline}`);
    await write(
      response,
      record,
      Buffer.from(`${comment}${noise}${lines.join('')}${newline}`),
      faults.has('split'),
    );
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    return !response.destroyed;
  };

  let number = 0;
  for (const chunk of plan.chunks) {
    if (!(await send(dress(chunk, number, faults)))) return;
    number += 1;
    if (number !== after) continue;
    if (faults.has('stall')) return;
    if (faults.has('cut')) return cut(response);
    if (
      faults.has('garbage') &&
      !(await send('{"id":"half of an object","choices":[{"index":0,"delta":{"content":"secret'))
    )
      return;
    if (faults.has('not-a-chunk') && !(await send('["not","a","chunk"]'))) return;
    if (
      faults.has('error-event') &&
      !(await send(JSON.stringify({ error: { message: record.request, code: 500 } })))
    )
      return;
    if (faults.has('invalid-utf8'))
      await write(
        response,
        record,
        Buffer.from([...Buffer.from('data: {"a":"'), 0xff, 0xc0, ...Buffer.from('"}\n\n')]),
        false,
      );
    if (faults.has('giant')) {
      const content = 'x'.repeat(faults.settings.giantBytes ?? 2 * 1024 * 1024);
      if (
        !(await send(
          JSON.stringify({
            ...plan.chunks[0],
            choices: [{ index: 0, delta: { content }, finish_reason: null }],
          }),
        ))
      )
        return;
    }
    while (faults.has('giant-line') && !response.destroyed)
      await write(response, record, Buffer.from(`: ${'x'.repeat(65_536)}`), false);
    while (faults.has('endless')) {
      const content = faults.settings.filler === undefined ? `word${number} ` : '';
      const filler =
        faults.settings.filler === undefined ? {} : { filler: 'x'.repeat(faults.settings.filler) };
      number += 1;
      if (
        !(await send(
          JSON.stringify({
            ...plan.chunks[0],
            ...filler,
            usage: null,
            choices: [{ index: 0, delta: { content }, finish_reason: null }],
          }),
        ))
      )
        return;
    }
  }
  if (plan.usage !== undefined && !(await send(dress(plan.usage, number, faults)))) return;
  if (!faults.has('no-done') && !(await send('[DONE]'))) return;
  record.done = true;
  response.end();
}

/** Servers differ in spacing and escapes; a client that parses and re-writes JSON would change these bytes. */
function dress(chunk, number, faults) {
  if (faults.has('multiline')) return JSON.stringify(chunk, null, 2);
  if (number % 3 === 1) return JSON.stringify(chunk, null, 1).replace(/\n\s*/gu, ' ');
  if (number % 3 === 2)
    return JSON.stringify(chunk).replace(/[\u007f-\uffff]/gu, (unit) => escapeUnits(unit));
  return JSON.stringify(chunk);
}

function escapeUnits(text) {
  return Array.from(
    { length: text.length },
    (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}

async function write(response, record, bytes, split) {
  const parts = split ? Array.from(bytes, (_, index) => bytes.subarray(index, index + 1)) : [bytes];
  for (const part of parts) {
    if (response.destroyed) return;
    record.bytes += part.length;
    const free = response.write(part);
    if (split) await new Promise((resolve) => setImmediate(resolve));
    if (free) continue;
    record.waiting = true;
    await drained(response);
    record.waiting = false;
  }
}

function drained(response) {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go);
      response.off('close', go);
      resolve();
    };
    response.on('drain', go);
    response.on('close', go);
  });
}

/** What was written leaves first; the client then sees events and, after them, a connection that is gone. */
async function cut(response) {
  await new Promise((resolve) => response.write('', resolve));
  await new Promise((resolve) => setTimeout(resolve, 50));
  response.socket?.destroy();
}
