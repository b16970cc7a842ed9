// A network's contracts on a real TVM: root, one proxy, one client and one worker, in the sandbox.
import { createHash } from 'node:crypto';
import {
  ClientContract,
  type CloseOperation,
  COMMON_OPS,
  CONTRACT_CODES,
  type CounterOperation,
  closePayload,
  counterPayload,
  deriveClient,
  deriveProxy,
  deriveRoot,
  deriveWorker,
  type NetworkParams,
  type ParamsOnChain,
  ProxyContract,
  RootContract,
  rootStorage,
  signedBody,
  WorkerContract,
} from '@cocoonkit/sdk/ton';
import { type Address, Cell, type Sender, toNano } from '@ton/core';
import { keyPairFromSeed, sign } from '@ton/crypto';
import {
  Blockchain,
  type SandboxContract,
  type SendMessageResult,
  type TreasuryContract,
} from '@ton/sandbox';

export const START = 1_790_000_000;
export const STAKE = toNano('15');

export const codeOf = (name: keyof typeof CONTRACT_CODES): Cell => Cell.fromBase64(CONTRACT_CODES[name]);

export const PARAMS: NetworkParams = {
  structVersion: 4,
  paramsVersion: 1,
  uniqueId: 7,
  isTest: true,
  pricePerToken: 20n,
  workerFeePerToken: 19n,
  promptMultiplier: 10_000,
  cachedMultiplier: 1_000,
  completionMultiplier: 80_000,
  reasoningMultiplier: 80_000,
  proxyDelaySeconds: 86_400,
  clientDelaySeconds: 43_200,
  minProxyStake: STAKE,
  minClientStake: STAKE,
  proxyCode: codeOf('proxy'),
  workerCode: codeOf('worker'),
  clientCode: codeOf('client'),
};

/** The key pair of a seed of 32 equal bytes. */
export function keysOf(seed: number) {
  const pair = keyPairFromSeed(Buffer.alloc(32, seed));
  return { ...pair, number: BigInt(`0x${pair.publicKey.toString('hex')}`) };
}

export async function openChain() {
  const blockchain = await Blockchain.create();
  blockchain.now = START;
  const [operator, user, miner, stranger] = await Promise.all([
    blockchain.treasury('operator'),
    blockchain.treasury('user'),
    blockchain.treasury('miner'),
    blockchain.treasury('stranger'),
  ]);
  const root = blockchain.openContract(
    new RootContract(deriveRoot(codeOf('root'), rootStorage(operator.address, PARAMS))),
  );
  await root.sendDeploy(operator.getSender(), toNano('1'));
  const { chainParams } = await root.getConfig();
  const keys = keysOf(9);
  const proxy = blockchain.openContract(
    new ProxyContract(
      deriveProxy(chainParams, { owner: operator.address, publicKey: keys.number, root: root.address }),
    ),
  );
  await proxy.sendDeploy(operator.getSender());
  const member = (owner: Address) => ({ owner, proxy: proxy.address, proxyPublicKey: keys.number });
  const client = blockchain.openContract(new ClientContract(deriveClient(chainParams, member(user.address))));
  const worker = blockchain.openContract(
    new WorkerContract(deriveWorker(chainParams, member(miner.address))),
  );
  await client.sendDeploy(user.getSender());
  await worker.sendDeploy(miner.getSender());

  /** A counter signed by the proxy's key, or by another. */
  const counter = (
    operation: CounterOperation,
    tokens: bigint,
    options: { contract?: Address; excesses?: Address; key?: Buffer; queryId?: bigint } = {},
  ): Cell => {
    const ofWorker = operation === 'payOut' || operation === 'payOutLast';
    const contract = options.contract ?? (ofWorker ? worker.address : client.address);
    const payload = counterPayload({ operation, queryId: options.queryId ?? 5n, tokens, contract });
    const signature = sign(payload.hash(), options.key ?? keys.secretKey);
    return signedBody(payload, signature, options.excesses ?? stranger.address);
  };
  const close = (
    operation: CloseOperation,
    contract: Address = proxy.address,
    key = keys.secretKey,
  ): Cell => {
    const payload = closePayload({ operation, queryId: 6n, contract });
    return signedBody(payload, sign(payload.hash(), key), stranger.address);
  };
  return {
    blockchain,
    operator,
    user,
    miner,
    stranger,
    root,
    chainParams,
    keys,
    proxy,
    client,
    worker,
    member,
    counter,
    close,
  };
}

export type Chain = Awaited<ReturnType<typeof openChain>>;

/** Sends any body, as anyone. */
export async function send(
  from: SandboxContract<TreasuryContract>,
  to: Address,
  body: Cell | undefined,
  value: bigint = toNano('0.7'),
): Promise<SendMessageResult> {
  return from.send({ to, value, ...(body === undefined ? {} : { body }), bounce: true });
}

/** Exit code of the first transaction at `to`: of its computation, else of its actions. */
export function exitCodeAt(result: SendMessageResult, to: Address): number | undefined {
  for (const transaction of result.transactions) {
    if (!transaction.inMessage?.info.dest || !to.equals(transaction.inMessage.info.dest as Address)) continue;
    const { description } = transaction;
    if (description.type !== 'generic' || description.computePhase.type !== 'vm') return undefined;
    const { exitCode } = description.computePhase;
    return exitCode !== 0 ? exitCode : (description.actionPhase?.resultCode ?? 0);
  }
  return undefined;
}

/** Value of the payout that was sent to `to`, before the receiver's own fees. */
export function paidTo(result: SendMessageResult, to: Address): bigint {
  let paid = 0n;
  for (const { inMessage } of result.transactions) {
    if (inMessage?.info.type !== 'internal' || !inMessage.info.dest.equals(to)) continue;
    const body = inMessage.body.beginParse();
    if (body.remainingBits >= 32 && body.loadUint(32) === COMMON_OPS.payout)
      paid += inMessage.info.value.coins;
  }
  return paid;
}

export const sha256 = (text: string): bigint =>
  BigInt(`0x${createHash('sha256').update(text).digest('hex')}`);
export type { ParamsOnChain, Sender };
