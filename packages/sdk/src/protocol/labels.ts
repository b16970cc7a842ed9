// Names that separate one use of a key or hash from every other (PROTOCOL.md §3).

export const PROTOCOL_ID = 'cocoonkit/1';
export const PROTOCOL_VERSION = 1;

export const LABELS = {
  manifest: 'ck1 manifest',
  reportData: 'ck1 report_data',
  gpu: 'ck1 gpu',
  priceTable: 'ck1 price',
  account: 'ck1 account',
  core: 'ck1 core',
  body: 'ck1 body',
  commit: 'ck1 commit',
  request: 'ck1 req',
  response: 'ck1 resp',
  transcript: 'ck1 tr',
  receipt: 'ck1 receipt',
  privateReceipt: 'ck1 receipt-private',
  envelope: 'ck1 env',
  control: 'ck1 ctl',
  controlAuth: 'ck1 ctl-auth',
  proxyResponse: 'ck1 proxy-resp',
  auth: 'ck1 auth',
  grant: 'ck1 grant',
  roster: 'ck1 roster',
  rosterPage: 'ck1 roster-page',
  assignment: 'ck1 assign',
  link: 'ck1 link',
  linkKeys: 'ck1 link-keys',
  registry: 'ck1 registry',
  beacon: 'ck1 beacon',
  ticket: 'ck1 ticket',
} as const;

/** Those of private models (§17), apart because a page never needs them. */
export const MODEL_LABELS = {
  model: 'ck1 model',
  modelKeys: 'ck1 model-keys',
  modelRelease: 'ck1 model-release',
} as const;

export type Label = (typeof LABELS)[keyof typeof LABELS] | (typeof MODEL_LABELS)[keyof typeof MODEL_LABELS];
