// Which routes does the local chain have, and in which shape does it answer?
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { type ApiMethod, address, apiMethods, method } from './api-methods.js';
import { describeBlock } from './describe-block.js';
import type { LocalChain } from './local-chain.js';
import { readRefusal, refused } from './refused.js';

export const LOCAL_CHAIN = 'LOCAL CHAIN, no real TON';
/** A BoC of 64 KiB in base64, several of them for an estimate. */
const MAX_BODY_BYTES = 512 * 1024;
const FAUCET_DEFAULT = 10_000_000_000n;
const FAUCET_MAX = 1_000_000_000_000_000n;
const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;

type Env = { Bindings: HttpBindings };

export function createApi(chain: LocalChain): Hono<Env> {
  const methods = apiMethods(chain);
  const app = new Hono<Env>();
  app.use(async (context, next) => {
    await next();
    context.header('Cache-Control', 'no-store');
  });
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: (context) =>
        answer(context, async () => Promise.reject(refused(413, 'The body is too large.'))),
    }),
  );
  app.get('/', (context) => context.json({ ok: true, chain: LOCAL_CHAIN }));
  app.post('/api/v2/jsonRPC', async (context) => {
    let id: unknown = null;
    return answer(
      context,
      async () => {
        const call = CALL.safeParse(await readJson(context));
        if (!call.success) throw refused(422, 'This is no JSON-RPC call.');
        id = call.data.id;
        return named(methods, call.data.method)(call.data.params);
      },
      () => ({ jsonrpc: '2.0', id }),
    );
  });
  app.get('/api/v2/:method', (context) =>
    answer(context, () => named(methods, context.req.param('method'))(context.req.query())),
  );
  app.post('/api/v2/:method', (context) =>
    answer(context, async () => named(methods, context.req.param('method'))(await readJson(context))),
  );
  app.post('/faucet', (context) => answer(context, () => fromHere(context, faucet(chain)), localChain));
  app.post('/time', (context) => answer(context, () => fromHere(context, time(chain)), localChain));
  app.notFound((context) => answer(context, async () => Promise.reject(refused(404, 'No such path.'))));
  return app;
}

const CALL = z.object({
  id: z.union([z.string().max(128), z.number(), z.null()]).default(null),
  method: z.string().max(64),
  params: z.unknown().default({}),
});
const localChain = () => ({ chain: LOCAL_CHAIN });

/** Body: `address`, and `amount` in nanoTON as a string (default 10 TON, at most 1,000,000). */
const faucet = (chain: LocalChain): ApiMethod =>
  method(
    z.object({
      address,
      amount: z
        .string()
        .regex(/^\d{1,16}$/)
        .transform(BigInt)
        .refine((amount) => amount > 0n && amount <= FAUCET_MAX, 'not from 1 to 1,000,000 TON in nanoTON')
        .default(FAUCET_DEFAULT),
    }),
    async (q) => {
      const block = await chain.give(q.address, q.amount);
      return {
        address: q.address.toString(),
        amount: String(q.amount),
        block_id: describeBlock(block, -1),
      };
    },
  );

/** Body: `add`, whole seconds. */
const time = (chain: LocalChain): ApiMethod =>
  method(z.object({ add: z.number().int().min(1).max(630_720_000) }), async (q) => {
    const block = await chain.advance(q.add);
    return { utime: block.utime, block_id: describeBlock(block, -1) };
  });

async function fromHere(context: Context<Env>, run: ApiMethod): Promise<unknown> {
  const from = context.env.incoming.socket.remoteAddress ?? '';
  if (!LOOPBACK.test(from)) throw refused(403, 'Only the machine the chain runs on may do this.');
  return run(await readJson(context));
}

function named(methods: ReadonlyMap<string, ApiMethod>, name: string): ApiMethod {
  const found = methods.get(name);
  if (found === undefined) throw refused(404, 'The local chain has no such method.');
  return found;
}

async function readJson(context: Context<Env>): Promise<unknown> {
  const text = await context.req.text();
  try {
    return JSON.parse(text);
  } catch {
    throw refused(422, 'The body is no JSON.');
  }
}

async function answer(
  context: Context,
  run: () => Promise<unknown>,
  more: () => Record<string, unknown> = () => ({}),
): Promise<Response> {
  try {
    return context.json({ ok: true, result: await run(), ...more() });
  } catch (error) {
    const { status, message } = readRefusal(error) ?? { status: 500 as const, message: 'Internal error.' };
    return context.json({ ok: false, error: message, code: status, ...more() }, status);
  }
}
