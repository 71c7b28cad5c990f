/**
 * The reference SAP 1: everything that an operator's access point needs to talk to a SAP 2. Read it in this order:
 *
 * 1. `open-ssp-session.ts`: the six messages by which two servers authenticate each other (ssp-binding §3).
 * 2. `ssp-link.ts`: requests and answers in that session, and a new set-up when SAP 2 has forgotten it (§1, §2).
 * 3. `sap1.ts`: login, logout, keep-alive and the rest (§4). `requests.ts` has the messages, `handset.ts` the end
 *    user's part.
 * 4. `push-listener.ts`: pushes of SAP 2. `set-up-responder.ts`: set-ups that SAP 2 begins (§5).
 *
 * Its parts are exported, for access points that need only some of them.
 */
export { fromXml, toXml } from './codec.js';
export { describe, type Saying } from './describe.js';
export { type ChallengeResponder, clientAt, Handset } from './handset.js';
export { type HttpAnswer, postSsp } from './http-post.js';
export { indentXml } from './indent-xml.js';
export { openSspSession, type SspSession } from './open-ssp-session.js';
export {
  PushListener,
  type PushReaction,
  type PushReactions,
  type ReceivedRequest,
} from './push-listener.js';
export {
  type LoginWishes,
  metaInfo,
  type SyncPart,
  userKeepAliveRequest,
  userLoginRequest,
  userLogoutRequest,
  userServiceRequest,
} from './requests.js';
export { type HeldSession, type ListenAddress, Sap1, type Sap1Options } from './sap1.js';
export type { SapIdentity } from './set-up-messages.js';
export { SetupResponder } from './set-up-responder.js';
export { functionsOf, pathsOf } from './service-paths.js';
export { SspError, type SspErrorReason } from './ssp-error.js';
export { statusWords } from './status-words.js';
export type { SapTls } from './tls.js';
export type { Trace, TracedMessage } from './trace.js';
