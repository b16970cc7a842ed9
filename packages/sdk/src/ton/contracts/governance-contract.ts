// Who may change the network: members, their weights, and what they are voting on.
import {
  type Address,
  beginCell,
  type Cell,
  type Contract,
  type ContractProvider,
  Dictionary,
  type DictionaryValue,
  type Sender,
  type Slice,
} from '@ton/core';
import { readingChain } from '../chain-error.js';
import type { Derived } from '../derive.js';
import {
  type GovernanceRules,
  type Member,
  storeMembers,
  storeRules,
} from '../messages/governance-messages.js';
import { readStorage } from './read-storage.js';

export interface Proposal {
  readonly id: number;
  readonly proposer: Address;
  readonly class: 'fast' | 'slow';
  readonly executed: boolean;
  /** Unix seconds. */
  readonly createdAt: number;
  /** When the quorum was reached. */
  readonly passedAt?: number | undefined;
  readonly weight: number;
  readonly order: Cell;
  readonly voters: readonly Address[];
}

export interface GovernanceData {
  readonly root: Address;
  readonly rules: GovernanceRules;
  readonly totalWeight: number;
  readonly members: readonly Member[];
  readonly proposals: readonly Proposal[];
}

/** In nanoTON: pays for any operation, the execution's message included. */
const VALUE = 150_000_000n;

/** The first storage; `root`: whose owner this contract is to be. */
export function governanceStorage(root: Address, rules: GovernanceRules, members: readonly Member[]): Cell {
  const totalWeight = members.reduce((sum, { weight }) => sum + weight, 0);
  return storeRules(beginCell().storeAddress(root), rules)
    .storeUint(totalWeight, 32)
    .storeUint(0, 32)
    .storeDict(storeMembers(members))
    .storeDict(Dictionary.empty())
    .endCell();
}

/** @throws CocoonError `CHAIN_DATA_INVALID` */
export function readGovernanceData(cell: Cell): GovernanceData {
  return readingChain('governance contract', () => {
    const slice = cell.beginParse();
    const root = slice.loadAddress();
    const readClass = () => ({ quorum: slice.loadUint(16), delaySeconds: slice.loadUint(32) });
    const rules = { fast: readClass(), slow: readClass(), votingSeconds: slice.loadUint(32) };
    const totalWeight = slice.loadUint(32);
    slice.loadUint(32);
    const members = Dictionary.load(Dictionary.Keys.Address(), Dictionary.Values.Uint(32), slice);
    const proposals = Dictionary.load(Dictionary.Keys.Uint(32), PROPOSALS, slice);
    slice.endParse();
    return {
      root,
      rules,
      totalWeight,
      members: [...members].map(([address, weight]) => ({ address, weight })),
      proposals: [...proposals].map(([id, proposal]) => ({ id, ...proposal })).sort((a, b) => a.id - b.id),
    };
  });
}

const PROPOSALS: DictionaryValue<Omit<Proposal, 'id'>> = {
  serialize: () => {},
  parse: (value) => readProposal(value.loadRef().beginParse()),
};

function readProposal(slice: Slice): Omit<Proposal, 'id'> {
  const head = {
    proposer: slice.loadAddress(),
    class: slice.loadUint(8) === 0 ? ('fast' as const) : ('slow' as const),
    executed: slice.loadUint(8) !== 0,
    createdAt: slice.loadUint(32),
    passedAt: slice.loadUint(32) || undefined,
    weight: slice.loadUint(32),
    order: slice.loadRef(),
  };
  const voters = Dictionary.load(Dictionary.Keys.Address(), Dictionary.Values.Bool(), slice);
  slice.endParse();
  return { ...head, voters: voters.keys() };
}

export class GovernanceContract implements Contract {
  readonly address: Address;
  readonly init: Derived['init'] | undefined;

  /** Derived: can be deployed, too. */
  constructor(place: Address | Derived) {
    this.address = 'init' in place ? place.address : place;
    this.init = 'init' in place ? place.init : undefined;
  }

  async getData(provider: ContractProvider): Promise<GovernanceData> {
    return readGovernanceData(await readStorage(provider, 'governance contract'));
  }

  async sendDeploy(provider: ContractProvider, via: Sender, value = 500_000_000n): Promise<void> {
    await provider.internal(via, { value, bounce: false });
  }

  /** `body`: one of those in governance-messages. */
  async sendMessage(provider: ContractProvider, via: Sender, body: Cell, value = VALUE): Promise<void> {
    await provider.internal(via, { value, body, bounce: true });
  }
}
