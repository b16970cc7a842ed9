// What does a getter answer? Its stack, or its exit code as a result: that a getter fails is no failure of the API.
import type { Address } from '@ton/core';
import type { z } from 'zod';
import type { LocalChain } from './local-chain.js';
import { readStack, type stackArguments, writeStack } from './tvm-stack.js';

/** As TON's lite servers allow. */
const GAS_LIMIT = 1_000_000n;
/** What TON's lite servers answer for an account without code. */
const NO_CODE = -13;

export interface GetterCall {
  readonly address: Address;
  /** Name or number. */
  readonly method: string | number;
  readonly stack: z.infer<typeof stackArguments>;
}

export async function runGetter(chain: LocalChain, { address, method, stack }: GetterCall) {
  const items = readStack(stack);
  return chain.quietly(async () => {
    const account = chain.account(address);
    if (account?.accountState?.type !== 'active') return answer(NO_CODE, 0n, []);
    try {
      const result = await account.get(method, items, { gasLimit: GAS_LIMIT });
      return answer(result.exitCode, result.gasUsed, writeStack(result.stack));
    } catch (error) {
      const failure = readFailure(error);
      if (failure === undefined) throw error;
      return answer(failure.exitCode, failure.gasUsed, []);
    }
  });
}

function readFailure(error: unknown): { exitCode: number; gasUsed: bigint } | undefined {
  if (!(error instanceof Error) || !('exitCode' in error) || !('gasUsed' in error)) return undefined;
  const { exitCode, gasUsed } = error;
  return typeof exitCode === 'number' && typeof gasUsed === 'bigint' ? { exitCode, gasUsed } : undefined;
}

function answer(exitCode: number, gasUsed: bigint, stack: unknown[]) {
  return { '@type': 'smc.runResult', gas_used: Number(gasUsed), stack, exit_code: exitCode };
}
