/**
 * The reference SAP 1: everything that an operator's access point needs to talk to a SAP 2, in the order to read it in.
 *
 * 1. `open-ssp-session.ts`: the six messages by which two servers come to trust each other (ssp-binding §3).
 * 2. `ssp-link.ts`: requests and answers over that, and what to do when SAP 2 has forgotten us (§1, §2).
 * 3. `sap1.ts`: login, logout, keep-alive and the rest (§4); `requests.ts` has the messages, `handset.ts` the end user's part.
 * 4. `push-listener.ts`: what SAP 2 tells us, and `set-up-responder.ts` for when it is SAP 2 who begins (§5).
 *
 * The parts of it are exported for whoever needs a SAP 1 of another make.
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
