/** What can become of one session in a keep-alive (ssp-binding §4.3). */
export type EntryCode = 200 | 422 | 600 | 601 | 604 | 605;

export interface EntryOutcome {
  /** As sent. */
  readonly userSessionID: string;
  readonly code: EntryCode;
  /** In force from now on; undefined unless the session was kept alive. */
  readonly keepAliveTimeS: number | undefined;
}

/**
 * What `UserKeepAliveResponse` says. Status codes and no outcome names, since the code of the whole is computed from
 * the codes of its parts.
 */
export interface KeepAliveAnswer {
  readonly code: EntryCode | 201 | 900;
  readonly keepAliveTimeS: number;
  /** Where another time is in force than `keepAliveTimeS`. */
  readonly exceptions: readonly { readonly userSessionID: string; readonly keepAliveTimeS: number }[];
  readonly failures: readonly { readonly code: EntryCode; readonly userSessionIDs: readonly string[] }[];
}

/** A session named twice has one time in force, the last, and may fail with two codes. */
export function answerOf(outcomes: readonly EntryOutcome[], keepAliveDefaultS: number): KeepAliveAnswer {
  const inForce = new Map<string, number>();
  const failed = new Map<EntryCode, Set<string>>();
  for (const { userSessionID, code, keepAliveTimeS } of outcomes) {
    if (keepAliveTimeS !== undefined) inForce.set(userSessionID, keepAliveTimeS);
    if (code === 200) continue;
    const sessions = failed.get(code) ?? new Set();
    failed.set(code, sessions.add(userSessionID));
  }
  const usualS = mostFrequent(inForce.values()) ?? keepAliveDefaultS;
  return {
    code: codeOfAll(outcomes, [...failed.keys()]),
    keepAliveTimeS: usualS,
    exceptions: [...inForce]
      .filter(([, keepAliveTimeS]) => keepAliveTimeS !== usualS)
      .map(([userSessionID, keepAliveTimeS]) => ({ userSessionID, keepAliveTimeS })),
    failures: [...failed].map(([code, sessions]) => ({ code, userSessionIDs: [...sessions] })),
  };
}

function codeOfAll(
  outcomes: readonly EntryOutcome[],
  [first, ...more]: readonly EntryCode[],
): KeepAliveAnswer['code'] {
  if (first === undefined) return 200;
  if (outcomes.some(({ code }) => code === 200)) return 201;
  return more.length === 0 ? first : 900;
}

function mostFrequent(values: Iterable<number>): number | undefined {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [winner] = [...counts].toSorted(([, a], [, b]) => b - a);
  return winner?.[0];
}
