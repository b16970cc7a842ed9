// Whose transaction is it? The transaction itself names only the hash; the workchain is in the message it took in.
import type { Address, Transaction } from '@ton/core';

/** The local chain runs no transaction without a message. */
export function addressOf({ inMessage }: Transaction): Address {
  const info = inMessage?.info;
  if (info === undefined || info.type === 'external-out')
    throw new TypeError('a transaction without a message');
  return info.dest;
}
