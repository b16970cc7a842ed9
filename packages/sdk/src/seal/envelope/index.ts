// What may a proxy use of sealing? Envelopes, permissions, lists, assignments and the worker channel; nothing here can open a body.
export type { Signer } from '../../internal/primitives.js';
export { type Random, systemRandom } from '../random.js';
export { checkVerified, type VerifiedMachine } from '../verified-machine.js';
export type { AnswerSealer } from './answer-sealer.js';
export { assignmentHash, signAssignment, verifyAssignment } from './assignment.js';
export { accountId, coreHash, gpuNonce, manifestDigest, priceDigest, reportData } from './digests.js';
export type { LinkChannel } from './link-channel.js';
export {
  acceptWorkerLink,
  type ProxyLink,
  startWorkerLink,
  type VerifyPeer,
  type WorkerLink,
} from './link-handshake.js';
export { generateMachineKeys, type MachineKeys } from './machine-keys.js';
export {
  answerSealerOf,
  type OpenedControl,
  type OpenedEnvelope,
  openControl,
  openEnvelope,
  type SealedMessage,
} from './open-message.js';
export { rosterPageHash, signRoster, verifyRoster, verifyRosterPage } from './roster.js';
export { signGrant } from './sign-grant.js';
export {
  type AuthorizationContext,
  checkPayer,
  type Payer,
  verifyAuthorization,
  verifyControlAuthorization,
} from './verify-authorization.js';
