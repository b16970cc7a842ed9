// What does a contract hold? Its storage, as the provider gives it.
import { Cell, type ContractProvider } from '@ton/core';
import { chainDataInvalid } from '../chain-error.js';

/** @throws CocoonError `CHAIN_DATA_INVALID` when the contract is not there */
export async function readStorage(provider: ContractProvider, what: string): Promise<Cell> {
  const { state } = await provider.getState();
  if (state.type !== 'active' || !state.data) throw chainDataInvalid(`${what} that is not deployed`);
  try {
    const [data] = Cell.fromBoc(state.data);
    if (data !== undefined) return data;
  } catch (error) {
    throw chainDataInvalid(what, error);
  }
  throw chainDataInvalid(what);
}
