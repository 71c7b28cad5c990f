export * from './ports/agreements.port.js';
export * from './ports/outgoing-setups.port.js';
export * from './ports/peer-transport.port.js';
export * from './ports/setups.port.js';
export * from './ports/ssp-sessions.port.js';
export * from './ports/transaction-ledger.port.js';
export { type Arrival, type ArrivalFault, arrivalFault, type ClientCertificate } from './arrival.js';
export { CallbackInitiator, type OwnSetUpEvent } from './callback-initiator.js';
export { type DigestSubject, hmacSha256Digest, sessionProof } from './password-digest.js';
export type { PeerTls } from './peer-connector.js';
export { PeerNetworks } from './peer-networks.js';
export { PeerRecogniser, type Recognition, type RecognisedPeer } from './peer-recogniser.js';
export { RememberedSspSessions } from './remembered-ssp-sessions.js';
export { DEFAULT_REPETITION_TIMES, Repetition, type RepetitionTimes } from './repetition.js';
export { ReceiptedMessages } from './receipted-messages.js';
export { endSspSession, keepSspSession } from './sap-level.js';
export { type ProbeReport, SetUpProbe } from './set-up-probe.js';
export { SetUpInitiator } from './set-up-initiator.js';
export type { SetUpEvent, SetUpRefusal } from './set-up-report.js';
export { DEFAULT_SET_UP_LIMITS, type SetUpLimits } from './set-up-limits.js';
export { SetUpResponder } from './set-up-responder.js';
export {
  DEFAULT_TRANSPORT_LIMITS,
  type TransportLimits,
  UndiciPeerTransport,
} from './undici-peer-transport.js';
