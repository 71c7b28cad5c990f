import type { Agreement, Arrival, SspSession } from '@sap2/peer-link';
import {
  type DecodedMessage,
  type DecodedSessionMessage,
  type DecodedTransaction,
  encodeSsp,
  type ResponseTransaction,
  type SetupMessage,
  type SspMessage,
} from '@sap2/ssp-wire';
import type { Refusal, RefusalReason } from '../refusals.js';
import type { Step } from '../steps.js';

/** A message as HTTP brought it. */
export interface Arrived {
  readonly bytes: Uint8Array;
  readonly arrival: Arrival;
  /** Called when it is known which peer speaks. */
  readonly onRecognised: (peer: string) => void;
}

export interface Decoded extends Pick<Arrived, 'arrival' | 'onRecognised'> {
  readonly message: DecodedMessage;
}

/** A message of a set-up. */
export interface OfSetUp {
  readonly kind: 'setup';
  readonly message: SetupMessage;
  readonly arrival: Arrival;
  /** With the peer that it claims to come from; undefined: we have none with that peer. */
  readonly agreement: Agreement | undefined;
}

/** A message of a peer in an SSP session that is up. */
export interface OfSession {
  readonly kind: 'session';
  readonly message: DecodedSessionMessage;
  readonly arrival: Arrival;
  readonly agreement: Agreement;
  readonly session: SspSession;
}

export type Recognised = OfSetUp | OfSession;

/** The result of a message: its answer, if it needs one, and the work after the answer has left. */
export interface Served {
  readonly message: SspMessage | undefined;
  readonly handedOver: () => void;
}

/** What HTTP sends back; `handedOver` is called when it left for the transport. */
export type Answer = {
  readonly httpStatus: number;
  readonly retryAfterS: number | undefined;
  readonly handedOver: () => void;
} & (
  | { readonly kind: 'answered'; readonly body: string }
  | ({ readonly kind: 'refused'; readonly detail: string } & Refusal)
);

export type MessageStep<In = Recognised, Out = In> = Step<In, Out, Answer>;

/** Seconds after which a peer should come back when this process cannot serve it. */
export const RETRY_AFTER_S = 5;
/** The same if the peer itself has too many messages in progress. They are done by then. */
export const BUSY_RETRY_AFTER_S = 1;

export const nothing = (): void => undefined;

export const answered = (message: SspMessage, handedOver: () => void): Answer => ({
  kind: 'answered',
  httpStatus: 200,
  body: encodeSsp(message),
  retryAfterS: undefined,
  handedOver,
});

/** The message was taken in. There is nothing to answer, or the answer comes as a message of its own. */
export const receipt = (handedOver: () => void): Answer => ({
  kind: 'answered',
  httpStatus: 202,
  body: '',
  retryAfterS: undefined,
  handedOver,
});

export const refused = (
  httpStatus: number,
  reason: RefusalReason,
  detail: string,
  retryAfterS?: number,
  peer?: string,
): Answer => ({
  kind: 'refused',
  httpStatus,
  reason,
  peer,
  detail,
  retryAfterS,
  handedOver: nothing,
});

export const isAnswer = (transaction: DecodedTransaction): transaction is ResponseTransaction =>
  transaction.mode === 'Response' && !('fault' in transaction);
