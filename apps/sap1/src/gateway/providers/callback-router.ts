import {
  type DecodedMessage,
  type DecodedSessionMessage,
  type DecodedTransaction,
  decodeSspInTurns,
  type ResponseTransaction,
  type SetupMessage,
  SSP_NAMESPACES,
  type Transaction,
  type UserDisconnectRequest,
} from '@sap2/ssp-wire';
import { toXml } from '../../codec.js';
import type { SspSession } from '../../open-ssp-session.js';
import { statusOf } from '../../requests.js';
import { setUpRefusal, setupMessage } from '../../set-up-messages.js';
import { SetupResponder } from '../../set-up-responder.js';
import type { Trace } from '../../trace.js';
import type { ProviderSettings } from '../config/gateway-settings.js';

/** SSP sessions of one SAP 2: one for each of its processes (ssp-binding §3). */
const MAX_SESSIONS = 64;

export interface CallbackAnswer {
  readonly httpStatus: 200 | 202 | 400 | 403;
  readonly body: string;
}

/** A push; false: no such session here. */
export type OnDisconnect = (serviceID: string, request: UserDisconnectRequest) => boolean;

interface KnownSession {
  readonly serviceID: string;
  readonly ownID: string;
}

/** What every SAP 2 sends to this gateway: set-ups that it begins, and disconnects (ssp-binding §5). */
export class CallbackRouter {
  /** By the id that SAP 2 has announced; the oldest first. */
  readonly #sessions = new Map<string, KnownSession>();
  readonly #responders: ReadonlyMap<string, SetupResponder>;

  constructor(
    private readonly ownServiceID: string,
    providers: readonly ProviderSettings[],
    private readonly onDisconnect: OnDisconnect,
    private readonly trace?: Trace,
  ) {
    this.#responders = new Map(
      providers.map(({ serviceID, sharedSecret }) => [
        serviceID,
        new SetupResponder({ ownServiceID, sharedSecret }, serviceID, (session) => this.know(session)),
      ]),
    );
  }

  /** An SSP session is up, whichever side began it. */
  know({ peerServiceID, peerID, ownID }: SspSession): void {
    this.#sessions.delete(peerID);
    this.#sessions.set(peerID, { serviceID: peerServiceID, ownID });
    const ofPeer = [...this.#sessions].filter(([, { serviceID }]) => serviceID === peerServiceID);
    const [oldest] = ofPeer;
    if (ofPeer.length > MAX_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest[0]);
  }

  async answer(bytes: Uint8Array): Promise<CallbackAnswer> {
    const decoded = await decodeSspInTurns(bytes);
    if (!decoded.ok) return { httpStatus: 400, body: decoded.error.detail };
    const message = decoded.value;
    const [own, peer] = [this.ownServiceID, this.#senderOf(message)];
    this.trace?.({ from: peer, to: own, xml: Buffer.from(bytes).toString('utf8'), httpStatus: undefined });
    const answer: CallbackAnswer =
      message.kind === 'setup'
        ? { httpStatus: 200, body: toXml(this.#answerSetup(message)) }
        : this.#answerSession(message);
    this.trace?.({ from: own, to: peer, xml: answer.body, httpStatus: answer.httpStatus });
    return answer;
  }

  /** For the trace only: it proves nothing. */
  #senderOf(message: DecodedMessage): string {
    if (message.kind === 'session') return this.#sessions.get(message.sessionID)?.serviceID ?? 'unknown';
    return 'serviceID' in message.primitive ? message.primitive.serviceID : 'unknown';
  }

  /** Message 5 has no service id, so each responder looks whether the set-up is its own. */
  #answerSetup(message: SetupMessage): SetupMessage {
    const { primitive, transactionID } = message;
    const responders =
      primitive.kind === 'LoginResponse'
        ? [...this.#responders.values()]
        : [this.#responders.get(primitive.serviceID)].filter((one) => one !== undefined);
    for (const responder of responders) {
      const answer = responder.answer(message);
      if (answer.primitive.kind !== 'LoginResponse' || answer.primitive.status.code !== 403) return answer;
    }
    return setupMessage('Response', transactionID, setUpRefusal(403));
  }

  #answerSession({ sessionID: peerID, transactions }: DecodedSessionMessage): CallbackAnswer {
    const session = this.#sessions.get(peerID);
    // SAP 2 takes 403 as "set up a new SSP session and send it again".
    if (session === undefined) return { httpStatus: 403, body: '' };
    const requests = transactions.filter(({ mode }) => mode === 'Request');
    if (requests.length === 0) return { httpStatus: 202, body: '' };
    const answers = requests.map((transaction) => this.#answerOne(peerID, session.serviceID, transaction));
    return {
      httpStatus: 200,
      body: toXml({
        kind: 'session',
        namespace: SSP_NAMESPACES[0],
        sessionID: session.ownID,
        transactions: answers,
      }),
    };
  }

  #answerOne(peerID: string, serviceID: string, transaction: DecodedTransaction): ResponseTransaction {
    const { transactionID } = transaction;
    const code =
      'fault' in transaction
        ? transaction.fault.code
        : this.#codeFor(peerID, serviceID, transaction.primitive);
    return { mode: 'Response', transactionID, primitive: { kind: 'Status', status: statusOf(code) } };
  }

  #codeFor(peerID: string, serviceID: string, primitive: Transaction['primitive']): number {
    // 604 settles it as well: no handset waits for it here.
    if (primitive.kind === 'UserDisconnectRequest')
      return this.onDisconnect(serviceID, primitive) ? 200 : 604;
    if (primitive.kind !== 'LogoutRequest') return 405;
    this.#sessions.delete(peerID);
    return 200;
  }
}
