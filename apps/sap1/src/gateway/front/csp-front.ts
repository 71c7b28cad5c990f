import { assertNever } from '@sap2/kernel';
import {
  type CspEncoding,
  type CspFault,
  type CspMessage,
  type DecodedCspMessage,
  decodeCsp,
  encodeCsp,
} from '@sap2/csp-wire';
import type { ClientProfile } from '../config/gateway-settings.js';
import type { GatewayTime } from '../gateway-time.js';
import type { CspSession } from '../sessions/csp-session.js';
import type { SessionBook } from '../sessions/session-book.js';
import { type Answer, type Asked, EMPTY, respond, status } from './answer.js';
import { clientKey } from './client-ids.js';
import { profileOf } from './client-profiles.js';
import type { LoginHandler } from './login.handler.js';
import type { PollingHandler } from './polling.handler.js';
import type { RequestRates } from './request-rates.js';
import type { RepeatedMessages, Sent } from './repeated-messages.js';
import type { SessionHandlers } from './session.handlers.js';
import { foldUser, type UserRoutes } from './user-routes.js';

/** One HTTP request of a handset. */
export interface FrontRequest {
  readonly bytes: Uint8Array;
  readonly encoding: CspEncoding;
  readonly msisdn: string | undefined;
  readonly onGone: (listener: () => void) => void;
}

export type FrontAnswer =
  /** HTTP 200; undefined body: no message. */
  | { readonly kind: 'csp'; readonly body: Buffer | undefined }
  | { readonly kind: 'unreadable'; readonly fault: CspFault }
  | { readonly kind: 'too-many'; readonly retryAfterS: number };

/** What happens at the front, for the log and the metrics. */
export interface FrontReport {
  answered(message: DecodedCspMessage, code: number | undefined, durationMs: number): void;
}

export interface FrontNeeds {
  readonly book: SessionBook;
  readonly routes: UserRoutes;
  readonly rates: RequestRates;
  readonly repeated: RepeatedMessages;
  readonly login: LoginHandler;
  readonly sessions: SessionHandlers;
  readonly polling: PollingHandler;
  readonly profiles: readonly ClientProfile[];
  readonly time: GatewayTime;
  readonly report: FrontReport;
  readonly bodyBytes: number;
}

type Primitive = DecodedCspMessage['primitive'];

/** SAP 2 hears of the session by these. */
const RENEWALS: ReadonlySet<Primitive['kind']> = new Set<Primitive['kind']>([
  'KeepAlive-Request',
  'Service-Request',
  'Logout-Request',
  'Login-Request',
]);

/** From the bytes of a handset to the bytes of its answer (see the list of steps in `answer`). */
export class CspFront {
  #pushes = 0;

  constructor(private readonly needs: FrontNeeds) {}

  /** Decode, limit the user, find the session, repeat, handle, encode. */
  async answer(request: FrontRequest): Promise<FrontAnswer> {
    const decoded = decodeCsp(request.bytes, request.encoding, { maxBytes: this.needs.bodyBytes });
    if (!decoded.ok) return { kind: 'unreadable', fault: decoded.error };
    const message = decoded.value;
    const session = this.#sessionOf(message);
    const retryAfterS = await this.#overRate(message, session);
    if (retryAfterS > 0) return { kind: 'too-many', retryAfterS };
    const { msisdn, onGone } = request;
    let isRepeated = true;
    const sent = await this.#repeatOr(message, session, request.bytes, () => {
      isRepeated = false;
      return this.#send({ message, session, msisdn, onGone });
    });
    // A repeated message is a sign of life too, and SAP 2 has not heard of it.
    if (isRepeated && session !== undefined) this.needs.book.touch(session, false);
    return { kind: 'csp', body: sent.body };
  }

  #sessionOf({ session: { type, sessionID } }: DecodedCspMessage): CspSession | undefined {
    return type === 'Inband' && sessionID !== undefined ? this.needs.book.find(sessionID) : undefined;
  }

  #overRate({ primitive }: DecodedCspMessage, session: CspSession | undefined): Promise<number> {
    if (primitive.kind === 'Login-Request') return this.needs.rates.ofUser(foldUser(primitive.userID));
    return session === undefined
      ? Promise.resolve(0)
      : this.needs.rates.ofUser(foldUser(session.user.userID));
  }

  #repeatOr(
    message: DecodedCspMessage,
    session: CspSession | undefined,
    bytes: Uint8Array,
    make: () => Promise<Sent>,
  ): Promise<Sent> {
    const { repeated } = this.needs;
    // The answer to the login is not repeated any more: its handset has got it.
    if (session !== undefined) repeated.forget(clientSlot(session.client));
    const slot = this.#slotOf(message, session);
    if (slot === undefined) return make();
    return repeated.answer(slot, bytes, make);
  }

  /** Whose last answer it is; undefined: it is not kept. A poll is new each time. */
  #slotOf(message: DecodedCspMessage, session: CspSession | undefined): string | undefined {
    const { primitive } = message;
    if (primitive.kind === 'Polling-Request') return undefined;
    if (primitive.kind === 'Login-Request') {
      const userID = this.needs.routes.find(primitive.userID)?.userID ?? primitive.userID;
      return clientSlot(clientKey(userID, primitive.clientID));
    }
    const slot = sessionSlot(message.session.sessionID ?? '');
    if (session !== undefined || this.needs.repeated.has(slot)) return slot;
    const isInfo = primitive.kind === 'GetSPInfo-Request' && primitive.clientID !== undefined;
    return isInfo ? clientSlot(clientKey('', primitive.clientID)) : undefined;
  }

  async #send(asked: Asked): Promise<Sent> {
    const { time, report } = this.needs;
    const startedAtMs = time.nowMs();
    const answer = await this.#handle(asked);
    report.answered(asked.message, codeOf(answer), time.nowMs() - startedAtMs);
    const isFleeting = answer.kind === 'response' && answer.isFleeting === true;
    return { body: this.#encode(asked, answer), isFleeting };
  }

  #encode({ message, session }: Asked, answer: Answer): Buffer | undefined {
    const { version, encoding, transactionID } = message;
    switch (answer.kind) {
      case 'empty':
        return undefined;
      case 'pushed': {
        this.#pushes += 1;
        const push: CspMessage = {
          version,
          encoding,
          session: { type: 'Inband', sessionID: answer.session.id },
          mode: 'Request',
          transactionID: `s${this.#pushes}`,
          poll: undefined,
          primitive: answer.primitive,
        };
        return encodeCsp(push);
      }
      case 'response':
        return encodeCsp({
          version,
          encoding,
          session: message.session,
          mode: 'Response',
          transactionID,
          poll: session?.isDisconnectWaiting === true ? true : undefined,
          primitive: answer.primitive,
        });
      default:
        return assertNever(answer);
    }
  }

  async #handle(asked: Asked): Promise<Answer> {
    const { message, session } = asked;
    const { primitive, mode } = message;
    const known = ownAnswer(primitive, mode);
    if (known !== undefined) return known;
    if (primitive.kind === 'Login-Request') return this.needs.login.handle(primitive, asked);
    if (session === undefined) return this.#outside(message);
    this.needs.book.touch(session, RENEWALS.has(primitive.kind));
    if (primitive.kind === 'Polling-Request') return this.needs.polling.handle(session, asked);
    if (session.end !== undefined) return status(session.end.code);
    return this.#inside(session, asked);
  }

  /** Of a handset that has no session, or names one that does not exist. */
  #outside({ primitive, session }: DecodedCspMessage): Promise<Answer> | Answer {
    if (session.type === 'Inband') return status(604);
    if (primitive.kind === 'GetSPInfo-Request') return this.needs.sessions.spInfo(undefined, primitive);
    return primitive.kind === 'other' ? status(506) : status(604);
  }

  #inside(session: CspSession, asked: Asked): Promise<Answer> | Answer {
    const { primitive } = asked.message;
    const { sessions } = this.needs;
    if (primitive.kind === 'Logout-Request') return sessions.logout(session, asked);
    if (primitive.kind === 'KeepAlive-Request') return sessions.keepAlive(session, primitive);
    if (primitive.kind === 'Service-Request') return sessions.service(session, primitive);
    if (primitive.kind === 'ClientCapability-Request') return sessions.clientCapability(session, primitive);
    if (primitive.kind === 'GetSPInfo-Request') return sessions.spInfo(session, primitive);
    return primitive.kind === 'other' ? this.#other(session, primitive.name) : status(506);
  }

  #other(session: CspSession, name: string): Answer {
    const isEmptyList =
      name === 'GetList-Request' && profileOf(this.needs.profiles, session.user.clientID).emptyGetList;
    return isEmptyList ? respond({ kind: 'other', name: 'GetList-Response' }) : status(506);
  }
}

export const clientSlot = (client: string): string => `client ${client}`;
export const sessionSlot = (id: string): string => `session ${id}`;

/** What needs neither a session nor SAP 2; undefined: more is to be done. */
function ownAnswer(primitive: Primitive, mode: CspMessage['mode']): Answer | undefined {
  if (primitive.kind === 'faulty') return status(primitive.code);
  if (primitive.kind === 'unsupported-version') return status(505);
  if (primitive.kind === 'empty') return status(400);
  // What answers us, or wakes us, needs no answer.
  const isWake = primitive.kind === 'other' && primitive.name.startsWith('CIR');
  return mode === 'Response' || primitive.kind === 'Status' || isWake ? EMPTY : undefined;
}

/** The code that the handset sees; undefined: none. */
function codeOf(answer: Answer): number | undefined {
  if (answer.kind === 'empty') return undefined;
  const { primitive } = answer;
  if ('result' in primitive) return primitive.result.code;
  return 200;
}
