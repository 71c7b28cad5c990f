import { by, type Sample, samplesOf, sum, total } from '../api/exposition.js';

export interface Backlog {
  readonly peer: string;
  readonly pending: number;
  readonly oldestS: number;
}

/** What `/metrics` says at one moment. Counters are those of all processes together. */
export interface Figures {
  readonly atMs: number;
  readonly live: number;
  readonly logins: number;
  readonly refusals: number;
  readonly ends: number;
  readonly pending: number;
  readonly oldestS: number;
  readonly backlog: readonly Backlog[];
}

/** Statuses of logins that let the user in, or go on with the second phase. */
const isRefusal = ({ labels }: Sample): boolean => {
  const code = Number(labels['code']);
  return labels['primitive'] === 'UserLoginRequest' && code >= 400;
};

export function figuresOf(exposition: string, atMs: number): Figures {
  const samples = samplesOf(exposition);
  const most = (name: string, label: string): ReadonlyMap<string, number> =>
    by(samples, name, label, Math.max);
  const counted = (name: string): number => total(by(samples, name, '', sum).values());
  const ages = most('sap2_outbox_peer_oldest_age_seconds', 'peer');
  const refusals = samples.filter((sample) => sample.name === 'sap2_ssp_requests_total' && isRefusal(sample));
  return {
    atMs,
    live: most('sap2_live_sessions', '').get('') ?? 0,
    logins: counted('sap2_sessions_opened_total'),
    refusals: total(refusals.map(({ value }) => value)),
    ends: counted('sap2_sessions_ended_total'),
    pending: most('sap2_outbox_pending', '').get('') ?? 0,
    oldestS: most('sap2_outbox_oldest_age_seconds', '').get('') ?? 0,
    backlog: Array.from(most('sap2_outbox_peer_pending', 'peer'), ([peer, pending]) => ({
      peer,
      pending,
      oldestS: ages.get(peer) ?? 0,
    })).filter(({ pending }) => pending > 0),
  };
}

/** A second, between two moments. A counter that went back is of a process that began again. */
export function perSecond(
  before: Figures | undefined,
  now: Figures,
  of: 'logins' | 'refusals' | 'ends',
): number {
  if (before === undefined || now.atMs <= before.atMs) return 0;
  const rate = (Math.max(0, now[of] - before[of]) * 1000) / (now.atMs - before.atMs);
  return Math.round(rate * 10) / 10;
}
