import type { History } from '../history.js';
import { tag, toldSessions } from '../told-sessions.js';

/**
 * V7: in a calm system the live rows in PostgreSQL, the sessions in Redis and the deadlines agree. No session that
 * a peer received is missing.
 */
export function storesAgree(history: History): readonly string[] {
  const { live, ended, redisSessions, redisDeadlines } = history.closing;
  const [rows, sessions, deadlines] = [live.map(({ id }) => id), redisSessions, redisDeadlines].map(
    (ids) => new Set(ids),
  ) as [Set<string>, Set<string>, Set<string>];
  const gone = new Set(ended.map(({ id }) => id));
  const lacking = (a: Set<string>, b: Set<string>, words: string): readonly string[] =>
    [...a].filter((id) => !b.has(id)).map((id) => `${tag(id)}: ${words}`);
  return [
    ...lacking(rows, sessions, 'in PostgreSQL and not in Redis'),
    ...lacking(sessions, rows, 'in Redis and not in PostgreSQL'),
    ...lacking(sessions, deadlines, 'has no deadline'),
    ...lacking(deadlines, sessions, 'has a deadline and is no session'),
    ...[...rows]
      .filter((id) => gone.has(id))
      .map((id) => `${tag(id)}: live, and in the history of ended ones`),
    ...[...toldSessions(history).keys()]
      .filter((id) => !rows.has(id) && !gone.has(id))
      .map((id) => `${tag(id)}: was given to its owner and is nowhere`),
  ];
}
