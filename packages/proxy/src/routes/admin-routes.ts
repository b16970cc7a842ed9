// What can the operator do on the loopback listener? Credit accounts, look at one, read the metrics, take a backup; all with a bearer token.

import { CocoonError } from '@cocoonkit/sdk/errors';
import { Hono } from 'hono';
import { z } from 'zod';
import { equalSecret } from '../equal-secret.js';
import { nowSeconds } from '../forward/forward-request.js';
import type { AccountView } from '../ledger/ledger.js';
import type { ProxyParts } from '../proxy-parts.js';
import { addBackupRoute } from './admin-backup.js';

const MAX_BODY = 4_096;
const ACCOUNT = /^[0-9a-f]{64}$/;

const credit = z.strictObject({
  account: z.string().regex(ACCOUNT),
  /** Decimal text: a JSON number could lose digits. */
  nanoTon: z.string().regex(/^[1-9][0-9]{0,18}$/),
  reference: z.string().min(1).max(128),
});

export function adminRoutes(parts: ProxyParts, token: string, dir: string): Hono {
  const app = new Hono();
  const expected = new TextEncoder().encode(`Bearer ${token}`);
  app.use(async (context, next) => {
    const given = new TextEncoder().encode(context.req.header('authorization') ?? '');
    if (!equalSecret(given, expected)) return context.json({ code: 'UNAUTHORIZED' }, 401);
    await next();
    return undefined;
  });
  app.get('/metrics', async (context) => context.text(await parts.metrics.registry.metrics()));
  app.post('/admin/credit', async (context) => {
    if (Number(context.req.header('content-length') ?? MAX_BODY + 1) > MAX_BODY)
      return context.json({ code: 'BODY_TOO_LARGE' }, 413);
    const parsed = credit.safeParse(await context.req.json().catch(() => undefined));
    if (!parsed.success) return context.json({ code: 'BAD_REQUEST' }, 400);
    const { account, nanoTon, reference } = parsed.data;
    const booked = await parts.ledger.credit({
      account,
      nanoTon: BigInt(nanoTon),
      reference,
      at: nowSeconds(parts),
    });
    const { balance, spendable, repeated } = booked;
    return context.json({ account, balance: String(balance), spendable: String(spendable), repeated });
  });
  app.get('/admin/accounts/:account', (context) => {
    const account = context.req.param('account');
    if (!ACCOUNT.test(account)) return context.json({ code: 'BAD_REQUEST' }, 400);
    return context.json(sayAccount(parts.ledger.account(account)));
  });
  app.get('/admin/totals', (context) => {
    const totals = Object.entries(parts.ledger.totals()).map(([name, amount]) => [name, String(amount)]);
    return context.json(Object.fromEntries(totals));
  });
  addBackupRoute(app, parts, dir);
  app.notFound((context) => context.json({ code: 'NOT_FOUND' }, 404));
  app.onError((error, context) => {
    const code = error instanceof CocoonError ? error.code : 'INTERNAL';
    return context.json({ code }, code === 'ACCOUNT_UNKNOWN' ? 404 : code === 'INTERNAL' ? 500 : 409);
  });
  return app;
}

/** Amounts as decimal text, in nanoTON and adjusted tokens. */
function sayAccount(view: AccountView) {
  return {
    account: view.account,
    balance: String(view.balance),
    reserved: String(view.reserved),
    spent: String(view.spent),
    spendable: String(view.spendable),
    spentTokens: String(view.spentTokens),
    reservedTokens: String(view.reservedTokens),
    running: view.running,
    charges: view.charges,
  };
}
