// How can tests and demos talk to an OpenAI-compatible server without a model? Run this: a real HTTP server in its own
// process that behaves like one, misbehaves on request, and keeps what it sent so that the far end can be compared with it.
//
//   node upstream.mjs [--port 0] [--socket /path.sock] [--api-key KEY] [--delay-ms N] [--json]
//
// Faults are switched on by the model name (`fake+crlf+comments`) or by the request field `x_fake: { faults: [...] }`;
// their names are listed in faults.mjs. GET /_sent/<completion id> (or /_sent/last) shows what was sent, GET /_stats counts.
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { answer } from './answer.mjs';
import { embeddings } from './embeddings.mjs';
import { faultsOf } from './faults.mjs';
import { createRecords } from './records.mjs';
import { sendStream } from './send-stream.mjs';

const MAX_BODY_BYTES = 32 * 1024 * 1024;
const STATUSES = {
  400: 'BadRequestError',
  404: 'NotFoundError',
  422: 'UnprocessableEntityError',
  429: 'RateLimitError',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
};

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    socket: { type: 'string' },
    'api-key': { type: 'string' },
    'delay-ms': { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
  },
});

const records = createRecords();
const server = createServer((request, response) => {
  route(request, response).catch(() => response.destroy());
});
server.on('connection', (socket) => {
  records.stats.connections += 1;
  records.stats.openConnections += 1;
  socket.setNoDelay(true);
  socket.on('close', () => {
    records.stats.openConnections -= 1;
  });
});
if (options.socket === undefined) server.listen(Number(options.port), '127.0.0.1', announce);
else server.listen(options.socket, announce);
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
// A test that dies must not leave this process behind.
if (process.channel) process.on('disconnect', () => process.exit(0));

function announce() {
  const address = server.address();
  const url = typeof address === 'string' ? `unix:${address}` : `http://127.0.0.1:${address.port}/v1`;
  if (options.json)
    process.stdout.write(`${JSON.stringify({ event: 'listening', url, pid: process.pid })}\n`);
  else process.stdout.write(`fake upstream listening on ${url}\n`);
}

async function route(request, response) {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pathname === '/_stats') return sendJson(response, 200, records.stats);
  if (pathname.startsWith('/_sent/')) {
    const record = records.find(decodeURIComponent(pathname.slice('/_sent/'.length)));
    return record
      ? sendJson(response, 200, record)
      : sendJson(response, 404, { error: { message: 'unknown id' } });
  }
  if (pathname === '/health') return sendJson(response, 200, { status: 'ok' });
  if (options['api-key'] !== undefined && request.headers.authorization !== `Bearer ${options['api-key']}`) {
    return sendJson(response, 401, {
      error: { message: 'Unauthorized', type: 'AuthenticationError', code: 401 },
    });
  }
  if (pathname === '/v1/models' && request.method === 'GET') {
    const models = ['fake', 'fake-embed'].map((id) => ({
      id,
      object: 'model',
      created: 1_700_000_000,
      owned_by: 'fake',
    }));
    return sendJson(response, 200, { object: 'list', data: models });
  }
  if (pathname === '/v1/chat/completions' && request.method === 'POST') return complete(request, response);
  if (pathname === '/v1/embeddings' && request.method === 'POST') return embed(request, response);
  return sendJson(response, 404, { error: { message: 'Not Found', type: 'NotFoundError', code: 404 } });
}

async function embed(request, response) {
  const { body, raw, record, faults } = await receive(request, response);
  if (record === undefined) return undefined;
  if (typeof body.input !== 'string' && !Array.isArray(body.input))
    return sendError(response, record, 400, raw);
  if (faults.has('slow-headers')) await new Promise((resolve) => setTimeout(resolve, 250_000));
  if (response.destroyed) return undefined;
  record.payloads.push(JSON.stringify(embeddings(body, faults)));
  const sent = faults.has('garbage') ? record.payloads[0].slice(0, -9) : record.payloads[0];
  if (!faults.has('cut')) {
    response.setHeader('content-type', faults.has('not-json') ? 'text/html' : 'application/json');
    return response.end(sent);
  }
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': sent.length });
  response.write(sent.slice(0, 20), () => response.socket?.destroy());
  return undefined;
}

/** Records the request; answers by itself, and returns no record, where a fault or an unreadable body says so. */
async function receive(request, response) {
  const raw = await readBody(request);
  records.stats.requests += 1;
  const record = records.create({ request: raw, headers: request.headers });
  response.on('close', () => {
    record.closed = true;
    record.cutByClient = !response.writableEnded;
  });
  let body;
  try {
    body = JSON.parse(raw);
  } catch {
    sendError(response, record, 400, raw);
    return {};
  }
  const faults = faultsOf(body);
  for (const status of Object.keys(STATUSES)) {
    if (!faults.has(`status-${status}`)) continue;
    sendError(response, record, Number(status), raw);
    return {};
  }
  return { body, raw, record, faults };
}

async function complete(request, response) {
  const { body, raw, record, faults } = await receive(request, response);
  if (record === undefined) return undefined;
  if (!Array.isArray(body.messages) || body.messages.length === 0)
    return sendError(response, record, 400, raw);
  if (typeof body.model !== 'string' || !body.model.startsWith('fake'))
    return sendError(response, record, 404, raw);
  if (faults.has('redirect')) {
    response.writeHead(307, { location: `http://${request.headers.host}/v1/chat/completions?again` }).end();
    return undefined;
  }
  if (faults.has('slow-headers'))
    await new Promise((resolve) => setTimeout(resolve, faults.settings.delayMs ?? 250_000));
  if (response.destroyed) return undefined;
  const delayMs = faults.settings.delayMs ?? Number(options['delay-ms']);
  const plan = answer(body, record.id, faults);
  if (body.stream !== true || faults.has('not-sse')) {
    record.payloads.push(JSON.stringify(plan.completion));
    response.setHeader('content-type', 'application/json');
    return response.end(record.payloads[0]);
  }
  return sendStream(response, { record, faults, plan, delayMs });
}

async function readBody(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > MAX_BODY_BYTES) throw new Error('body too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Real servers put the offending request into their error text; so does this one. */
function sendError(response, record, status, raw) {
  record.status = status;
  if (status === 429 || status === 503) response.setHeader('retry-after', '7');
  const message = `The request was refused: ${raw}`;
  return sendJson(response, status, {
    object: 'error',
    message,
    type: STATUSES[status],
    code: status,
    error: { message, code: status },
  });
}

function sendJson(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}
