// Which sandbox runs the contracts? One that prints nothing, keeps no history of its own and can be asked without being changed.
import type { Address } from '@ton/core';
import type { Blockchain, BlockchainStorage, IExecutor, SmartContract } from '@ton/sandbox';
import { loadSandbox } from './load-sandbox.js';

export interface OpenBlockchain {
  readonly blockchain: Blockchain;
  /** The account, when anything ever happened to it. Asking for others leaves no trace. */
  peek(address: Address): SmartContract | undefined;
  /** Drops an account that is still empty: a refused message to nowhere must not cost memory. */
  forgetEmpty(address: Address): void;
  /** Runs a message against a copy of the account. Nothing is kept. */
  copyOf(address: Address): SmartContract;
  /** The sandbox's own list of transactions; ours is bounded. */
  forgetTransactions(): void;
}

/** @throws CocoonError `SANDBOX_MISSING` */
export async function openBlockchain(): Promise<OpenBlockchain> {
  const sandbox = await loadSandbox();
  const accounts = new Map<string, SmartContract>();
  const storage: BlockchainStorage = {
    async getContract(blockchain, address) {
      const key = address.toRawString();
      const known = accounts.get(key) ?? sandbox.SmartContract.empty(blockchain, address);
      accounts.set(key, known);
      return known;
    },
    knownContracts: () => [...accounts.values()],
    clearKnownContracts: () => accounts.clear(),
  };
  class QuietBlockchain extends sandbox.Blockchain {
    constructor(executor: IExecutor) {
      super({ executor, storage });
    }

    forgetTransactions(): void {
      this.transactions.length = 0;
    }
  }
  const blockchain = new QuietBlockchain(await sandbox.Executor.create());
  blockchain.verbosity = { print: false, blockchainLogs: false, vmLogs: 'none', debugLogs: false };
  const peek = (address: Address) => accounts.get(address.toRawString());
  return {
    blockchain,
    peek,
    forgetEmpty(address) {
      if (peek(address)?.lastTransactionLt === 0n) accounts.delete(address.toRawString());
    },
    copyOf(address) {
      const shard = peek(address)?.account ?? sandbox.createEmptyShardAccount(address);
      return new sandbox.SmartContract(shard, blockchain);
    },
    forgetTransactions: () => blockchain.forgetTransactions(),
  };
}
