import { grouped } from '../grouped.js';
import type { Answered, Attempt, History } from '../history.js';

/** Nothing was done when these were answered. */
const NOTHING_DONE = [500, 503, 504];

/**
 * V5: the same (peer, transactionID, content) has the same answer and one effect. The same id with other content
 * gets 420. An emptied live store knows neither answers nor requests, but there is still only one effect.
 */
export function askedTwiceDoneOnce(history: History): readonly string[] {
  const { attempts, closing, disturbances } = history;
  const byTransaction = grouped(
    attempts.filter(({ operation }) => operation.kind !== 'keep-alive'),
    ({ peer, transactionID }) => `${peer} ${transactionID}`,
  );
  const opened = grouped(closing.live, ({ peer, transactionID }) => `${peer} ${transactionID}`);
  return [...byTransaction].flatMap(([key, all]) => {
    const [first] = all.toSorted((a, b) => a.askedAtMs - b.askedAtMs);
    const same = answersOf(all.filter(({ content }) => content === first?.content));
    const told = new Set(same.map(({ sessionID }) => sessionID));
    const found = opened.get(key) ?? [];
    return [
      ...(new Set(same.map(({ body }) => body)).size > 1 && !isForgotten(all, disturbances)
        ? [`transaction ${key}: answered in two ways`]
        : []),
      ...(found.length > 1 ? [`transaction ${key}: opened ${found.length} sessions`] : []),
      ...(same.length > 0 && found.some(({ id }) => !told.has(id))
        ? [`transaction ${key}: opened a session that its answer did not name`]
        : []),
      ...(first === undefined ? [] : otherContent(key, first, all, history)),
    ];
  });
}

const answersOf = (attempts: readonly Attempt[]): readonly Answered[] =>
  attempts
    .map(({ outcome }) => outcome)
    .filter((outcome) => outcome.kind === 'answered')
    .filter(({ code }) => !NOTHING_DONE.includes(code));

/** Asked before and after, or while, what was answered got lost. */
const isForgotten = (attempts: readonly Attempt[], disturbances: History['disturbances']): boolean =>
  disturbances.some(
    ({ forgets, fromMs, toMs }) =>
      forgets &&
      fromMs <= Math.max(...attempts.map(({ heardAtMs }) => heardAtMs)) &&
      toMs >= Math.min(...attempts.map(({ askedAtMs }) => askedAtMs)),
  );

function otherContent(
  key: string,
  first: Attempt,
  all: readonly Attempt[],
  { disturbances }: History,
): readonly string[] {
  return all
    .filter(({ content }) => content !== first.content)
    .filter((attempt) => !isForgotten([first, attempt], disturbances))
    .filter((attempt) => answersOf([attempt]).some(({ code }) => code !== 420))
    .map(() => `transaction ${key}: taken with two contents`);
}
