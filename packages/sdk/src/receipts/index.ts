// Who owes what for a request? Receipts: signed by workers, checked by proxies and clients.
export { type BoundCheck, checkBounds } from './check-bounds.js';
export { finalBytes, signReceipt, type UnsignedReceipt } from './sign-receipt.js';
export { verifyPublicReceipt } from './verify-public-receipt.js';
export { checkVerifiedReceipt, costOf, type VerifiedReceipt, verifyReceipt } from './verify-receipt.js';
