import { choice, count, integer, milliseconds, seconds } from '../variable.js';

/** A week: what sleeps longer than that is a new session. */
const LONGEST_KEEP_ALIVE_S = 604_800;

export const SESSION_VARIABLES = {
  SAP2_KEEP_ALIVE_MIN_S: integer(60, seconds(1, LONGEST_KEEP_ALIVE_S), {
    says: 'Shortest keep-alive time that a peer can get. A smaller value is raised to it.',
    why: 'Bounds how often a session can ask for renewal.',
    source: 'ssp-binding §4.3',
  }),
  SAP2_KEEP_ALIVE_MAX_S: integer(86_400, seconds(1, LONGEST_KEEP_ALIVE_S), {
    says: 'Longest keep-alive time that a peer can get. A larger value is lowered to it.',
    why: 'Bounds how long an unused session stays.',
    source: 'ssp-binding §4.3',
  }),
  SAP2_KEEP_ALIVE_DEFAULT_S: integer(3600, seconds(1, LONGEST_KEEP_ALIVE_S), {
    says: 'Keep-alive time of a login that does not request one.',
    why: 'It lies between the shortest and the longest.',
    source: 'ssp-binding §4.3',
  }),
  SAP2_KEEP_ALIVE_GRACE_S: integer(60, seconds(0, 86_400), {
    says: 'Time after the keep-alive time at which a silent session expires.',
    why: 'A keep-alive that is a little late does not lose the session.',
    source: 'ssp-binding §4.3',
  }),
  SAP2_KEEP_ALIVE_JITTER_PERCENT: integer(0, count(0, 10), {
    says: 'At most this share of the keep-alive time is not granted. The share is constant for a session, and the answer has the granted time.',
    why: 'After an outage or a restart of an access point, many clients send keep-alives at the same moment. The value 10 spreads them within a few rounds. The value 0 grants exactly the requested time, as the binding says.',
    source: 'ssp-binding §4.3',
  }),
  SAP2_SECOND_LOGIN: choice(['takeover', 'reject'], 'takeover', {
    says: 'What happens to a login if the same user and ClientID has a live session. `takeover` replaces that session (601 to the old one). `reject` refuses the login with 603.',
    why: 'With takeover a handset that lost its session can log in again at once.',
    source: 'ssp-binding §4.1',
  }),
  SAP2_SESSIONS_PER_USER: integer(8, count(1, 1000), {
    says: 'Sessions of one user at the same time, each with another ClientID.',
    why: 'More devices than people carry.',
    source: 'ssp-binding §4.1',
  }),
  SAP2_OVER_LIMIT: choice(['evict-oldest', 'reject'], 'evict-oldest', {
    says: 'What happens to a login over that limit. `evict-oldest` ends the oldest session (601). `reject` refuses the login with 603.',
    why: 'With evict-oldest a forgotten device does not lock its owner out.',
    source: 'ssp-binding §4.1',
  }),
  SAP2_ENDED_AT_ONCE: integer(1000, count(0, 10_000), {
    says: 'User sessions that end within the request that disables, narrows or deletes their agreement. If there are more, a job ends them, and the answer is 202.',
    why: 'So many sessions end in a tenth of the time limit of a statement.',
  }),
  SAP2_TOMBSTONE_S: integer(3600, seconds(1, LONGEST_KEEP_ALIVE_S), {
    says: 'Time for which an owner still learns why a session ended (600 or 601) instead of 604.',
    why: 'It equals the default keep-alive time. An owner that missed the push learns the cause at its next keep-alive.',
    source: 'ssp-binding §6',
  }),
  SAP2_SWEEP_INTERVAL_MS: integer(1000, milliseconds(10, 4000), {
    says: 'Pause between two searches for sessions that must expire.',
    why: 'No session lives 5 s past its deadline and grace, so the pause stays below that.',
    source: 'ssp-binding §4.3',
  }),
  SAP2_RECONCILE_INTERVAL_MS: integer(30_000, milliseconds(100, 3_600_000), {
    says: 'Pause between two comparisons of PostgreSQL and Redis.',
    why: 'The comparison repairs what a crash left different.',
  }),
} as const;
