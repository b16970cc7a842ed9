// How does toncenter write an account?
import type { SmartContract } from '@ton/sandbox';
import type { Block } from './block-log.js';
import { describeBlock } from './describe-block.js';

const NAMES = { active: 'active', uninit: 'uninitialized', frozen: 'frozen' } as const;

export function accountState(account: SmartContract | undefined): 'active' | 'uninitialized' | 'frozen' {
  return NAMES[account?.accountState?.type ?? 'uninit'];
}

export function describeAccount(account: SmartContract | undefined, block: Block) {
  const state = account?.accountState;
  const init = state?.type === 'active' ? state.state : undefined;
  const lt = account?.lastTransactionLt ?? 0n;
  const hash = (account?.lastTransactionHash ?? 0n).toString(16).padStart(64, '0');
  return {
    '@type': 'raw.fullAccountState',
    balance: String(account?.balance ?? 0n),
    extra_currencies: Object.entries(account?.ec ?? {}).map(([id, amount]) => ({
      '@type': 'extraCurrency',
      id: Number(id),
      amount: String(amount),
    })),
    code: init?.code?.toBoc().toString('base64') ?? '',
    data: init?.data?.toBoc().toString('base64') ?? '',
    last_transaction_id: {
      '@type': 'internal.transactionId',
      lt: String(lt),
      hash: Buffer.from(hash, 'hex').toString('base64'),
    },
    block_id: describeBlock(block, -1),
    frozen_hash: state?.type === 'frozen' ? state.stateHash.toString(16).padStart(64, '0') : '',
    sync_utime: block.utime,
    state: accountState(account),
  };
}
