import type {
  AccountID,
  Domain,
  EndCause,
  EndedSession,
  Ending,
  LiveSessions,
  ServiceID,
  SessionEnd,
  SessionLedger,
  SessionTimes,
  UserSession,
  UserSessionID,
} from '@sap2/session-core';
import type { Actor } from './actor.js';
import type { Job, JobBook, NewJob } from './jobs.js';
import type { ListPosition, SessionFilter } from './session-filter.js';
import { whileAway } from './while-away.js';

export interface ListedSession {
  readonly session: UserSession;
  readonly position: ListPosition;
}

export interface HistoryFilter {
  readonly account: AccountID | undefined;
  readonly peer: ServiceID | undefined;
  readonly domain: Domain | undefined;
  readonly cause: EndCause | undefined;
  readonly endedBeforeMs: number | undefined;
  /** At or after, milliseconds since 1970. */
  readonly endedAfterMs: number | undefined;
}

export interface PastSession extends Pick<
  UserSession,
  'id' | 'account' | 'domain' | 'userID' | 'client' | 'peer' | 'cspVersion' | 'sapEpoch' | 'startedAtMs'
> {
  readonly endedAtMs: number;
  readonly cause: EndCause;
  readonly reason: string | undefined;
  readonly position: ListPosition;
}

export interface SessionBook {
  /** The last to start first. */
  page(
    filter: SessionFilter,
    after: ListPosition | undefined,
    limit: number,
  ): Promise<readonly ListedSession[]>;
  count(filter: SessionFilter): Promise<number>;
  /** One, with the duty to tell its owner and the entry in the audit; undefined: it is not live. */
  end(actor: Actor, id: UserSessionID): Promise<Ending<EndedSession | undefined>>;
  /** The last to end first. */
  history(
    filter: HistoryFilter,
    after: ListPosition | undefined,
    limit: number,
  ): Promise<readonly PastSession[]>;
}

/** As administrators see it. Undefined times: the live store does not answer, or does not hold the session. */
export type SessionWithTimes = UserSession & Partial<SessionTimes>;

export interface SessionPorts {
  readonly book: SessionBook;
  readonly live: Pick<LiveSessions, 'times'>;
  readonly ledger: Pick<SessionLedger, 'find'>;
  readonly jobs: Pick<JobBook, 'create' | 'find'>;
  readonly end: Pick<SessionEnd, 'announce'>;
  readonly onEnded: (actor: Actor, ended: EndedSession) => void;
}

/** What administrators do with user sessions, of whatever peer. */
export class Sessions {
  readonly book: SessionBook;

  constructor(private readonly ports: SessionPorts) {
    this.book = ports.book;
  }

  async find(id: UserSessionID): Promise<SessionWithTimes | undefined> {
    const session = await this.ports.ledger.find(id);
    const times = session && (await this.ports.live.times([id]).catch(whileAway));
    return session && { ...session, ...times?.[0] };
  }

  /** The last to start first. */
  async page(
    filter: SessionFilter,
    after: ListPosition | undefined,
    limit: number,
  ): Promise<readonly { readonly session: SessionWithTimes; readonly position: ListPosition }[]> {
    const page = await this.book.page(filter, after, limit);
    const times = await this.ports.live.times(page.map(({ session }) => session.id)).catch(whileAway);
    return page.map(({ session, position }, i) => ({ session: { ...session, ...times?.[i] }, position }));
  }

  /** For good; when it returns, the session is ended in both stores. False: it is not live. */
  async end(actor: Actor, id: UserSessionID): Promise<boolean> {
    const ended = await this.ports.end.announce(this.book.end(actor, id));
    if (ended !== undefined) this.ports.onEnded(actor, ended);
    return ended !== undefined;
  }

  /** All that are live now and match, by a job. */
  endAll(actor: Actor, job: NewJob): Promise<Job> {
    return this.ports.jobs.create(actor, job);
  }

  /** The job that an earlier request of the same key made. */
  async earlierJob(id: string): Promise<Job> {
    const job = await this.ports.jobs.find(id);
    if (job === undefined) throw new Error(`Job ${id} was made and is not there.`);
    return job;
  }
}
