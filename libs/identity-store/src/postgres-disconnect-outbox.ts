import { assertNever } from '@sap2/kernel';
import type {
  DisconnectOutbox,
  DisconnectSupport,
  DueDisconnect,
  DuePeer,
  GivenUp,
  ServiceID,
} from '@sap2/session-core';
import type { Sql } from './database.js';
import * as statements from './disconnect-outbox-statements.js';
import { ColumnMap } from './rows/column-map.js';
import { clientOf } from './rows/live-session.row.js';
import type { WakeUps } from './wake-ups.js';

/** Rows that are made due in one statement: none of them is locked for long. */
const MADE_DUE_AT_ONCE = 500;

export class PostgresDisconnectOutbox implements DisconnectOutbox {
  constructor(
    private readonly sql: Sql,
    private readonly wakeUps: WakeUps,
  ) {}

  readonly peersWithDue: DisconnectOutbox['peersWithDue'] = (limit) =>
    this.sql.rows<DuePeer>(statements.PEERS_WITH_DUE, [limit]);

  readonly claim: DisconnectOutbox['claim'] = async (peer, limit, leaseMs) => {
    const rows = await this.sql.rows(statements.CLAIM, [peer, limit, leaseMs]);
    return rows.map((row) => {
      const due = claims.thingOf(row);
      return { ...due, client: clientOf(due.client) };
    });
  };

  readonly settle: DisconnectOutbox['settle'] = async (settlements) => {
    if (settlements.length > 0) await this.sql.rows(statements.SETTLE, [JSON.stringify(settlements)]);
  };

  readonly settleByTransaction: DisconnectOutbox['settleByTransaction'] = async (
    peer,
    transactionID,
    answer,
  ) => {
    const error = 'error' in answer ? answer.error : null;
    const parameters = [peer, transactionID, answer.result, error];
    const [line] = await this.sql.rows<{ support: DisconnectSupport }>(
      statements.ANSWERED_BY_PEER,
      parameters,
    );
    return line?.support;
  };

  /** `supported` comes last, so that a crash on the way leaves the rest to the next answer. */
  readonly setSupport: DisconnectOutbox['setSupport'] = async (peer, support) => {
    switch (support) {
      case 'unsupported':
        await this.sql.rows(statements.SET_UNSUPPORTED, [peer]);
        return;
      case 'on-trial':
        if ((await this.sql.rows(statements.SET_ON_TRIAL, [peer])).length > 0) await this.oweAgain(peer, 1);
        break;
      case 'supported':
        while ((await this.oweAgain(peer, MADE_DUE_AT_ONCE)) === MADE_DUE_AT_ONCE);
        await this.sql.rows(statements.SET_SUPPORTED, [peer]);
        break;
      default:
        assertNever(support);
    }
    await this.sql.rows(`SELECT pg_notify('sap2_disconnects', '')`);
  };

  readonly lineFailed: DisconnectOutbox['lineFailed'] = async (peer, error, openForMs) => {
    await this.sql.rows(statements.LINE_FAILED, [peer, error, openForMs ?? null]);
  };

  readonly lineWorks: DisconnectOutbox['lineWorks'] = async (peer) => {
    const [line] = await this.sql.rows<{ was_open: boolean }>(statements.LINE_WORKS, [peer]);
    if (line?.was_open === true) await makeDue(this.sql, peer);
    return line?.was_open ?? false;
  };

  readonly giveUp: DisconnectOutbox['giveUp'] = async (horizonMs, limit) => {
    const rows = await this.sql.rows<Omit<GivenUp, 'count'> & { count: string }>(statements.GIVE_UP, [
      horizonMs,
      limit,
    ]);
    return rows.map(({ peer, count, error }) => ({ peer, count: Number(count), error }));
  };

  readonly forget: DisconnectOutbox['forget'] = async (settledBeforeMs, undeliveredBeforeMs, limit) =>
    (await this.sql.rows(statements.FORGET, [settledBeforeMs, undeliveredBeforeMs, limit])).length;

  readonly onWake: DisconnectOutbox['onWake'] = (callback) => {
    const stop = this.wakeUps.on('sap2_disconnects', callback);
    return Promise.resolve(() => Promise.resolve(stop()));
  };

  readonly backlog: DisconnectOutbox['backlog'] = async () => {
    const [row] = await this.sql.rows<{ pending: string; age_ms: number | null }>(statements.BACKLOG);
    return { pending: Number(row?.pending), oldestAgeMs: row?.age_ms ?? 0 };
  };

  readonly backlogByPeer: DisconnectOutbox['backlogByPeer'] = async () => {
    const rows = await this.sql.rows<{ peer: ServiceID; pending: string; age_ms: number }>(
      statements.BACKLOG_BY_PEER,
    );
    return rows.map(({ peer, pending, age_ms }) => ({ peer, pending: Number(pending), oldestAgeMs: age_ms }));
  };

  private async oweAgain(peer: ServiceID, limit: number): Promise<number> {
    return (await this.sql.rows(statements.OWE_AGAIN, [peer, limit])).length;
  }
}

const claims = new ColumnMap<DueDisconnect>({
  id: 'text',
  transactionID: 'text',
  peer: 'text',
  sessionID: 'text',
  userID: 'text',
  client: 'jsonb',
  cause: 'text',
  reason: 'text',
  attempts: 'integer',
  ageMs: 'bigint',
  lineFailures: 'integer',
  support: 'text',
});

/** All that waits for a peer and is with no worker, in the order in which it was owed. */
export async function makeDue(sql: Sql, peer: ServiceID): Promise<void> {
  let made: readonly object[];
  do {
    made = await sql.rows(statements.MAKE_DUE, [peer, MADE_DUE_AT_ONCE]);
  } while (made.length === MADE_DUE_AT_ONCE);
}
