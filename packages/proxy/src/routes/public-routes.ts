// Which addresses does the public listener answer? PROTOCOL.md §15, and nothing else.

import { encodeEvidenceBundle } from '@cocoonkit/sdk/protocol';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { findEvidence } from '../control/answer-question.js';
import { BINARY, PUBLIC_HEADERS } from '../http/headers.js';
import type { ProxyParts } from '../proxy-parts.js';
import type { MeasurementHistory } from '../status/measurement-history.js';
import { retryAfter } from './answer-hint.js';
import { control } from './control.js';
import { type Exchange, infer } from './infer.js';
import { addStatusRoutes } from './status-routes.js';

export function publicRoutes(
  parts: ProxyParts,
  history: MeasurementHistory,
): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const { identity } = parts;
  const exchangeOf = (bindings: HttpBindings, replica: string): Exchange => ({
    incoming: bindings.incoming,
    outgoing: bindings.outgoing,
    replica,
    address: addressOf(bindings, parts.addressHeader),
  });
  // Raw Node streams: credits and backpressure need the socket itself.
  app.post('/v1/infer/:replica', async (context) => {
    await infer(exchangeOf(context.env, context.req.param('replica')), parts);
    return RESPONSE_ALREADY_SENT;
  });
  app.post('/v1/ctl/:replica', async (context) => {
    await control(exchangeOf(context.env, context.req.param('replica')), parts);
    return RESPONSE_ALREADY_SENT;
  });
  const binary = { ...PUBLIC_HEADERS, 'Content-Type': BINARY };
  app.get('/v1/evidence', (context) => context.body(new Uint8Array(identity.current().bundle), 200, binary));
  app.get('/v1/evidence/:digest{[0-9a-f]{64}}', (context) => {
    if (!parts.buckets.take(addressOf(context.env, parts.addressHeader)))
      return context.json({ code: 'TOO_MANY_REQUESTS' }, 429, {
        ...PUBLIC_HEADERS,
        ...retryAfter('TOO_MANY_REQUESTS'),
      });
    const found = findEvidence(context.req.param('digest'), parts);
    if (found === undefined) return context.json({ code: 'NOT_FOUND' }, 404, PUBLIC_HEADERS);
    const { evidence, collateral } = found;
    return context.body(
      encodeEvidenceBundle({ machines: [evidence], collaterals: [collateral] }),
      200,
      binary,
    );
  });
  app.get('/health', (context) => {
    const collateral = parts.collateral();
    // Clients refuse evidence with expired collateral: no use in sending them here.
    const expired = collateral === 'expired' ? 'collateral-expired' : 'ok';
    const able = parts.canPay() ? expired : 'no-funds';
    const status = parts.state.draining ? 'draining' : able;
    return context.json({ status, collateral }, status === 'ok' ? 200 : 503, PUBLIC_HEADERS);
  });
  addStatusRoutes(app, parts, history);
  app.notFound((context) => context.json({ code: 'NOT_FOUND' }, 404, PUBLIC_HEADERS));
  app.onError((_error, context) => {
    parts.log('error', { event: 'internal-error', code: 'INTERNAL' });
    return context.json({ code: 'INTERNAL' }, 500, PUBLIC_HEADERS);
  });
  return app;
}

function addressOf({ incoming }: HttpBindings, header: string | undefined): string {
  const named = header === undefined ? undefined : incoming.headers[header];
  const text = Array.isArray(named) ? named[0] : named;
  // The last hop is the only one the load balancer itself wrote.
  return text?.split(',').at(-1)?.trim() ?? incoming.socket.remoteAddress ?? 'unknown';
}
