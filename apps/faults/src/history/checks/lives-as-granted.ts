import { grouped } from '../grouped.js';
import type { Attempt, History } from '../history.js';
import {
  endTold,
  firstAskedAtMs,
  isAccepted,
  tag,
  type ToldSession,
  toldSessions,
} from '../told-sessions.js';

/** What a sweep may be late (V3). */
const LATE_MS = 5_000;

/** A time that was read a moment before it was noted. */
const CLOCK_MS = 50;

/**
 * V3: no session ends before its granted deadline unless ended on purpose; none lives past deadline + grace + 5 s.
 * Purposes are an administrator, a sync, a logout, and another login of the same user, which may replace it.
 */
export function livesAsGranted(history: History): readonly string[] {
  const onPurposeAtMs = new Map(history.otherEnds.map(({ id, askedAtMs }) => [id, askedAtMs]));
  const logins = grouped(history.attempts.filter(isLogin), ({ operation }) =>
    operation.kind === 'login' ? operation.account : '',
  );
  const pushes = grouped(history.pushes, ({ id }) => id);
  // A repeated transaction may get the stored answer. Its grant counts from the first request.
  const firstAskedMs = firstAskedAtMs(history);
  return [...toldSessions(history).values()].flatMap((session) => {
    const ends = [
      ...session.attempts
        .filter(({ peer }) => peer === session.owner)
        .flatMap((attempt) => {
          const code = endTold(attempt, session.id);
          return code === undefined ? [] : [{ code, atMs: attempt.heardAtMs }];
        }),
      ...(pushes.get(session.id) ?? []),
    ];
    const purposes = [
      onPurposeAtMs.get(session.id),
      ...session.attempts.filter(({ operation }) => operation.kind === 'logout').map((a) => a.askedAtMs),
      ...(logins.get(session.account) ?? [])
        .filter(({ transactionID }) => transactionID !== session.birth.transactionID)
        .filter(({ heardAtMs }) => heardAtMs >= session.birth.askedAtMs)
        .map(({ askedAtMs }) => askedAtMs),
    ].filter((atMs) => atMs !== undefined);
    return [
      ...tooEarly({ history, firstAskedMs }, session, ends, purposes),
      ...tooLate({ history, firstAskedMs }, session),
    ];
  });
}

const isLogin = ({ operation }: Attempt): boolean => operation.kind === 'login';

const uses = ({ id, attempts }: ToldSession): readonly Attempt[] =>
  attempts.filter((attempt) => isAccepted(attempt, id));

const grantedMs = ({ outcome }: Attempt, id: string): number =>
  (outcome.kind === 'answered' ? (outcome.granted[id] ?? 0) : 0) * 1000;

interface Judged {
  readonly history: History;
  readonly firstAskedMs: (attempt: Attempt) => number;
}

function tooEarly(
  { history: { limits }, firstAskedMs }: Judged,
  session: ToldSession,
  ends: readonly { readonly code: number; readonly atMs: number }[],
  purposes: readonly number[],
): readonly string[] {
  return ends.flatMap(({ code, atMs }) => {
    const known = uses(session).filter(({ heardAtMs }) => heardAtMs <= atMs);
    const deadline = Math.max(
      ...known.map((use) => firstAskedMs(use) + grantedMs(use, session.id) + limits.graceMs),
    );
    const mayHaveExpired = atMs + CLOCK_MS >= deadline;
    const wasOnPurpose = purposes.some((purposeMs) => purposeMs <= atMs);
    if (code === 600 ? mayHaveExpired : wasOnPurpose || mayHaveExpired) return [];
    const early = Number.isFinite(deadline) ? `, ${Math.round(deadline - atMs)} ms before its deadline` : '';
    return [`${tag(session.id)}: answered with ${code}${early}, without a cause`];
  });
}

/** Only requests count: without a request no one sees the session. */
function tooLate(
  { history: { limits, disturbances }, firstAskedMs }: Judged,
  session: ToldSession,
): readonly string[] {
  const { id, owner, attempts } = session;
  const breaches: string[] = [];
  let touchedAtMs = session.birth.heardAtMs;
  let lifeMs = grantedMs(session.birth, id);
  for (const attempt of attempts.filter(({ peer }) => peer === owner)) {
    const disturbedUntilMs = disturbances
      .filter(({ fromMs }) => fromMs < attempt.askedAtMs)
      .map(({ toMs }) => toMs);
    const fromMs = Math.max(touchedAtMs, ...disturbedUntilMs);
    const accepted = isAccepted(attempt, id);
    if (accepted && firstAskedMs(attempt) > fromMs + lifeMs + limits.graceMs + LATE_MS) {
      breaches.push(
        `${tag(id)}: used ${Math.round(attempt.askedAtMs - fromMs)} ms after it was used last, and had ${lifeMs} ms`,
      );
    }
    if (accepted || attempt.outcome.kind === 'lost') {
      touchedAtMs = Math.max(touchedAtMs, attempt.heardAtMs);
      lifeMs = grantedMs(attempt, id) || lifeMs;
    }
  }
  return breaches;
}
