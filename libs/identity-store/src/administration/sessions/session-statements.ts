import type { HistoryFilter, ListPosition, SessionFilter } from '@sap2/administration';
import { Conditions, type Statement } from '../conditions.js';

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
  const conditions = matching(new Conditions(), filter).from('s.started_at, s.id', '<', after);
  const most = conditions.value(limit);
  const select = (form: string): string =>
    `SELECT s.*, s.started_at::text AS position FROM live_session s WHERE ${conditions.sql} AND ${form}
     ORDER BY s.started_at DESC, s.id DESC LIMIT ${most}`;
  if (filter.client === undefined) return [select('true'), conditions.parameters];
  const client = conditions.value(filter.client);
  const parts = formConditions(client).map((form) => `(${select(form)})`);
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
    .within('h.ended_at', filter.endedAfterMs, filter.endedBeforeMs)
    .from('h.ended_at, h.session_id', '<', after);
  return [
    `SELECT h.*, h.ended_at::text AS position FROM session_history h WHERE ${conditions.sql}
     ORDER BY h.ended_at DESC, h.session_id DESC LIMIT ${conditions.value(limit)}`,
    conditions.parameters,
  ];
}
