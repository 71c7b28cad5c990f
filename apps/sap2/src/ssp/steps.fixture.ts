import type { Arrival, PeerLimits, SspSession } from '@sap2/peer-link';
import type { ServiceID } from '@sap2/session-core';
import type { EventLog, Measures } from '@sap2/observability';
import { type DecodedTransaction, type RequestPrimitive, SSP_NAMESPACES } from '@sap2/ssp-wire';
import { anAgreement, PEER_SERVICE } from '@sap2/test-support';
import type { Urgency } from '../listeners/gate.js';
import { FailureAnswers } from './failure-answers.js';
import { type Answer, nothing, type OfSession, type OfSetUp, receipt } from './message/message.js';
import type { DispatchTable, Route } from './request-context.js';
import { bareStatus } from './status-table.js';
import type { ReadTransaction, ReceivedRequest, Transaction } from './transaction/transaction.js';

export const ARRIVAL: Arrival = { secure: true, address: '192.0.2.1', certificate: undefined };

export const SESSION: SspSession = {
  peer: PEER_SERVICE,
  theirID: 'theirs@sap1',
  ourID: 'ours@sap2',
  timeToLiveS: 3600,
};

export const agreementWith = (peer: string, limits: Partial<PeerLimits> = {}) => {
  const usual = anAgreement({ peer });
  return { ...usual, limits: { ...usual.limits, ...limits } };
};

export const CALLED_BACK = anAgreement({ answerMode: 'callback' });

/** What a step finds below it. */
export const DONE: Answer = receipt(nothing);
export const done = (): Promise<Answer> => Promise.resolve(DONE);
export const notReached = (): Promise<never> => Promise.reject(new Error('must not be reached'));

export const request = (transactionID: string, primitive: RequestPrimitive = { kind: 'KeepAliveRequest' }) =>
  ({ mode: 'Request', transactionID, primitive }) as const;

export const unreadable = (transactionID: string, code: 400 | 402 | 405 = 405) =>
  ({ mode: 'Request', transactionID, fault: { code, detail: 'It is not known.' } }) as const;

export const statusAnswer = (transactionID: string, code: number) =>
  ({ mode: 'Response', transactionID, primitive: bareStatus(code, 'As it is.') }) as const;

const namespace = SSP_NAMESPACES[0];

export const sessionMessage = <T extends DecodedTransaction>(transactions: readonly T[]) =>
  ({ kind: 'session', namespace, sessionID: SESSION.theirID, transactions }) as const;

export const ofSession = (
  transactions: readonly DecodedTransaction[],
  agreement = anAgreement(),
): OfSession => ({
  kind: 'session',
  message: sessionMessage(transactions),
  arrival: ARRIVAL,
  agreement,
  session: SESSION,
});

export const setUpMessage = (mode: 'Request' | 'Response' = 'Request') =>
  ({
    kind: 'setup',
    namespace,
    mode,
    transactionID: 'set-up',
    primitive: { kind: 'LoginResponse', ...NOTHING_SAID, status: bareStatus(200, 'OK').status },
  }) as const;

const NOTHING_SAID = { sessionID: undefined, timeToLive: undefined, passwordDigest: undefined };

export const ofSetUp = (
  mode: 'Request' | 'Response' = 'Request',
  agreement: OfSetUp['agreement'] = anAgreement(),
): OfSetUp => ({ kind: 'setup', message: setUpMessage(mode), arrival: ARRIVAL, agreement });

export const aRoute = (urgency: Urgency, particulars: Partial<Route<RequestPrimitive>> = {}) => ({
  urgency,
  repetition: 'stored-answer' as const,
  touches: () => [],
  handle: () => Promise.resolve(bareStatus(200, urgency)),
  ...particulars,
});

/** A request of each urgency. */
export const KEEP_ALIVE: RequestPrimitive = { kind: 'KeepAliveRequest' };
export const LOGOUT: RequestPrimitive = { kind: 'LogoutRequest' };
export const LOGIN: RequestPrimitive = {
  kind: 'UserLoginRequest',
  metaInfo: { clientOriginated: true, requestor: { serviceID: PEER_SERVICE, user: undefined } },
  credential: { scheme: 'challenge', digestSchemas: ['MD5'] },
  timeToLive: undefined,
  userSessionID: undefined,
  sessionCookie: undefined,
  cspVersion: undefined,
  sapEpoch: undefined,
  functions: undefined,
  capabilityList: undefined,
};

/** Has rows for those three only: the specs of the steps send no others. */
export const tableWith = (particulars: Partial<Route<RequestPrimitive>> = {}): DispatchTable => {
  const rows: Partial<DispatchTable> = {
    UserLoginRequest: aRoute('login', particulars),
    KeepAliveRequest: aRoute('keep-alive', particulars),
    LogoutRequest: aRoute('logout', particulars),
  };
  return rows as DispatchTable;
};

const context = (transactionID: string, agreement = anAgreement()) => ({
  peer: agreement.peer as ServiceID,
  agreement,
  session: SESSION,
  transactionID,
  secure: true,
  afterAnswer: nothing,
});

export const transactionOf = (received: ReceivedRequest, order?: Transaction['order']): Transaction => ({
  ...context(received.transactionID),
  request: received,
  order,
});

export const readTransaction = (
  route: Route<RequestPrimitive>,
  particulars: Partial<Pick<ReadTransaction, 'transactionID' | 'primitive' | 'agreement'>> = {},
): ReadTransaction => {
  const { transactionID = 'one', primitive = KEEP_ALIVE, agreement = anAgreement() } = particulars;
  return { ...context(transactionID, agreement), primitive, route };
};

/** What was logged and counted, line by line. */
export function listening() {
  const heard: string[] = [];
  const say =
    (level: string): EventLog['warn'] =>
    (name, fields = {}) =>
      heard.push(`${level} ${name} ${fields.peer ?? ''} ${fields.detail ?? fields.outcome ?? ''}`.trim());
  const log = { debug: say('debug'), event: say('event'), warn: say('warn'), error: say('error') };
  const measures: Pick<Measures, 'turnedAway' | 'request' | 'disconnects'> = {
    turnedAway: (peer, cause) => heard.push(`${peer} ${cause}`),
    request: (peer, primitive, code) => heard.push(`${peer} ${primitive} ${code}`),
    disconnects: (peer, result, count) => (count > 0 ? heard.push(`${peer} ${result} ${count}`) : 0),
  };
  const failures = new FailureAnswers(log, (error) => error instanceof StoreAway);
  return { heard, log, measures, failures };
}

/** What an operating failure looks like here. */
export class StoreAway extends Error {}

/** Work that goes on until it is released. */
export function held<R>(result: R) {
  let release: () => void = nothing;
  const over = new Promise<void>((resolve) => (release = resolve));
  return { release, work: () => over.then(() => result) };
}

/** Everything that can go on by itself has gone on. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
