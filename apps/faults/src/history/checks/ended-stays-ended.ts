import type { History } from '../history.js';
import {
  endTold,
  firstAskedAtMs,
  isAccepted,
  isLogoutDone,
  tag,
  type ToldSession,
  toldSessions,
} from '../told-sessions.js';

/** V1: once an end of a session is acknowledged to the caller, no request on it succeeds, on any process. */
export function endedStaysEnded(history: History): readonly string[] {
  const askedFirst = firstAskedAtMs(history);
  const toldOtherwise = new Map<string, number>();
  const note = (id: string, atMs: number): void =>
    void toldOtherwise.set(id, Math.min(toldOtherwise.get(id) ?? Infinity, atMs));
  for (const { id, doneAtMs } of history.otherEnds) if (doneAtMs !== undefined) note(id, doneAtMs);
  for (const { id, atMs } of history.pushes) note(id, atMs);
  return [...toldSessions(history).values()].flatMap((session) => {
    const endedAtMs = Math.min(toldOtherwise.get(session.id) ?? Infinity, toldByAnswer(session));
    return session.attempts
      .filter((attempt) => isAccepted(attempt, session.id) && askedFirst(attempt) > endedAtMs)
      .map(
        (attempt) =>
          `${tag(session.id)}: ${attempt.operation.kind} succeeds on process ${attempt.process}, ` +
          `${attempt.askedAtMs - endedAtMs} ms after its end was answered`,
      );
  });
}

function toldByAnswer({ id, owner, attempts }: ToldSession): number {
  const telling = attempts.filter(
    (attempt) => attempt.peer === owner && (endTold(attempt, id) !== undefined || isLogoutDone(attempt, id)),
  );
  return Math.min(Infinity, ...telling.map(({ heardAtMs }) => heardAtMs));
}
