import { grouped } from '../grouped.js';
import type { History } from '../history.js';
import { firstAskedAtMs, isAccepted, tag, toldSessions } from '../told-sessions.js';

/** V6: live sessions per user and client never exceed the limits, at any instant, under parallel logins. */
export function withinTheLimits(history: History): readonly string[] {
  const askedFirst = firstAskedAtMs(history);
  const byClient = grouped(toldSessions(history).values(), ({ account, client }) => `${account} ${client}`);
  return [
    ...history.samples
      .filter(({ perUser, perClient }) => perUser > history.limits.perUser || perClient > 1)
      .map(
        ({ store, perUser, perClient }) =>
          `${store} holds ${perUser} live sessions of one user, ${perClient} of one client`,
      ),
    ...[...byClient.values()].flatMap((sessions) =>
      sessions.flatMap((old) =>
        sessions
          .filter(({ birth }) => birth.askedAtMs > old.birth.heardAtMs)
          .flatMap((replacement) =>
            old.attempts
              .filter((attempt) => isAccepted(attempt, old.id))
              .filter((attempt) => askedFirst(attempt) > replacement.birth.heardAtMs)
              .map(() => `${tag(old.id)}: works beside ${tag(replacement.id)}, which replaced it`),
          ),
      ),
    ),
  ];
}
