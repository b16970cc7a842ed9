// A node's wallet on a local chain, reached through @ton/ton as an application reaches TON.
import { deriveWallet, signedWalletOrder, WalletContract } from '@cocoonkit/sdk/ton';
import {
  type Address,
  beginCell,
  type Cell,
  type MessageRelaxed,
  type Sender,
  type SenderArguments,
} from '@ton/core';
import { sign } from '@ton/crypto';
import { TonClient } from '@ton/ton';
import { type RunningDevnet, startDevnet } from '../../src/devnet/index.js';
import { codeOf, keysOf, START } from '../contracts/open-chain.js';

/** Blocks come from calls only and the clock stands still: nothing depends on when a test runs. */
export async function startStillChain() {
  const devnet = await startDevnet({
    now: () => new Date(START * 1000),
    random: (length) => new Uint8Array(length).fill(1),
    tickMs: 0,
  });
  return { devnet, client: new TonClient({ endpoint: devnet.endpoint }) };
}

interface Answer {
  readonly ok: boolean;
  readonly result?: unknown;
  readonly error?: unknown;
  readonly code?: unknown;
}

/** POST or GET; every answer is JSON. */
export async function ask(devnet: RunningDevnet, path: string, body?: unknown) {
  const init =
    body === undefined
      ? {}
      : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await fetch(`${devnet.url}${path}`, init);
  const answer: Answer = await response.json();
  return { status: response.status, answer };
}

export const faucet = (devnet: RunningDevnet, address: Address, amount: bigint) =>
  ask(devnet, '/faucet', { address: address.toString(), amount: String(amount) });

export const node = keysOf(3);

export function openWallet(client: TonClient, owner: Address) {
  const wallet = client.open(new WalletContract(deriveWallet(codeOf('wallet'), node.number, owner)));
  let seqno = 0;
  const signed = (message: MessageRelaxed, at = 0, key = node.secretKey): Promise<Cell> =>
    signedWalletOrder({ seqno: at, validUntil: START + 600, messages: [{ message }] }, (hash) =>
      sign(Buffer.from(hash), key),
    );
  const pay = async (message: MessageRelaxed): Promise<void> => {
    await wallet.sendOrder(await signed(message, seqno));
    seqno += 1;
  };
  const sender: Sender = { address: wallet.address, send: (order) => pay(messageOf(order)) };
  return { wallet, signed, pay, sender };
}

function messageOf({ to, value, bounce, init, body }: SenderArguments): MessageRelaxed {
  return {
    info: {
      type: 'internal',
      ihrDisabled: true,
      bounce: bounce ?? true,
      bounced: false,
      dest: to,
      value: { coins: value },
      ihrFee: 0n,
      forwardFee: 0n,
      createdLt: 0n,
      createdAt: 0,
    },
    init: init ?? null,
    body: body ?? beginCell().endCell(),
  };
}
