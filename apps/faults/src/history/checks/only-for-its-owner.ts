import type { Attempt, History } from '../history.js';
import { idsOf, tag, toldSessions } from '../told-sessions.js';

/** V4: only the owner can use a session id. For another peer it looks like an id that never existed. */
export function onlyForItsOwner(history: History): readonly string[] {
  const sessions = toldSessions(history);
  const existed = new Set([
    ...sessions.keys(),
    ...[...history.closing.live, ...history.closing.ended].map(({ id }) => id),
  ]);
  const strangers = new Map<string, Set<string>>();
  for (const attempt of history.attempts) {
    const [id, ...more] = idsOf(attempt);
    if (id === undefined || more.length > 0 || existed.has(id)) continue;
    const { kind } = attempt.operation;
    strangers.set(kind, (strangers.get(kind) ?? new Set()).add(wordsOf(attempt, id)));
  }
  return [...sessions.values()].flatMap(({ id, owner, attempts }) =>
    attempts
      .filter(({ peer, outcome }) => peer !== owner && outcome.kind === 'answered' && outcome.code !== 503)
      .flatMap((attempt) => {
        const code = attempt.outcome.kind === 'answered' ? attempt.outcome.failed[id] : undefined;
        const { kind } = attempt.operation;
        if (code !== (kind === 'login' ? 502 : 604)) {
          return [`${tag(id)}: ${kind} by ${attempt.peer}, which does not own it, gets ${code ?? 'through'}`];
        }
        const usual = strangers.get(kind);
        const tells = usual !== undefined && idsOf(attempt).length === 1 && !usual.has(wordsOf(attempt, id));
        return tells
          ? [`${tag(id)}: ${kind} by ${attempt.peer} is answered unlike one that never existed`]
          : [];
      }),
  );
}

/** The answer without the id that was asked for, which it may repeat. */
const wordsOf = ({ outcome }: Attempt, id: string): string =>
  outcome.kind === 'answered' ? outcome.body.replaceAll(id, '#') : outcome.kind;
