// Can only the node's key spend, only above the owner's 2 TON, and can only the owner block and empty the wallet?
import {
  deriveWallet,
  signedWalletOrder,
  WalletContract,
  type WalletOrder,
  walletOrder,
} from '@cocoonkit/sdk/ton';
import { type Address, beginCell, type Cell, internal, toNano } from '@ton/core';
import { sign } from '@ton/crypto';
import { Blockchain, type SandboxContract, type TreasuryContract } from '@ton/sandbox';
import { beforeEach, describe, expect, it } from 'vitest';
import { codeOf, exitCodeAt, keysOf, START } from './open-chain.js';

const node = keysOf(3);
let blockchain: Blockchain;
let owner: SandboxContract<TreasuryContract>;
let stranger: SandboxContract<TreasuryContract>;
let wallet: SandboxContract<WalletContract>;
beforeEach(async () => {
  blockchain = await Blockchain.create();
  blockchain.now = START;
  owner = await blockchain.treasury('owner');
  stranger = await blockchain.treasury('stranger');
  wallet = blockchain.openContract(
    new WalletContract(deriveWallet(codeOf('wallet'), node.number, owner.address)),
  );
  await owner.send({ to: wallet.address, value: toNano('10'), init: wallet.init ?? null, bounce: false });
});

const pay = (to: Address, value: string) => ({
  message: internal({ to, value: toNano(value), bounce: false }),
});
const order = (seqno: number, options: Partial<WalletOrder> = {}) => ({
  seqno,
  validUntil: START + 60,
  messages: [pay(stranger.address, '1')],
  ...options,
});
const signed = (what: WalletOrder, key = node.secretKey) =>
  signedWalletOrder(what, (hash) => sign(Buffer.from(hash), key));
/** Exit code of an order that is not accepted; 0 when it was. */
async function send(body: Cell): Promise<number> {
  try {
    await wallet.sendOrder(body);
    return 0;
  } catch (error) {
    const { exitCode } = error as { exitCode?: number };
    if (exitCode === undefined) throw error;
    return exitCode;
  }
}
const balanceOf = async (address: Address) => (await blockchain.getContract(address)).balance;
const text = (command: string, extra = 0) =>
  beginCell().storeUint(0, 32).storeUint(command.charCodeAt(0), 8).storeUint(0, extra).endCell();
const fromOwner = async (body: Cell | undefined, from = owner) =>
  exitCodeAt(
    await from.send({ to: wallet.address, value: toNano('0.1'), ...(body === undefined ? {} : { body }) }),
    wallet.address,
  );

describe('orders of the node', () => {
  it('four messages at once; the number counts up', async () => {
    const before = await balanceOf(stranger.address);
    expect(
      await send(
        await signed(order(0, { messages: Array.from({ length: 4 }, () => pay(stranger.address, '1')) })),
      ),
    ).toBe(0);
    expect((await balanceOf(stranger.address)) - before).toBeGreaterThan(toNano('3.99'));
    expect((await wallet.getData()).seqno).toBe(1);
    expect(() => walletOrder(order(0, { messages: [] }))).toThrow(
      expect.objectContaining({ code: 'WALLET_ORDER_INVALID' }),
    );
    expect(() =>
      walletOrder(order(0, { messages: Array.from({ length: 5 }, () => pay(stranger.address, '1')) })),
    ).toThrow();
  });

  it('expired 1030, blocked 1031, repeated 1032, other subwallet 1033, other key 1034, too poor 1035: in this order', async () => {
    expect(await send(await signed(order(0, { validUntil: START })))).toBe(1030);
    expect(await send(await signed(order(1)))).toBe(1032);
    expect(await send(await signed(order(0), keysOf(4).secretKey))).toBe(1034);
    const other = walletOrder(order(0)).beginParse().skip(32);
    const forged = beginCell().storeUint(1, 32).storeSlice(other).endCell();
    const body = beginCell()
      .storeBuffer(sign(forged.hash(), node.secretKey))
      .storeSlice(forged.beginParse())
      .endCell();
    expect(await send(body)).toBe(1033);
    expect(await send(await signed(order(0)))).toBe(0);
    expect(await send(await signed(order(0)))).toBe(1032);
    await wallet.sendOwnerCommand(owner.getSender(), 'block');
    expect((await wallet.getData()).blocked).toBe(true);
    expect(await send(await signed(order(1)))).toBe(1031);
    await wallet.sendOwnerCommand(owner.getSender(), 'unblock');
    expect(await send(await signed(order(1, { messages: [pay(stranger.address, '7.2')] })))).toBe(0);
    expect(await balanceOf(wallet.address)).toBeLessThan(toNano('2'));
    expect(await send(await signed(order(2)))).toBe(1035);
  });

  it('one that is malformed behind its signature is refused before the wallet pays for it', async () => {
    const unsigned = beginCell()
      .storeSlice(walletOrder(order(0)).beginParse())
      .storeBit(true)
      .endCell();
    const body = beginCell()
      .storeBuffer(sign(unsigned.hash(), node.secretKey))
      .storeSlice(unsigned.beginParse())
      .endCell();
    const before = await balanceOf(wallet.address);
    expect(await send(body)).toBe(9);
    expect(await balanceOf(wallet.address)).toBe(before);
  });
});

describe('the owner', () => {
  it('sweeps all but 0.01 TON', async () => {
    expect(await fromOwner(text('w'))).toBe(0);
    expect(await balanceOf(wallet.address)).toBe(toNano('0.01'));
  });

  it('sends any message', async () => {
    const before = await balanceOf(stranger.address);
    await wallet.sendOwnerMessage(owner.getSender(), {
      message: internal({ to: stranger.address, value: toNano('9.5'), bounce: false }),
      mode: 1,
    });
    expect((await balanceOf(stranger.address)) - before).toBeGreaterThan(toNano('9.49'));
  });

  it('strangers 1040, unknown orders 1041; coins, payouts and leftovers from anyone are taken', async () => {
    expect(await fromOwner(text('w'), stranger)).toBe(1040);
    expect(await fromOwner(text('q'))).toBe(1041);
    expect(await fromOwner(beginCell().storeUint(0x12345678, 32).endCell())).toBe(1041);
    for (const op of [0x2565934c, 0xc59a7cd3, 0x9a1247c0])
      expect(await fromOwner(beginCell().storeUint(op, 32).storeUint(1, 64).endCell(), stranger)).toBe(0);
    expect(await fromOwner(undefined, stranger)).toBe(0);
  });
});

it('its getters answer', async () => {
  const get = (name: string) => blockchain.runGetMethod(wallet.address, name);
  expect((await get('seqno')).stackReader.readNumber()).toBe(0);
  expect((await get('get_public_key')).stackReader.readBigNumber()).toBe(node.number);
  expect((await get('get_owner_address')).stackReader.readAddress().equals(owner.address)).toBe(true);
});
