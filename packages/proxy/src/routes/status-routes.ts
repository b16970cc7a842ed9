// Where does a person, or a monitor, see what this proxy offers? `GET /` and `GET /status.json`, made at most every few seconds.
import type { HttpBindings } from '@hono/node-server';
import type { Hono } from 'hono';
import { PUBLIC_HEADERS } from '../http/headers.js';
import type { ProxyParts } from '../proxy-parts.js';
import type { MeasurementHistory } from '../status/measurement-history.js';
import { type NetworkStatus, readNetworkStatus } from '../status/network-status.js';
import { renderStatusPage, STATUS_PAGE_POLICY } from '../status/render-status-page.js';

/** However often it is asked for: the work is bounded, and load that changes by the request is not shown. */
const KEEP_MS = 5_000;

export function addStatusRoutes(
  app: Hono<{ Bindings: HttpBindings }>,
  parts: ProxyParts,
  history: MeasurementHistory,
): void {
  let kept: { status: NetworkStatus; html: string; until: number } | undefined;
  const current = () => {
    const nowMs = parts.now().getTime();
    if (kept === undefined || nowMs >= kept.until || kept.until > nowMs + KEEP_MS) {
      const status = readNetworkStatus(parts, history);
      kept = { status, html: renderStatusPage(status), until: nowMs + KEEP_MS };
    }
    return kept;
  };
  app.get('/', (context) =>
    context.html(current().html, 200, {
      'Cache-Control': 'no-store, no-transform',
      'Content-Security-Policy': STATUS_PAGE_POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    }),
  );
  app.get('/status.json', (context) => context.json(current().status, 200, PUBLIC_HEADERS));
}
