// Which of toncenter's v2 methods does the local chain answer, and from what?
import { Address, beginCell, external, type StateInit } from '@ton/core';
import { z } from 'zod';
import { accountState, describeAccount } from './describe-account.js';
import { describeBlock, describeBlockTransactions, knownBlock, SHARD } from './describe-block.js';
import { describeFees, describeTransaction } from './describe-transaction.js';
import type { LocalChain } from './local-chain.js';
import { readCell } from './read-cell.js';
import { refused } from './refused.js';
import { runGetter } from './run-getter.js';
import { stackArguments } from './tvm-stack.js';

const PAGE = 10;
const MAX_PAGE = 256;

export const address = z
  .string()
  .max(100)
  .transform((text, context) => {
    try {
      const read = Address.parse(text);
      if (read.workChain === 0 || read.workChain === -1) return read;
    } catch {
      // Said below, together with the workchains that do not exist.
    }
    context.addIssue({ code: 'custom', message: 'no address of workchain 0 or -1' });
    return z.NEVER;
  });
const seqno = z.coerce.number().int().min(0).max(0xffff_ffff);
const workchain = z.coerce.number().pipe(z.literal([0, -1]));
const lt = z
  .union([z.string(), z.number().int()])
  .transform(String)
  .pipe(z.string().regex(/^\d{1,20}$/))
  .transform(BigInt);
const count = z.coerce.number().int().min(1).max(MAX_PAGE);
const hash = z
  .string()
  .regex(/^(?:[0-9a-fA-F]{64}|[A-Za-z0-9+/_-]{43}=?)$/)
  .transform((text) => Buffer.from(text, text.length === 64 ? 'hex' : 'base64'));
const shard = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.literal([SHARD, '8000000000000000', String(Number(SHARD))]));
const boc = z.object({ boc: z.string() });
const none = z.object({});
const flag = z.union([z.boolean(), z.literal(['true', 'false']).transform((text) => text === 'true')]);

export type ApiMethod = (params: unknown) => Promise<unknown>;

/** By name. Every one throws `DEVNET_REFUSED` with status 422 for parameters it cannot read. */
export function apiMethods(chain: LocalChain): ReadonlyMap<string, ApiMethod> {
  const located = z.object({ source: address, destination: address, created_lt: lt });
  const account = z.object({ address });
  const found = (what: ReturnType<LocalChain['transactions']['findResult']>) => {
    if (what === undefined) throw refused(500, 'LITE_SERVER_UNKNOWN: cannot locate transaction');
    return describeTransaction(what);
  };
  const resultTx = method(located, async (q) =>
    found(chain.transactions.findResult(q.source, q.destination, q.created_lt)),
  );
  const send = async (text: string) => {
    const cell = readCell(text);
    await chain.send(cell);
    return cell;
  };
  return new Map<string, ApiMethod>([
    [
      'getMasterchainInfo',
      method(none, async () => ({
        '@type': 'blocks.masterchainInfo',
        last: describeBlock(chain.blocks.last, -1),
        state_root_hash: chain.blocks.last.rootHash.toString('base64'),
        init: describeBlock(chain.blocks.first, -1),
      })),
    ],
    [
      'getBlockHeader',
      method(z.object({ workchain, shard, seqno }), async (q) => {
        const block = knownBlock(chain.blocks.find(q.seqno));
        return {
          '@type': 'blocks.header',
          id: describeBlock(block, q.workchain),
          gen_utime: block.utime,
          prev_blocks:
            block.seqno === 0
              ? []
              : [describeBlock(knownBlock(chain.blocks.find(block.seqno - 1)), q.workchain)],
        };
      }),
    ],
    [
      'lookupBlock',
      method(z.object({ workchain, shard, seqno }), async (q) =>
        describeBlock(knownBlock(chain.blocks.find(q.seqno)), q.workchain),
      ),
    ],
    [
      'shards',
      method(z.object({ seqno }), async (q) => ({
        '@type': 'blocks.shards',
        shards: [describeBlock(knownBlock(chain.blocks.find(q.seqno)), 0)],
      })),
    ],
    [
      'getBlockTransactions',
      method(
        z.object({ workchain, shard, seqno, count: count.default(MAX_PAGE), after_lt: lt.optional() }),
        async (q) =>
          describeBlockTransactions(knownBlock(chain.blocks.find(q.seqno)), q.workchain, {
            count: q.count,
            afterLt: q.after_lt,
          }),
      ),
    ],
    [
      'getAddressInformation',
      method(account, async (q) =>
        chain.quietly(async () => describeAccount(chain.account(q.address), chain.blocks.last)),
      ),
    ],
    [
      'getAddressBalance',
      method(account, async (q) =>
        chain.quietly(async () => String(chain.account(q.address)?.balance ?? 0n)),
      ),
    ],
    [
      'getAddressState',
      method(account, async (q) => chain.quietly(async () => accountState(chain.account(q.address)))),
    ],
    [
      'getTransactions',
      method(
        z.object({
          address,
          lt: lt.optional(),
          hash: hash.optional(),
          to_lt: lt.optional(),
          limit: count.default(PAGE),
        }),
        async (q) =>
          chain.transactions
            .page(q.address, { lt: q.lt, hash: q.hash, toLt: q.to_lt, limit: q.limit })
            .map((transaction) => describeTransaction({ address: q.address, transaction })),
      ),
    ],
    ['tryLocateTx', resultTx],
    ['tryLocateResultTx', resultTx],
    [
      'tryLocateSourceTx',
      method(located, async (q) =>
        found(chain.transactions.findSource(q.source, q.destination, q.created_lt)),
      ),
    ],
    [
      'runGetMethod',
      method(
        z.object({
          address,
          method: z.union([z.string().min(1).max(128), z.number().int()]),
          stack: stackArguments.default([]),
        }),
        (q) => runGetter(chain, q),
      ),
    ],
    [
      'sendBoc',
      method(boc, async (q) => {
        await send(q.boc);
        return { '@type': 'ok' };
      }),
    ],
    [
      'sendBocReturnHash',
      method(boc, async (q) => ({
        '@type': 'raw.extMessageInfo',
        hash: (await send(q.boc)).hash().toString('base64'),
      })),
    ],
    [
      'estimateFee',
      method(
        z.object({
          address,
          body: z.string(),
          init_code: z.string().default(''),
          init_data: z.string().default(''),
          ignore_chksig: flag.default(true),
        }),
        async (q) => {
          const init: StateInit | undefined =
            q.init_code === ''
              ? undefined
              : {
                  code: readCell(q.init_code),
                  data: q.init_data === '' ? beginCell().endCell() : readCell(q.init_data),
                };
          const message = external({
            to: q.address,
            body: readCell(q.body),
            ...(init === undefined ? {} : { init }),
          });
          return describeFees(await chain.emulate(message, q.address, q.ignore_chksig));
        },
      ),
    ],
  ]);
}

export function method<T>(schema: z.ZodType<T>, run: (params: T) => Promise<unknown>): ApiMethod {
  return async (params) => {
    const read = schema.safeParse(params);
    if (read.success) return run(read.data);
    const issue = read.error.issues[0];
    throw refused(422, `${issue?.path.join('.') || 'params'}: ${issue?.message ?? 'invalid'}`);
  };
}
