// What does each operation on chain cost? Gas of all contracts it runs through, and the fees of the whole chain of messages.
import {
  changeSecretBody,
  increaseClientStakeBody,
  increaseProxyStakeBody,
  proxyPayOutBody,
  registerBody,
  requestRefundBody,
  topUpBody,
  withdrawBody,
} from '@cocoonkit/sdk/ton';
import { type Address, type Cell, toNano } from '@ton/core';
import { openChain, PARAMS, START, send } from '../test/contracts/open-chain.js';

const TON = 1e9;

export async function run() {
  const chain = await openChain();
  const to = { queryId: 1n, sendExcessesTo: chain.user.address };
  const rows: { name: string; value: number; unit: string; target: string }[] = [];

  async function measure(name: string, contract: Address, body: Cell, value = toNano('0.7')) {
    const { transactions } = await send(chain.user, contract, body, value);
    // The first one is the sender's own wallet.
    const [, ...ours] = transactions;
    const gas = ours.map(({ description }) =>
      description.type === 'generic' && description.computePhase.type === 'vm'
        ? Number(description.computePhase.gasUsed)
        : 0,
    );
    const fees = ours.reduce((sum, { totalFees }) => sum + Number(totalFees.coins), 0);
    rows.push({ name: `${name}: gas`, value: gas.reduce((a, b) => a + b, 0), unit: '', target: '' });
    rows.push({ name: `${name}: fees`, value: fees / TON, unit: 'TON', target: '' });
  }

  const client = chain.client.address;
  await measure('client register', client, registerBody({ ...to, nonce: 1n }));
  await measure('client top-up', client, topUpBody({ ...to, amount: toNano('20') }), toNano('20.7'));
  await measure('client secret', client, changeSecretBody({ ...to, secretHash: 1n }));
  await measure('client charge', client, chain.counter('charge', 1_000n));
  await measure('client withdraw', client, withdrawBody(to));
  await measure('client stake', client, increaseClientStakeBody({ ...to, stake: toNano('15.1') }));
  await measure('worker payout', chain.worker.address, chain.counter('payOut', 1_000n));
  await measure('proxy payout', chain.proxy.address, proxyPayOutBody(to));
  await measure('proxy stake', chain.proxy.address, increaseProxyStakeBody({ ...to, amount: 1n }));
  await measure('client asks for a refund', client, requestRefundBody(to));
  chain.blockchain.now = START + PARAMS.clientDelaySeconds + 1;
  await measure('client closes without the proxy', client, requestRefundBody(to));
  await measure('proxy close request', chain.proxy.address, chain.close('closeRequest'));
  chain.blockchain.now += PARAMS.proxyDelaySeconds;
  await measure('proxy close complete', chain.proxy.address, chain.close('closeComplete'));
  return rows;
}
