import { grouped } from '../grouped.js';
import type { History } from '../history.js';
import { tag, toldSessions } from '../told-sessions.js';

const SETTLED = ['acknowledged', 'unknown-there', 'undelivered'];

/**
 * V2: every end that owes a disconnect has exactly one outbox entry. The entry ends as acknowledged, unknown there,
 * or undelivered, and never disappears. Every attempt is the same transaction to its owner.
 */
export function noEndVanishes(history: History): readonly string[] {
  return [...entriesOfEnds(history), ...tellings(history)];
}

function entriesOfEnds({ closing }: History): readonly string[] {
  const entries = grouped(closing.outbox, ({ id }) => id);
  const ended = new Set(closing.ended.map(({ id }) => id));
  return [
    ...closing.ended.flatMap(({ id, cause, peer }) => {
      const its = entries.get(id) ?? [];
      if (its.length !== 1) return [`${tag(id)}: ended (${cause}) with ${its.length} outbox entries`];
      return its
        .filter((entry) => entry.peer !== peer || !isRight(entry.state, cause))
        .map(
          (entry) => `${tag(id)}: ended (${cause}), and its disconnect is ${entry.state} for ${entry.peer}`,
        );
    }),
    ...closing.outbox
      .filter(({ id }) => !ended.has(id))
      .map(({ id }) => `${tag(id)}: a disconnect of a session that has not ended`),
  ];
}

/** An owner that logs a session out gets no disconnect. */
const isRight = (state: string, cause: string): boolean =>
  cause === 'logout' ? state === 'none-owed' : SETTLED.includes(state);

function tellings(history: History): readonly string[] {
  const { pushes, closing } = history;
  const transactionOf = new Map(closing.outbox.map(({ id, transactionID }) => [id, transactionID]));
  const pushed = new Set(pushes.map(({ id }) => id));
  const sessions = toldSessions(history);
  return [
    ...pushes
      .filter(({ id, transactionID }) => transactionOf.get(id) !== transactionID)
      .map(({ id }) => `${tag(id)}: pushed under a transactionID that is not its entry's`),
    ...pushes
      .filter(({ id, peer }) => (sessions.get(id)?.owner ?? peer) !== peer)
      .map(({ id, peer }) => `${tag(id)}: its end was pushed to ${peer}, which does not own it`),
    ...closing.outbox
      .filter(({ id, state }) => state === 'acknowledged' && !pushed.has(id))
      .map(({ id }) => `${tag(id)}: its disconnect is acknowledged, and no peer got it`),
  ];
}
