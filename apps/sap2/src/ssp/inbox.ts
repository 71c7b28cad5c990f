import { assertNever } from '@sap2/kernel';
import type { Measures } from '@sap2/observability';
import {
  type Agreement,
  type Arrival,
  arrivalFault,
  type ArrivalFault,
  type CallbackInitiator,
  type PeerRecogniser,
  type RecognisedPeer,
  type Repetition,
  type SetUpResponder,
} from '@sap2/peer-link';
import type { ServiceID } from '@sap2/session-core';
import {
  type DecodedTransaction,
  decodeSspInTurns,
  encodeSsp,
  type FaultyTransaction,
  type RequestPrimitive,
  type RequestTransaction,
  type ResponsePrimitive,
  type ResponseTransaction,
  type SetupMessage,
  type SspMessage,
  type WireFault,
  type DecodedSessionMessage,
} from '@sap2/ssp-wire';
import { type Gate, GateClosed, type Urgency } from '../doors/gate.js';
import type { CallbackAnswers } from './callback-answers.js';
import type { DisconnectAnswers } from './disconnect-answers.js';
import { inDocumentOrder } from './document-order.js';
import type { FailureAnswers } from './failure-answers.js';
import type { Speaker } from '../doors/fair-shares.js';
import type { Refusal, RefusalReason } from './refusals.js';
import { SetUpRates } from './set-up-rates.js';
import { SpeakerHints } from './speaker-hints.js';
import { BUSY_RETRY_AFTER_S, type PeerAdmission, TurnedAway } from './peer-admission.js';
import type { DispatchTable, RequestContext, Route } from './request-context.js';
import { bareStatus } from './status-table.js';

/** What the door sends back; `handedOver` is called when it left for the transport. */
export type InboxAnswer = {
  readonly httpStatus: number;
  readonly retryAfterS: number | undefined;
  readonly handedOver: () => void;
} & (
  | { readonly kind: 'answered'; readonly body: string }
  | ({ readonly kind: 'refused'; readonly detail: string } & Refusal)
);

/** Seconds after which a peer that was turned away should come back. */
const RETRY_AFTER_S = 5;

type FaultOrRequest = FaultyTransaction | RequestTransaction;

/** The parts that a message meets on its way. */
export interface InboxNeeds {
  readonly gate: Gate;
  readonly setUp: SetUpResponder;
  readonly ownSetUps: CallbackInitiator;
  readonly recogniser: PeerRecogniser;
  readonly admission: PeerAdmission;
  readonly repetition: Repetition;
  readonly table: DispatchTable;
  readonly disconnectAnswers: DisconnectAnswers;
  readonly failures: FailureAnswers;
  readonly callbacks: CallbackAnswers;
  readonly measures: Measures;
  readonly bodyLimitBytes: number;
  readonly reportMisfit: (peer: string, fault: ArrivalFault) => void;
  /** A message under an SSP session that is not up. */
  readonly reportUnknown: (sessionID: string, address: string) => void;
  /** A primitive that we do not know. */
  readonly reportUnsupported: (peer: string) => void;
}

/** The answers to one message, if it asked for any, and what is to be done when they have left. */
interface Served {
  readonly message: SspMessage | undefined;
  readonly handedOver: () => void;
}

/**
 * The pipeline of every message from a peer, on one page:
 * gate → decode → set-up, or: which peer, and came it that peer's way → how much of it → for each transaction: repetition →
 * handler → answer → encode.
 */
export class Inbox {
  private readonly hints = new SpeakerHints();
  private readonly setUpRates = new SetUpRates();

  constructor(private readonly needs: InboxNeeds) {}

  /**
   * Never rejects: whatever happens, the peer gets an answer or a refusal it can act on.
   * @param recognised is called when it is known which peer speaks
   */
  async receive(
    bytes: Uint8Array,
    arrival: Arrival,
    recognised: (peer: string) => void,
  ): Promise<InboxAnswer> {
    try {
      const speaker = this.hints.of(bytes, arrival.address);
      const answer = await this.needs.gate.pass(() => this.take(bytes, arrival, recognised), speaker);
      if (!(answer instanceof GateClosed)) return answer;
      if (answer.reason === 'crowded') return this.turnAway(speaker);
      const reason = answer.reason === 'overloaded' ? 'overloaded' : 'not-open';
      return refused(503, reason, `Not now (${answer.reason}); try again later.`, RETRY_AFTER_S);
    } catch (error) {
      const { code } = this.needs.failures.answer(error, undefined).status;
      return code === 503
        ? refused(503, 'store', 'A store is unavailable; try again later.', RETRY_AFTER_S)
        : refused(500, 'internal', 'Internal error.');
    }
  }

  /** It holds its share of the places already; whoever else comes finds some. */
  private turnAway(speaker: Speaker): InboxAnswer {
    const peer = 'peer' in speaker ? speaker.peer : undefined;
    if (peer !== undefined) this.needs.measures.turnedAway(peer, 'in-flight');
    const detail = 'Too many messages at once. Try again later.';
    return refused(429, 'crowded', detail, BUSY_RETRY_AFTER_S, peer);
  }

  private async take(
    bytes: Uint8Array,
    arrival: Arrival,
    recognised: (peer: string) => void,
  ): Promise<InboxAnswer> {
    const decoded = await decodeSspInTurns(bytes, { maxBytes: this.needs.bodyLimitBytes });
    if (!decoded.ok) return refusedFault(decoded.error);
    const message = decoded.value;
    if (message.kind === 'setup') return this.takeSetUp(message, arrival);
    const speaker = await this.needs.recogniser.recognise(
      message.sessionID,
      arrival,
      message.transactions.every(isAnswer) ? 'answers' : 'requests',
    );
    switch (speaker.kind) {
      case 'unknown':
        this.needs.reportUnknown(message.sessionID, arrival.address);
        // A 403 would have the peer give up a session that is none of this message's business.
        if (message.transactions.every(isNotSupported)) return receipt(nothing);
        return refused(403, 'session-unknown', 'The SSP session is unknown or expired; set up a new one.');
      case 'misfit':
        return this.refuseMisfit(speaker.peer, speaker.fault);
      case 'recognised':
        this.hints.remember(message.sessionID, speaker.agreement.peer);
        recognised(speaker.agreement.peer);
        return this.admit(message, speaker, arrival.secure);
      default:
        return assertNever(speaker);
    }
  }

  private async admit(
    message: DecodedSessionMessage,
    speaker: RecognisedPeer,
    secure: boolean,
  ): Promise<InboxAnswer> {
    const { agreement } = speaker;
    const answer = await this.needs.admission.pass(agreement, this.urgencyOf(message), () =>
      this.reply(agreement, () => this.serve(message, speaker, secure)),
    );
    if (!(answer instanceof TurnedAway)) return answer;
    const { httpStatus, cause, detail, retryAfterS } = answer;
    return refused(httpStatus, cause, detail, retryAfterS, agreement.peer);
  }

  /** A message of a set-up that the peer began, or one of the answers to ours, which come this way in callback mode. */
  private async takeSetUp(message: SetupMessage, arrival: Arrival): Promise<InboxAnswer> {
    const listener = message.mode === 'Response' ? this.needs.ownSetUps : this.needs.setUp;
    const speaker = await listener.claimedSpeaker(message);
    const fault = speaker && arrivalFault(speaker, arrival);
    if (speaker !== undefined && fault !== undefined) return this.refuseMisfit(speaker.peer, fault);
    if (message.mode === 'Response') {
      const next = await this.needs.ownSetUps.hear(message, arrival.address);
      if (next !== undefined) return receipt(() => this.needs.failures.watch([next()]));
    }
    // Whoever sends an answer that nobody waits for is told so in line: it is nobody's request.
    const requester = message.mode === 'Request' ? speaker : undefined;
    if (requester !== undefined && !(await this.mayCallBack(requester, arrival)))
      return refused(503, 'set-ups', 'Too many set-ups in a second; try again later.', RETRY_AFTER_S);
    return this.reply(requester, async () => ({
      message: await this.needs.setUp.answer(message, requester, arrival.address),
      handedOver: nothing,
    }));
  }

  /** In callback mode an answer goes to the peer, so strangers who name it get only so many of them. */
  private async mayCallBack({ answerMode, peer }: Agreement, { address }: Arrival): Promise<boolean> {
    return answerMode !== 'callback' || this.setUpRates.take(peer, address);
  }

  /** Told no more than that: which of the conditions it misses is the operator's to know. */
  private refuseMisfit(peer: string, fault: ArrivalFault): InboxAnswer {
    this.needs.reportMisfit(peer, fault);
    const detail = 'The transport, address or certificate of this message is not the one agreed.';
    return refused(403, 'misfit', detail, undefined, peer);
  }

  /**
   * Inline the answer is the HTTP response. In callback mode the response is a receipt, the work begins when it has
   * left, and the answer is a message of its own: peers of the field act on an answer only after their own message
   * was acknowledged (ssp-binding §2).
   */
  private async reply(agreement: Agreement | undefined, work: () => Promise<Served>): Promise<InboxAnswer> {
    if (agreement?.answerMode === 'callback') {
      return receipt(() => this.needs.failures.watch([this.callBack(agreement, work)]));
    }
    const { message, handedOver } = await work();
    return message === undefined ? receipt(nothing) : answered(message, handedOver);
  }

  private async callBack(agreement: Agreement, work: () => Promise<Served>): Promise<void> {
    const served = await this.needs.gate.pass(() => this.needs.admission.counted(agreement.peer, work), {
      peer: agreement.peer,
    });
    // The gate closed meanwhile, and the peer repeats what is not answered.
    if (served instanceof GateClosed || served.message === undefined) return;
    await this.needs.callbacks.send(agreement, served.message);
    served.handedOver();
  }

  private async serve(
    message: DecodedSessionMessage,
    speaker: RecognisedPeer,
    secure: boolean,
  ): Promise<Served> {
    const peer = speaker.session.peer as ServiceID;
    const tasks: (() => Promise<void>)[] = [];
    const requests: FaultOrRequest[] = [];
    await this.needs.disconnectAnswers.hear(peer, message.transactions.filter(isAnswer));
    for (const transaction of message.transactions) {
      if (!isAnswer(transaction) && transaction.mode === 'Request') requests.push(transaction);
    }
    const transactions = await inDocumentOrder(
      requests,
      (request) => this.touches(request),
      async (request): Promise<ResponseTransaction> => {
        const { transactionID } = request;
        const afterAnswer = (task: () => Promise<void>): void => void tasks.push(task);
        const { agreement, session } = speaker;
        const context = { peer, agreement, session, transactionID, secure, afterAnswer };
        const beganMs = performance.now();
        const primitive = await this.answer(request, context);
        const kind = 'fault' in request ? 'unreadable' : request.primitive.kind;
        this.needs.measures.request(peer, kind, primitive.status.code, performance.now() - beganMs);
        return { mode: 'Response', transactionID, primitive };
      },
    );
    if (transactions.length === 0) return { message: undefined, handedOver: nothing };
    const { namespace } = message;
    return {
      message: { kind: 'session', namespace, sessionID: speaker.session.ourID, transactions },
      handedOver: () => this.needs.failures.watch(tasks.map((task) => task())),
    };
  }

  /** One transaction; its failure is its own (ssp-binding §1). */
  private async answer(request: FaultOrRequest, context: RequestContext): Promise<ResponsePrimitive> {
    if ('fault' in request) return this.answerFault(request, context.peer);
    const { primitive } = request;
    const route = this.route(primitive);
    const { agreement, peer, transactionID } = context;
    const isLogin = route.urgency === 'login';
    const handle = async (): Promise<ResponsePrimitive> => {
      const refusal = isLogin ? await this.needs.admission.refusalOfLogin(agreement) : undefined;
      return refusal ?? route.handle(primitive, context);
    };
    const carryOut = (): Promise<ResponsePrimitive> =>
      route.repetition === 'executed-again'
        ? handle()
        : this.needs.repetition.once({ peer, transactionID }, primitive, handle);
    try {
      return isLogin ? await this.needs.admission.inTurn(agreement, carryOut) : await carryOut();
    } catch (error) {
      return this.needs.failures.answer(error, context);
    }
  }

  private answerFault({ fault }: FaultyTransaction, peer: string): ResponsePrimitive {
    if (fault.code === NOT_SUPPORTED) this.needs.reportUnsupported(peer);
    return bareStatus(fault.code, fault.detail);
  }

  private touches(request: FaultOrRequest): readonly string[] | 'everybody' {
    // Repetitions within one message take turns as well: the first one is carried out.
    const self = `transaction ${request.transactionID}`;
    if ('fault' in request) return [self];
    const names = this.route(request.primitive).touches(request.primitive);
    return names === 'everybody' ? names : [self, ...names];
  }

  /** That of its most urgent request; a message of answers makes our work less. */
  private urgencyOf({ transactions }: DecodedSessionMessage): Urgency {
    const urgencies = transactions.map((one): Urgency => {
      if ('fault' in one || one.mode === 'Response') return 'keep-alive';
      return this.route(one.primitive).urgency;
    });
    return MOST_URGENT_FIRST.find((urgency) => urgencies.includes(urgency)) ?? 'keep-alive';
  }

  private route<P extends RequestPrimitive>(primitive: P): Route<P> {
    // The table is typed row by row; that the row fits the primitive of its own kind, TypeScript cannot follow here.
    return this.needs.table[primitive.kind] as unknown as Route<P>;
  }
}

const isAnswer = (transaction: DecodedTransaction): transaction is ResponseTransaction =>
  transaction.mode === 'Response' && !('fault' in transaction);

/** What a peer of the field says to whatever it does not know; nothing waits for it in a session that is unknown. */
const isNotSupported = (transaction: DecodedTransaction): boolean =>
  isAnswer(transaction) &&
  transaction.primitive.kind === 'Status' &&
  transaction.primitive.status.code === NOT_SUPPORTED;

const NOT_SUPPORTED = 405;

const MOST_URGENT_FIRST: readonly Urgency[] = ['keep-alive', 'logout', 'login'];

const nothing = (): void => undefined;

const answered = (message: SspMessage, handedOver: () => void): InboxAnswer => ({
  kind: 'answered',
  httpStatus: 200,
  body: encodeSsp(message),
  retryAfterS: undefined,
  handedOver,
});

/** Taken in; there is nothing to answer, or the answer comes as a message of its own. */
const receipt = (handedOver: () => void): InboxAnswer => ({
  kind: 'answered',
  httpStatus: 202,
  body: '',
  retryAfterS: undefined,
  handedOver,
});

const refused = (
  httpStatus: number,
  reason: RefusalReason,
  detail: string,
  retryAfterS?: number,
  peer?: string,
): InboxAnswer => ({
  kind: 'refused',
  httpStatus,
  reason,
  peer,
  detail,
  retryAfterS,
  handedOver: nothing,
});

const refusedFault = ({ reason, detail }: WireFault): InboxAnswer =>
  reason === 'too-large' ? refused(413, 'too-large', detail) : refused(400, 'malformed', detail);
