// In which words is a sealed refusal explained? Loaded when the first one arrives; most clients never see one.
import type { ErrorKind } from '../errors.js';

export type RefusalText = readonly [kind: ErrorKind, message: string, remedy: string];

const RETRY = 'Try again in a moment.';
const TOP_UP = 'Top up the account, or ask for less: a smaller max_tokens or a shorter text.';
const NEW_GRANT = 'Ask whoever issued the grant for a new one.';
const UPDATE = 'Update CocoonKit on the older side.';
const OTHER_MODEL = 'Choose another model, or change the request.';

/** Codes of PROTOCOL.md §13 that a machine can seal. */
export const REFUSAL_TEXTS: Readonly<Record<string, RefusalText>> = {
  TOO_MANY_REQUESTS: ['network', 'The proxy’s rate limit was reached.', 'Slow down and try again later.'],
  BODY_TOO_LARGE: [
    'model',
    'The request is larger than the model or the proxy accepts.',
    'Send less at once.',
  ],
  UNSUPPORTED_VERSION: ['protocol', 'The peer speaks another protocol version.', UPDATE],
  UNSUPPORTED_SUITE: ['protocol', 'The peer does not offer this cipher suite.', 'Use suite 1.'],
  UNSUPPORTED_FIELD: ['protocol', 'The peer does not know a critical field of the request.', UPDATE],
  MALFORMED: ['protocol', 'The proxy found the message malformed.', UPDATE],
  AUDIENCE_MISMATCH: ['protocol', 'The request was made for another proxy’s ledger.', RETRY],
  REQUEST_EXPIRED: [
    'protocol',
    'The request’s time was over, or too far ahead.',
    'Check this device’s clock.',
  ],
  REQUEST_REPLAYED: ['protocol', 'The proxy or worker saw this very request before.', RETRY],
  AUTH_SIGNATURE: [
    'payment',
    'The signature that pays for the request does not verify.',
    'Check the account’s key.',
  ],
  ACCOUNT_UNKNOWN: [
    'payment',
    'The proxy does not know this account.',
    'Credit the account at this proxy first.',
  ],
  ACCOUNT_REQUIRED: ['payment', 'This needs an account.', 'Pass account to createCocoon.'],
  INSUFFICIENT_FUNDS: ['payment', 'The account cannot pay the most this request may cost.', TOP_UP],
  NO_FUNDS_AT_PROXY: [
    'payment',
    'The proxy cannot pay its workers now, so it takes nothing on.',
    'Use another proxy, or try again later.',
  ],
  GRANT_CHAIN: ['payment', 'The chain of grants is not valid.', NEW_GRANT],
  GRANT_SIGNATURE: ['payment', 'A grant is not signed by its issuer.', NEW_GRANT],
  GRANT_ACCOUNT: ['payment', 'A grant belongs to another account.', NEW_GRANT],
  GRANT_AUDIENCE: ['payment', 'The grant is for another proxy.', NEW_GRANT],
  GRANT_MODEL: ['payment', 'The grant is for another model.', NEW_GRANT],
  GRANT_LIFE: ['payment', 'The grant lives longer than its kind may.', NEW_GRANT],
  GRANT_EXPIRED: ['payment', 'The grant has expired.', NEW_GRANT],
  GRANT_EXHAUSTED: ['payment', 'The grant’s cap is spent.', NEW_GRANT],
  GRANT_BUSY: [
    'payment',
    'The grant’s limit of requests at once is reached.',
    'Wait for one of them to end.',
  ],
  GRANT_REVOKED: ['payment', 'The grant was revoked.', NEW_GRANT],
  TOO_MANY_GRANTS: [
    'payment',
    'The account has issued too many grants in the last hour.',
    'Use existing grants.',
  ],
  TOO_MANY_RUNNING: [
    'payment',
    'The account’s limit of requests at once is reached.',
    'Wait for one of them to end.',
  ],
  OP_ALREADY_CHARGED: ['payment', 'This operation was charged already.', 'Ask anew for a new answer.'],
  PRICE_MISMATCH: ['payment', 'The peer uses another price table.', 'Fetch the registry again.'],
  PRICE_ABOVE_CAP: [
    'payment',
    'The price factor is above the client’s maximum.',
    'Raise policy.maxCoefficient.',
  ],
  RESELECT: ['network', 'None of the chosen machines is connected and free.', RETRY],
  MODEL_UNKNOWN: ['model', 'No worker offers this model.', 'See cocoon.models().'],
  WORKER_LOST: ['network', 'The worker’s connection broke before the answer ended.', RETRY],
  LEDGER_UNAVAILABLE: ['network', 'The proxy cannot record money and accepts nothing.', RETRY],
  UNKNOWN_REQUEST: ['protocol', 'The proxy does not know this request (any more).', 'Ask anew.'],
  TOKEN_INVALID: ['protocol', 'The token does not belong to this request.', 'Ask anew.'],
  DRAINING: ['network', 'The proxy is shutting down.', 'Use another proxy, or try again later.'],
  KEY_EXPIRED: ['network', 'The machine’s key changed meanwhile.', RETRY],
  ASSIGNMENT_INVALID: ['protocol', 'The worker refused the proxy’s assignment.', 'Use another proxy.'],
  WORKER_BUSY: ['network', 'The worker has no free slot.', RETRY],
  REQUEST_REFUSED: ['protocol', 'The worker could not open the request.', RETRY],
  MODEL_LACKS_FEATURE: ['model', 'The model cannot do what the request asks for.', OTHER_MODEL],
  CONTEXT_OVERFLOW: ['model', 'The request is longer than the model’s context.', 'Send a shorter text.'],
  REQUEST_INVALID: ['model', 'The model cannot read the request.', OTHER_MODEL],
  UNSUPPORTED_URL: ['model', 'Images and files must be data: URLs.', 'Embed the bytes in the request.'],
  ENGINE_FAILED: ['model', 'The model’s engine failed.', RETRY],
  ENGINE_NO_USAGE: ['model', 'The engine cannot count tokens, so the answer cannot be billed.', OTHER_MODEL],
};
