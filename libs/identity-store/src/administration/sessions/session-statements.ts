import type { HistoryFilter, ListPosition, SessionFilter } from '@sap2/administration';
import { Conditions } from '../conditions.js';

/** A statement and its parameters. */
export type Statement = readonly [text: string, parameters: readonly unknown[]];

const CLIENT_FORMS = ['url', 'msisdn', 'text', 'applicationID'] as const;

/** As in the index. */
const NODE = `substring(s.sap_epoch from '^(.+):[^:]+$')`;

function matching(conditions: Conditions, filter: Omit<SessionFilter, 'client'>): Conditions {
  return conditions
    .equal('s.account', filter.account)
    .equal('s.peer', filter.peer)
    .equal('s.domain', filter.domain)
    .equal(NODE, filter.node)
    .within('s.started_at', filter.startedAfterMs, filter.startedBeforeMs);
}

/** Each form of the ClientID has its own index. The first form that matches finds a session. */
const formConditions = (client: string): readonly string[] =>
  CLIENT_FORMS.map((form, index) =>
    [
      `s.client ->> '${form}' = ${client}`,
      ...CLIENT_FORMS.slice(0, index).map((other) => `s.client ->> '${other}' IS DISTINCT FROM ${client}`),
    ].join(' AND '),
  );

export function pageOfSessions(
  filter: SessionFilter,
  after: ListPosition | undefined,
  limit: number,
): Statement {
  const conditions = matching(new Conditions(), filter);
  const from =
    after &&
    `(s.started_at, s.id) < (${conditions.value(after[0])}::timestamptz, ${conditions.value(after[1])})`;
  const most = conditions.value(limit);
  const select = (more: readonly string[]): string =>
    `SELECT s.*, s.started_at::text AS position FROM live_session s WHERE ${[conditions.sql, ...(from ? [from] : []), ...more].join(' AND ')}
     ORDER BY s.started_at DESC, s.id DESC LIMIT ${most}`;
  if (filter.client === undefined) return [select([]), conditions.parameters];
  const client = conditions.value(filter.client);
  const parts = formConditions(client).map((form) => `(${select([form])})`);
  return [
    `SELECT * FROM (${parts.join(' UNION ALL ')}) found ORDER BY started_at DESC, id DESC LIMIT ${most}`,
    conditions.parameters,
  ];
}

/** The condition that a live session `s` matches the filter. */
export function sessionsMatching(filter: SessionFilter, conditions = new Conditions()): Conditions {
  return matching(conditions, filter).where(
    filter.client,
    (client) => `(${CLIENT_FORMS.map((form) => `s.client ->> '${form}' = ${client}`).join(' OR ')})`,
  );
}

export function pageOfHistory(
  filter: HistoryFilter,
  after: ListPosition | undefined,
  limit: number,
): Statement {
  const conditions = new Conditions()
    .equal('h.account', filter.account)
    .equal('h.peer', filter.peer)
    .equal('h.domain', filter.domain)
    .equal('h.cause', filter.cause)
    .within('h.ended_at', filter.endedAfterMs, filter.endedBeforeMs);
  const from =
    after &&
    `(h.ended_at, h.session_id) < (${conditions.value(after[0])}::timestamptz, ${conditions.value(after[1])})`;
  const where = [conditions.sql, ...(from ? [from] : [])].join(' AND ');
  return [
    `SELECT h.*, h.ended_at::text AS position FROM session_history h WHERE ${where}
     ORDER BY h.ended_at DESC, h.session_id DESC LIMIT ${conditions.value(limit)}`,
    conditions.parameters,
  ];
}
