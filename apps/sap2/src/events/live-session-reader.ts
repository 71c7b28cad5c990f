import type { ListedSession, ListPosition, SessionBook, SessionFilter } from '@sap2/administration';
import type { LiveSessionQuery, Positions, UseTimes } from '@sap2/event-feed';
import {
  type AccountID,
  type Domain,
  lifeMs,
  parseUserID,
  parseUserSessionID,
  type UserSession,
  type UserSessionID,
} from '@sap2/session-core';
import type { z } from 'zod';
import { timeOf } from '../admin/http/fields.js';
import type { LIVE_SESSION } from './elements.operations.js';
import { yielded } from './yielded.js';

type Shown = z.output<typeof LIVE_SESSION>;

/** Each holds two of the connections to the database for a moment, and one while its reader reads. */
const SNAPSHOTS_AT_ONCE = 2;

export interface Queried {
  readonly items: readonly Shown[];
  readonly unknown: readonly string[];
}

interface ReaderNeeds {
  readonly positions: Positions;
  readonly sessions: Pick<SessionBook, 'page'>;
  readonly query: LiveSessionQuery;
  readonly times: UseTimes;
  readonly graceS: number;
}

/** Live sessions from the ledger, with their times from the live store. */
export class LiveSessionReader {
  private snapshots = 0;

  constructor(private readonly needs: ReaderNeeds) {}

  async find(text: string): Promise<Shown | undefined> {
    const id = parseUserSessionID(text);
    if (id === undefined) return undefined;
    const [session] = await this.shown(await this.needs.query.byID([id]));
    return session;
  }

  async page(
    filter: SessionFilter,
    after: ListPosition | undefined,
    limit: number,
  ): Promise<readonly { readonly dto: Shown; readonly position: ListPosition }[]> {
    const listed = await this.needs.sessions.page(filter, after, limit);
    const dtos = await this.shown(listed.map(({ session }: ListedSession) => session));
    return dtos.flatMap((dto, place) => {
      const position = listed[place]?.position;
      return position === undefined ? [] : [{ dto, position }];
    });
  }

  async byIDs(texts: readonly string[]): Promise<Queried> {
    const ids = texts.map(parseUserSessionID).filter((id): id is UserSessionID => id !== undefined);
    const items = await this.shown(await this.needs.query.byID(ids));
    const known = new Set(items.map(({ id }) => id));
    return { items, unknown: texts.filter((text) => !known.has(text)) };
  }

  async byUsers(texts: readonly string[]): Promise<Queried> {
    const accounts = new Map<string, AccountID>();
    for (const text of texts) {
      const parsed = parseUserID(text);
      if (parsed.ok) accounts.set(text, parsed.value.account);
    }
    const items = await this.shown(await this.needs.query.byAccount([...accounts.values()]));
    const known = new Set(items.map(({ user }) => user));
    return { items, unknown: texts.filter((text) => !known.has(accounts.get(text) ?? '')) };
  }

  /** Undefined: too many snapshots are in progress. */
  snapshot(domain: Domain | undefined): AsyncGenerator<object> | undefined {
    if (this.snapshots >= SNAPSHOTS_AT_ONCE) return undefined;
    this.snapshots += 1;
    return yielded<object>(async (give) => {
      try {
        await this.needs.query.snapshot(domain, {
          begin: (position) => give({ position: this.needs.positions.textOf(position) }),
          page: async (sessions) => {
            for (const session of await this.shown(sessions)) await give(session);
          },
        });
      } finally {
        this.snapshots -= 1;
      }
    });
  }

  private async shown(sessions: readonly UserSession[]): Promise<readonly Shown[]> {
    const times = sessions.length === 0 ? [] : await this.needs.times.of(sessions.map(({ id }) => id));
    return sessions.map((session, place) => {
      // A session that is not in the live store yet has just begun.
      const { lastUsedMs, expiresMs } = times[place] ?? {
        lastUsedMs: session.startedAtMs,
        expiresMs: session.startedAtMs + lifeMs(session.keepAliveTimeS, this.needs.graceS),
      };
      return {
        id: session.id,
        user: session.account,
        client: session.client,
        domain: session.domain,
        peer: session.peer,
        startedAt: timeOf(session.startedAtMs),
        lastKeepAliveAt: timeOf(lastUsedMs),
        expiresAt: timeOf(expiresMs),
        cspVersion: session.cspVersion,
        functions: [...session.agreedServices],
      };
    });
  }
}
