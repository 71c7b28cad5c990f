import { choice, integer } from '../variable.js';

/** A week: what sleeps longer than that is a new session. */
const LONGEST_KEEP_ALIVE_S = 604_800;

export const SESSION_VARIABLES = {
  SAP2_KEEP_ALIVE_MIN_S: integer(
    { from: 1, to: LONGEST_KEEP_ALIVE_S, fallback: 60, unit: 'seconds' },
    {
      says: 'Shortest keep-alive time that a peer can get; a smaller wish is raised to it.',
      why: 'Bounds how often a session can ask for renewal.',
      source: 'ssp-binding §4.3',
    },
  ),
  SAP2_KEEP_ALIVE_MAX_S: integer(
    { from: 1, to: LONGEST_KEEP_ALIVE_S, fallback: 86_400, unit: 'seconds' },
    {
      says: 'Longest keep-alive time that a peer can get; a larger wish is lowered to it.',
      why: 'Bounds how long a session that nobody uses is kept.',
      source: 'ssp-binding §4.3',
    },
  ),
  SAP2_KEEP_ALIVE_DEFAULT_S: integer(
    { from: 1, to: LONGEST_KEEP_ALIVE_S, fallback: 3600, unit: 'seconds' },
    {
      says: 'Keep-alive time of a login that does not ask for one.',
      why: 'Lies between the shortest and the longest.',
      source: 'ssp-binding §4.3',
    },
  ),
  SAP2_KEEP_ALIVE_GRACE_S: integer(
    { from: 0, to: 86_400, fallback: 60, unit: 'seconds' },
    {
      says: 'Time past the keep-alive time after which a silent session expires.',
      why: 'A keep-alive that is a little late costs nobody a session.',
      source: 'ssp-binding §4.3',
    },
  ),
  SAP2_KEEP_ALIVE_JITTER_PERCENT: integer(
    { from: 0, to: 10, fallback: 0 },
    {
      says: 'Up to so much of the keep-alive time is not granted, always the same for a session; the answer tells what is.',
      why: 'After an outage or a restart of an access point, many clients keep alive at the same moment, and go on so: 10 spreads them within some rounds. 0 grants what is asked for to the second, as the binding says.',
      source: 'ssp-binding §4.3',
    },
  ),
  SAP2_SECOND_LOGIN: choice(['takeover', 'reject'], 'takeover', {
    says: 'What a login does while the same user and ClientID has a live session: replace it (601 to the old one), or be refused with 603.',
    why: 'A handset that lost its session can come back at once.',
    source: 'ssp-binding §4.1',
  }),
  SAP2_SESSIONS_PER_USER: integer(
    { from: 1, to: 1000, fallback: 8 },
    {
      says: 'Parallel sessions of one user, each with another ClientID.',
      why: 'More devices than people carry.',
      source: 'ssp-binding §4.1',
    },
  ),
  SAP2_OVER_LIMIT: choice(['evict-oldest', 'reject'], 'evict-oldest', {
    says: 'What a login over that limit does: end the oldest session (601), or be refused with 603.',
    why: 'A forgotten device does not lock its owner out.',
    source: 'ssp-binding §4.1',
  }),
  SAP2_ENDED_AT_ONCE: integer(
    { from: 0, to: 10_000, fallback: 1000 },
    {
      says: 'User sessions that end within the request that disables, narrows or deletes their agreement. Where there are more, a job ends them, and the answer is 202.',
      why: 'So many end in a tenth of the time that a statement may take.',
    },
  ),
  SAP2_TOMBSTONE_S: integer(
    { from: 1, to: LONGEST_KEEP_ALIVE_S, fallback: 3600, unit: 'seconds' },
    {
      says: 'Time for which an owner still learns why a session ended (600 or 601) instead of 604.',
      why: 'As long as the default keep-alive time: an owner that missed the push learns it at its next keep-alive.',
      source: 'ssp-binding §6',
    },
  ),
  SAP2_SWEEP_INTERVAL_MS: integer(
    { from: 10, to: 4000, fallback: 1000, unit: 'milliseconds' },
    {
      says: 'Pause between two looks for sessions that are due to expire.',
      why: 'No session lives 5 s past its deadline and grace, so the pause stays below that.',
      source: 'ssp-binding §4.3',
    },
  ),
  SAP2_RECONCILE_INTERVAL_MS: integer(
    { from: 100, to: 3_600_000, fallback: 30_000, unit: 'milliseconds' },
    {
      says: 'Pause between two comparisons of what PostgreSQL and Redis hold.',
      why: 'Heals what a crash between the two left behind.',
    },
  ),
} as const;
