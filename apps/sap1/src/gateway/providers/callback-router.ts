import { randomBytes } from 'node:crypto';
import {
  type DecodedMessage,
  type DecodedSessionMessage,
  type DecodedTransaction,
  decodeSspInTurns,
  type ResponsePrimitive,
  type ResponseTransaction,
  type SetupMessage,
  type SspMessage,
  type Transaction,
  type UserDisconnectRequest,
} from '@sap2/ssp-wire';
import type { CallbackAnswers } from '../../callback-answers.js';
import { toXml } from '../../codec.js';
import type { SspSession } from '../../open-ssp-session.js';
import { statusOf } from '../../requests.js';
import { setUpRefusal, TIME_TO_LIVE_S } from '../../set-up-messages.js';
import { SetupResponder } from '../../set-up-responder.js';
import type { Trace } from '../../trace.js';
import type { ProviderSettings } from '../config/gateway-settings.js';
import type { GatewayTime } from '../gateway-time.js';
import { KnownSspSessions } from './known-ssp-sessions.js';

export interface CallbackAnswer {
  readonly httpStatus: 200 | 202 | 400 | 403 | 503;
  readonly body: string;
  /** To be done when this answer has left. */
  readonly after?: () => void;
}

/** A push; false: no such session here. */
export type OnDisconnect = (serviceID: string, request: UserDisconnectRequest) => boolean;

/** Both ways to a SAP 2 whose agreement says `callback`. */
export interface CallbackWays {
  /** What waits for its answers. */
  readonly answers: Pick<CallbackAnswers, 'hear' | 'hearSetUp'>;
  readonly replies: { readonly isFull: boolean; send(message: SspMessage): void };
}

export interface RouterNeeds {
  readonly ownServiceID: string;
  readonly providers: readonly ProviderSettings[];
  readonly time: GatewayTime;
  readonly onDisconnect: OnDisconnect;
  /** Undefined: the answers of this SAP 2 are HTTP answers. */
  readonly waysOf: (serviceID: string) => CallbackWays | undefined;
  readonly trace?: Trace | undefined;
}

const RECEIPT: CallbackAnswer = { httpStatus: 202, body: '' };

/** What every SAP 2 sends to this gateway: set-ups that it begins, disconnects, and in callback mode its answers. */
export class CallbackRouter {
  readonly #sessions: KnownSspSessions;
  readonly #responders: ReadonlyMap<string, SetupResponder>;

  constructor(private readonly on: RouterNeeds) {
    const { ownServiceID, providers, time } = on;
    this.#sessions = new KnownSspSessions(time);
    this.#responders = new Map(
      providers.map(({ serviceID, sharedSecret }) => [
        serviceID,
        new SetupResponder({ ownServiceID, sharedSecret }, serviceID, (session) => this.know(session)),
      ]),
    );
  }

  /** An SSP session is up, whichever side began it. */
  know(session: SspSession): void {
    this.#sessions.add(session);
  }

  /** @param address where the bytes came from */
  async answer(bytes: Uint8Array, address = ''): Promise<CallbackAnswer> {
    const decoded = await decodeSspInTurns(bytes);
    if (!decoded.ok) return { httpStatus: 400, body: decoded.error.detail };
    const message = decoded.value;
    const [own, peer] = [this.on.ownServiceID, this.#senderOf(message)];
    this.on.trace?.({ from: peer, to: own, xml: Buffer.from(bytes).toString('utf8'), httpStatus: undefined });
    const answer = message.kind === 'setup' ? this.#setUp(message, address) : this.#inSession(message);
    this.on.trace?.({ from: own, to: peer, xml: answer.body, httpStatus: answer.httpStatus });
    return answer;
  }

  /** For the trace only: it proves nothing. */
  #senderOf(message: DecodedMessage): string {
    if (message.kind === 'session') {
      return this.#sessions.find(message.sessionID)?.peerServiceID ?? 'unknown';
    }
    return 'serviceID' in message.primitive ? message.primitive.serviceID : 'unknown';
  }

  #setUp(message: SetupMessage, address: string): CallbackAnswer {
    if (message.mode === 'Response') {
      const { primitive } = message;
      const named = 'serviceID' in primitive ? [primitive.serviceID] : [...this.#responders.keys()];
      const isHeard = named.some((name) => this.on.waysOf(name)?.answers.hearSetUp(message) === true);
      return isHeard ? RECEIPT : { httpStatus: 200, body: toXml(refusalOf(message)) };
    }
    const { serviceID, answer } = this.#answerSetUp(message, address);
    const ways = serviceID === undefined ? undefined : this.on.waysOf(serviceID);
    if (ways === undefined) return { httpStatus: 200, body: toXml(answer) };
    const isSecond = answer.primitive.kind === 'SendSecretToken';
    // The side that answers chooses the transactionID of message 2 (ssp-binding §3).
    return sentBack(ways, isSecond ? { ...answer, transactionID: randomBytes(16).toString('hex') } : answer);
  }

  /** Message 5 has no service id, so each responder looks whether the set-up is its own. */
  #answerSetUp(
    message: SetupMessage,
    address: string,
  ): { readonly serviceID: string | undefined; readonly answer: SetupMessage } {
    const { primitive } = message;
    const names = primitive.kind === 'LoginResponse' ? [...this.#responders.keys()] : [primitive.serviceID];
    for (const serviceID of names) {
      const answer = this.#responders.get(serviceID)?.answer(message, address);
      if (answer !== undefined && !isRefused(answer)) return { serviceID, answer };
    }
    return { serviceID: undefined, answer: refusalOf(message) };
  }

  #inSession({ namespace, sessionID: peerID, transactions }: DecodedSessionMessage): CallbackAnswer {
    const session = this.#sessions.use(peerID);
    // SAP 2 takes 403 as "set up a new SSP session and send it again".
    if (session === undefined) return { httpStatus: 403, body: '' };
    const ways = this.on.waysOf(session.peerServiceID);
    ways?.answers.hear(transactions);
    const requests = transactions.filter(({ mode }) => mode === 'Request');
    if (requests.length === 0) return RECEIPT;
    const answers = requests.map((transaction) => this.#answerOne(session, transaction));
    const answer = { kind: 'session', namespace, sessionID: session.ownID, transactions: answers } as const;
    return ways === undefined ? { httpStatus: 200, body: toXml(answer) } : sentBack(ways, answer);
  }

  #answerOne(session: SspSession, transaction: DecodedTransaction): ResponseTransaction {
    const { transactionID } = transaction;
    const primitive =
      'fault' in transaction
        ? statusAnswer(transaction.fault.code)
        : this.#answerTo(session, transaction.primitive);
    return { mode: 'Response', transactionID, primitive };
  }

  #answerTo({ peerServiceID, peerID }: SspSession, primitive: Transaction['primitive']): ResponsePrimitive {
    // 604 settles it as well: no handset waits for it here.
    if (primitive.kind === 'UserDisconnectRequest') {
      return statusAnswer(this.on.onDisconnect(peerServiceID, primitive) ? 200 : 604);
    }
    if (primitive.kind === 'KeepAliveRequest') {
      return { kind: 'KeepAliveResponse', timeToLive: TIME_TO_LIVE_S, status: statusOf(200) };
    }
    if (primitive.kind !== 'LogoutRequest') return statusAnswer(405);
    this.#sessions.delete(peerID);
    return statusAnswer(200);
  }
}

const statusAnswer = (code: number): ResponsePrimitive => ({ kind: 'Status', status: statusOf(code) });

/** SAP 2 waits for the receipt before it takes an answer. */
function sentBack({ replies }: CallbackWays, message: SspMessage): CallbackAnswer {
  return replies.isFull ? { httpStatus: 503, body: '' } : { ...RECEIPT, after: () => replies.send(message) };
}

const refusalOf = (message: SetupMessage): SetupMessage => ({
  ...message,
  mode: 'Response',
  primitive: setUpRefusal(403),
});

const isRefused = ({ primitive }: SetupMessage): boolean =>
  primitive.kind === 'LoginResponse' && primitive.status.code === 403;
