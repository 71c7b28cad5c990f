import type { EventLog, Measures } from '@sap2/observability';
import type {
  CallbackInitiator,
  PeerRecogniser,
  ReceiptedMessages,
  Repetition,
  SetUpResponder,
} from '@sap2/peer-link';
import type { DisconnectOutbox } from '@sap2/session-core';
import type { Gate } from '../doors/gate.js';
import type { FailureAnswers } from './failure-answers.js';
import type { UsualPeerLimits } from './message/admit.step.js';
import type { MessagesAtWork } from './messages-at-work.js';
import type { DispatchTable } from './request-context.js';
import type { SpeakerHints } from './speaker-hints.js';

/** What the steps work with. Each step says by its own type which of it. */
export interface PipelineNeeds {
  readonly gate: Gate;
  readonly hints: SpeakerHints;
  readonly atWork: MessagesAtWork;
  readonly usualLimits: UsualPeerLimits;
  readonly table: DispatchTable;
  readonly recogniser: PeerRecogniser;
  readonly responder: SetUpResponder;
  readonly callbackInitiator: CallbackInitiator;
  readonly repetition: Repetition;
  readonly messages: ReceiptedMessages;
  readonly outbox: DisconnectOutbox;
  readonly failures: FailureAnswers;
  readonly log: EventLog;
  readonly measures: Measures;
  readonly bodyLimitBytes: number;
}
