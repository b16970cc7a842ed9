// Which number has each operation of the network's contracts?

export const COMMON_OPS = {
  excesses: 0x2565934c,
  payout: 0xc59a7cd3,
  doNotProcess: 0x9a1247c0,
  saveState: 0x53109c0f,
} as const;

export const ROOT_OPS = {
  addWorkerType: 0xe34b1c60,
  deleteWorkerType: 0x8d94a79a,
  addModelType: 0xc146134d,
  deleteModelType: 0x92b11c18,
  addProxyType: 0x71860e80,
  deleteProxyType: 0x3c41d0b2,
  registerProxy: 0x927c7cb5,
  unregisterProxy: 0x6d49eaf2,
  updateProxy: 0x9c7924ba,
  changePrice: 0xc52ed8d4,
  changeParams: 0x022fa189,
  upgradeContracts: 0xa2370f61,
  upgrade: 0x11aefd51,
  reset: 0x563c1d96,
  upgradeFull: 0x4f7c5789,
  changeOwner: 0xc4a1ae54,
  changeKeyManager: 0xb01c0fe9,
  addPublicKey: 0x6e5a646a,
  addPublicKeySigned: 0x9e0e1821,
} as const;

export const PROXY_OPS = {
  payOut: 0x7610e6eb,
  increaseStake: 0x9713f187,
  ownerClose: 0xb51d5a01,
  closeRequestSigned: 0x636a4391,
  closeCompleteSigned: 0xe511abc7,
} as const;

export const CLIENT_OPS = {
  topUp: 0xf172e6c2,
  changeSecretAndTopUp: 0x8473b408,
  register: 0xc45f9f3b,
  changeSecretHash: 0xa9357034,
  increaseStake: 0x6a1f6a60,
  withdraw: 0xda068e78,
  requestRefund: 0xfafa6cc1,
  chargeSigned: 0xbb63ff93,
  grantRefundSigned: 0xefd711e1,
  proxyRequest: 0x65448ff4,
  topUpPayload: 0x5cfc6b87,
  registerPayload: 0xa35cb580,
  refundGrantedPayload: 0xc68ebc7b,
  refundForcePayload: 0xf4c354c9,
} as const;

export const WORKER_OPS = {
  payOutSigned: 0xa040ad28,
  payOutLastSigned: 0xf5f26a36,
  register: 0x26ed7f65,
  proxyRequest: 0x4d725d2c,
  payoutPayload: 0x08e7d036,
} as const;

export const WALLET_OPS = { ownerSend: 0x9c69f376 } as const;

export const GOVERNANCE_OPS = {
  propose: 0x70726f70,
  vote: 0x766f7465,
  execute: 0x65786563,
  sweep: 0x73776570,
  setRules: 0x72756c65,
} as const;
