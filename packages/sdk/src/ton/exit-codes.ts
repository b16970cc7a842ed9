// Why did a contract refuse? Exit codes of the network's contracts, in words.

export const EXIT_CODES = {
  5: 'an amount is negative, or the proxy’s contract holds less than it should pay',
  9: 'the message is malformed',
  37: 'an outgoing message could not be paid for',
  1000: 'the token counter, or the key, is not newer',
  1001: 'the contract’s balance, or the surplus above the stake, is too low',
  1003: 'the message carries too little, or the stake would not grow',
  1004: 'the network address has an unknown type',
  1005: 'the signed part says something else than the message',
  1006: 'the contract is closing or closed',
  1007: 'the signature is wrong',
  1008: 'the contract does not know this version of the network’s parameters',
  1009: 'only the client may do this',
  1010: 'only the owner may do this',
  1011: 'it is still locked',
  1012: 'the operation is unknown',
  1013: 'the text command is unknown',
  1014: 'the sender is no client or worker of this proxy',
  1015: 'it was signed for another contract',
  1030: 'the order has expired',
  1031: 'the wallet is blocked by its owner',
  1032: 'the order’s number is not the next one',
  1033: 'the order is for another subwallet',
  1034: 'the signature is wrong',
  1035: 'the wallet holds less than 2 TON, which are its owner’s',
  1040: 'only the wallet’s owner may send it messages',
  1041: 'the owner’s order is unknown',
  1101: 'the sender has no vote',
  1102: 'there is no such proposal',
  1103: 'this member has voted already',
  1104: 'voting is over',
  1105: 'it is too early',
  1106: 'the quorum is not reached',
  1107: 'the order is another one than named',
  1108: 'the proposal is no longer open',
  1109: 'too many proposals are open',
  1110: 'these rules would leave nobody able to decide',
  1111: 'this cannot be an order',
  1112: 'the time to execute it is over',
  2000: 'no proxy is registered under this number',
} as const satisfies Record<number, string>;

export type ExitCode = keyof typeof EXIT_CODES;

/** Plain words for an exit code; `undefined` for codes no contract of the network throws. */
export function explainExitCode(code: number): string | undefined {
  return isExitCode(code) ? EXIT_CODES[code] : undefined;
}

function isExitCode(code: number): code is ExitCode {
  return Object.hasOwn(EXIT_CODES, code);
}
