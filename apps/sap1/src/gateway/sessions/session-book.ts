import type { UserDisconnectRequest } from '@sap2/ssp-wire';
import type { GatewayTime } from '../gateway-time.js';
import { CspSession, type EndCode, type SessionBirth } from './csp-session.js';
import { DueList } from './due-list.js';
import { ExpiringMap } from './expiring-map.js';

const MS_PER_S = 1000;
/** SAP 2 tries to deliver a disconnect for a day. A session silent for longer is unknown there. */
const SILENT_MS = 86_400_000;
/** A disconnect may overtake the login answer on another connection, by this time at most. */
const EARLY_MS = 30_000;
const MAX_EARLY = 10_000;

export interface BookHooks {
  /** SAP 2 must hear that this session is alive. */
  renew(session: CspSession): void;
  /** A `Disconnect` waits for the handset, and no poll does. */
  wake(session: CspSession): void;
  /** `by`: an operation of the handset, or a push of SAP 2. */
  ended(session: CspSession, code: EndCode, by: 'logout' | 'answer' | 'push'): void;
}

interface EarlyEnd {
  readonly code: EndCode;
  readonly description: string | undefined;
}

/** Every CSP session of this gateway, and when it must be looked at again. */
export class SessionBook {
  readonly #sessions = new Map<string, CspSession>();
  readonly #due: DueList<CspSession>;
  readonly #early: ExpiringMap<EarlyEnd>;

  constructor(
    private readonly time: GatewayTime,
    private readonly hooks: BookHooks,
  ) {
    this.#due = new DueList(time, (session) => this.#look(session));
    this.#early = new ExpiringMap(time, EARLY_MS, MAX_EARLY);
  }

  /** Ended ones count until they are forgotten. */
  get size(): number {
    return this.#sessions.size;
  }

  find(id: string): CspSession | undefined {
    return this.#sessions.get(id);
  }

  all(): IterableIterator<CspSession> {
    return this.#sessions.values();
  }

  /** What a sync lists for one SAP 2. */
  heldBy(serviceID: string): readonly string[] {
    return [...this.all()]
      .filter(({ provider, end }) => provider.serviceID === serviceID && end === undefined)
      .map(({ id }) => id);
  }

  /** A login has succeeded; for a resumed session it is known already. */
  open(birth: SessionBirth): CspSession {
    const old = this.#sessions.get(birth.id);
    old?.answerPoll?.();
    const session = new CspSession(birth, this.time.nowMs());
    if (old !== undefined) this.#due.remove(old);
    this.#sessions.set(session.id, session);
    this.#scheduleHalf(session);
    const early = this.#early.take(session.id);
    if (early !== undefined) this.#end(session, early, 'push');
    return session;
  }

  /** A message of the handset has come. @param isRenewal SAP 2 hears of the session by this message */
  touch(session: CspSession, isRenewal: boolean): void {
    const nowMs = this.time.nowMs();
    session.aliveAtMs = nowMs;
    if (!isRenewal && session.end === undefined && nowMs >= halfOf(session)) this.#renew(session);
  }

  /** SAP 2 has accepted an operation on it. */
  renewed(session: CspSession, grantedS = session.grantedS): void {
    session.isRenewing = false;
    session.grantedS = grantedS;
    session.renewedAtMs = this.time.nowMs();
    if (session.end === undefined && this.#sessions.get(session.id) === session) this.#scheduleHalf(session);
  }

  /** SAP 2 did not answer; the next message of the handset tries again, or the next look. */
  notRenewed(session: CspSession): void {
    session.isRenewing = false;
    if (session.end === undefined) {
      this.#due.schedule(session, this.time.nowMs() + session.grantedS * (MS_PER_S / 4));
    }
  }

  /** The handset has logged out: the session is unknown from now on. */
  loggedOut(session: CspSession): void {
    if (this.#sessions.get(session.id) !== session) return;
    this.#forget(session);
    this.hooks.ended(session, 604, 'logout');
  }

  /** SAP 2 has answered that the session is over. @param isTold the answer goes to the handset */
  foundEnded(session: CspSession, code: EndCode, isTold: boolean): void {
    if (session.end !== undefined || this.#sessions.get(session.id) !== session) return;
    this.#end(session, { code, description: undefined }, 'answer');
    if (isTold) session.isDisconnectWaiting = false;
  }

  /** A push of SAP 2. @returns false: no session of that SAP 2 has this id */
  disconnected(serviceID: string, { userSessionID, status }: UserDisconnectRequest): boolean {
    const code: EndCode = status.code === 600 ? 600 : 601;
    const end = { code, description: status.description };
    const session = this.#sessions.get(userSessionID);
    if (session === undefined) this.#early.set(userSessionID, end);
    if (session?.provider.serviceID !== serviceID) return false;
    if (session.end === undefined) this.#end(session, end, 'push');
    return true;
  }

  /** The `Disconnect` is on its way to the handset. */
  fetched(session: CspSession): void {
    session.isDisconnectWaiting = false;
  }

  /** Answers every poll that waits. */
  close(): void {
    this.#due.clear();
    this.#early.clear();
    for (const session of this.all()) session.answerPoll?.();
  }

  #end(session: CspSession, end: EarlyEnd, by: 'answer' | 'push'): void {
    const nowMs = this.time.nowMs();
    session.end = { ...end, atMs: nowMs };
    session.isDisconnectWaiting = end.code !== 604;
    this.#due.schedule(session, nowMs + session.toldS * MS_PER_S);
    this.hooks.ended(session, end.code, by);
    if (session.answerPoll !== undefined) session.answerPoll();
    else if (session.isDisconnectWaiting) this.hooks.wake(session);
  }

  #look(session: CspSession): void {
    const nowMs = this.time.nowMs();
    // A login has resumed it under the same id.
    if (this.#sessions.get(session.id) !== session) return;
    if (session.end !== undefined || nowMs - session.aliveAtMs > SILENT_MS) return this.#forget(session);
    // It was active since SAP 2 has heard of it, by polls alone. Without activity the clock of SAP 2 decides.
    if (session.aliveAtMs > session.renewedAtMs) this.#renew(session);
    else this.#due.schedule(session, session.aliveAtMs + SILENT_MS + MS_PER_S);
  }

  #renew(session: CspSession): void {
    if (session.isRenewing) return;
    session.isRenewing = true;
    this.hooks.renew(session);
  }

  #scheduleHalf(session: CspSession): void {
    this.#due.schedule(session, halfOf(session));
  }

  #forget(session: CspSession): void {
    this.#due.remove(session);
    if (this.#sessions.get(session.id) === session) this.#sessions.delete(session.id);
    session.answerPoll?.();
  }
}

/** When half of the keep-alive time has passed. */
const halfOf = ({ renewedAtMs, grantedS }: CspSession): number => renewedAtMs + grantedS * (MS_PER_S / 2);
