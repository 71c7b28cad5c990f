import { describe, expect, it } from '@jest/globals';
import { breachesOf } from './breaches-of.js';
import type { Answered, Attempt, History, Operation } from './history.js';

const OWNER = 'wv:@one.example';
const OTHER = 'wv:@two.example';
const [KEPT, ENDED] = ['02keptkeptkeptkept', '05goneGoneGoneGone'] as const;
const HOUR_S = 3600;

const answered = (code: number, more: Partial<Answered> = {}): Answered => ({
  kind: 'answered',
  code,
  body: `body ${code}`,
  sessionID: undefined,
  granted: {},
  failed: {},
  ...more,
});

let transactions = 0;
const attempt = (
  atMs: number,
  operation: Operation,
  outcome: Answered,
  more: Partial<Attempt> = {},
): Attempt => ({
  peer: OWNER,
  transactionID: `t-${(transactions += 1)}`,
  content: 'c',
  process: 0,
  operation,
  askedAtMs: atMs,
  heardAtMs: atMs + 10,
  outcome,
  ...more,
});

const login = (
  atMs: number,
  id: string,
  client: string,
  lifeS = HOUR_S,
  transactionID = `login of ${id}`,
): Attempt =>
  attempt(
    atMs,
    { kind: 'login', account: 'alice', client, resumes: undefined },
    answered(200, { body: id, sessionID: id, granted: { [id]: lifeS } }),
    { transactionID },
  );
const use = (atMs: number, id: string, more: Partial<Attempt> = {}): Attempt =>
  attempt(atMs, { kind: 'keep-alive', ids: [id] }, answered(200, { granted: { [id]: HOUR_S } }), more);
const refusedUse = (atMs: number, id: string, code: number, more: Partial<Attempt> = {}): Attempt =>
  attempt(atMs, { kind: 'keep-alive', ids: [id] }, answered(code, { failed: { [id]: code } }), more);

/** Two sessions of one user on two clients. An administrator ends one, and its owner gets a disconnect. */
const SOUND: History = {
  limits: { perUser: 3, graceMs: 1000 },
  attempts: [
    login(0, KEPT, 'phone'),
    login(100, ENDED, 'tablet'),
    use(1000, KEPT),
    use(1000, ENDED),
    refusedUse(3000, ENDED, 601),
    refusedUse(3000, KEPT, 604, { peer: OTHER }),
    refusedUse(3000, 'never-was-a-session', 604, { peer: OTHER }),
    use(4000, KEPT),
  ],
  pushes: [{ peer: OWNER, transactionID: 'd-1', id: ENDED, code: 601, atMs: 2500 }],
  otherEnds: [{ id: ENDED, askedAtMs: 2000, doneAtMs: 2100 }],
  samples: [{ store: 'redis', atMs: 500, perUser: 2, perClient: 1 }],
  disturbances: [],
  closing: {
    live: [{ id: KEPT, peer: OWNER, transactionID: `login of ${KEPT}` }],
    ended: [{ id: ENDED, peer: OWNER, cause: 'administrator' }],
    outbox: [{ id: ENDED, peer: OWNER, transactionID: 'd-1', state: 'acknowledged' }],
    redisSessions: [KEPT],
    redisDeadlines: [KEPT],
  },
  writings: [{ where: 'log', text: `{"event":"session_ended","session":"${ENDED.slice(0, 6)}"}` }],
  secrets: ['password-of-alice-1'],
};

const soundBut = (more: Partial<History>): History => ({ ...SOUND, ...more });
const withAttempts = (...more: readonly Attempt[]): History =>
  soundBut({ attempts: [...SOUND.attempts, ...more] });
const withClosing = (more: Partial<History['closing']>): History =>
  soundBut({ closing: { ...SOUND.closing, ...more } });
const entry = { id: ENDED, peer: OWNER, transactionID: 'd-1', state: 'acknowledged' };
const push = { peer: OWNER, transactionID: 'd-1', id: ENDED, code: 601, atMs: 2500 };
const twice = { transactionID: 'negotiation' };
const negotiation: Operation = { kind: 'negotiate', id: KEPT };

const PLANTED: readonly (readonly [invariant: string, what: string, history: History])[] = [
  ['V1', 'a keep-alive after the administrator was told', withAttempts(use(2200, ENDED))],
  [
    'V1',
    'a keep-alive on another process after a logout was answered',
    withAttempts(attempt(5000, { kind: 'logout', id: KEPT }, answered(200)), use(5020, KEPT, { process: 1 })),
  ],
  ['V2', 'an end without an entry', withClosing({ outbox: [] })],
  ['V2', 'an end with two', withClosing({ outbox: [entry, { ...entry, transactionID: 'd-2' }] })],
  ['V2', 'an entry that is still pending', withClosing({ outbox: [{ ...entry, state: 'pending' }] })],
  [
    'V2',
    'an entry that says that no peer must be informed',
    withClosing({ outbox: [{ ...entry, state: 'none-owed' }] }),
  ],
  [
    'V2',
    'an entry of a live session',
    withClosing({ outbox: [entry, { ...entry, id: KEPT, transactionID: 'd-2' }] }),
  ],
  ['V2', 'an acknowledgement of what was never sent', soundBut({ pushes: [] })],
  [
    'V2',
    'an attempt under another transactionID',
    soundBut({ pushes: [push, { ...push, transactionID: 'd-9' }] }),
  ],
  ['V2', 'a disconnect at the wrong peer', soundBut({ pushes: [{ ...push, peer: OTHER }] })],
  ['V3', 'an expiry before the deadline', withAttempts(refusedUse(5000, KEPT, 600))],
  ['V3', 'an end that nobody wanted', soundBut({ otherEnds: [] })],
  [
    'V3',
    'a use long after the deadline',
    withAttempts(login(0, '09shortshortshort', 'watch', 2), use(9000, '09shortshortshort')),
  ],
  ['V4', "another peer's use", withAttempts(use(5000, KEPT, { peer: OTHER }))],
  [
    'V4',
    'another answer than for an id that never was',
    withAttempts(
      attempt(
        5000,
        { kind: 'keep-alive', ids: [KEPT] },
        answered(604, { failed: { [KEPT]: 604 }, body: 'not yours' }),
        { peer: OTHER },
      ),
    ),
  ],
  [
    'V5',
    'two answers to one transaction',
    withAttempts(
      attempt(5000, negotiation, answered(200), twice),
      attempt(5100, negotiation, answered(402, { failed: { [KEPT]: 402 } }), twice),
    ),
  ],
  [
    'V5',
    'two contents in one transaction',
    withAttempts(
      attempt(5000, negotiation, answered(200), twice),
      attempt(5100, negotiation, answered(200), { ...twice, content: 'd' }),
    ),
  ],
  [
    'V5',
    'two sessions of one login',
    withClosing({
      live: [
        { id: KEPT, peer: OWNER, transactionID: `login of ${KEPT}` },
        { id: '07otherotherother', peer: OWNER, transactionID: `login of ${KEPT}` },
      ],
    }),
  ],
  [
    'V6',
    'too many sessions of one user',
    soundBut({ samples: [{ store: 'postgresql', atMs: 1, perUser: 4, perClient: 1 }] }),
  ],
  ['V6', 'two of one client', soundBut({ samples: [{ store: 'redis', atMs: 1, perUser: 2, perClient: 2 }] })],
  [
    'V6',
    'a replaced one that still works',
    withAttempts(login(5000, '08newernewernewer', 'phone'), use(6000, KEPT)),
  ],
  ['V7', 'a live row that Redis does not know', withClosing({ redisSessions: [], redisDeadlines: [] })],
  [
    'V7',
    'a session that the ledger does not know',
    withClosing({ redisSessions: [KEPT, 'x'], redisDeadlines: [KEPT, 'x'] }),
  ],
  ['V7', 'a session without a deadline', withClosing({ redisDeadlines: [] })],
  ['V7', 'a deadline without a session', withClosing({ redisDeadlines: [KEPT, 'x'] })],
  [
    'V7',
    'a session whose end was reported and that no store has',
    withClosing({ live: [], redisSessions: [], redisDeadlines: [] }),
  ],
  [
    'V8',
    'a password in a log',
    soundBut({ writings: [{ where: 'log', text: 'login with password-of-alice-1 failed' }] }),
  ],
  [
    'V8',
    'a whole session id in the audit',
    soundBut({ writings: [{ where: 'audit', text: `"session ${KEPT}"` }] }),
  ],
];

describe('the checker of histories', () => {
  it('has nothing to say of a sound one', () => {
    expect(breachesOf(SOUND)).toEqual([]);
  });

  it.each(PLANTED)('%s: sees %s', (invariant, _, history) => {
    expect(breachesOf(history).map((breach) => breach.invariant)).toContain(invariant);
  });

  it('has one planted breach for every invariant at least', () => {
    expect(new Set(PLANTED.map(([invariant]) => invariant)).size).toBe(8);
  });

  it('V3: lets an outage be added to a deadline', () => {
    const short = '09shortshortshort';
    const history = withClosing({
      live: [...SOUND.closing.live, { id: short, peer: OWNER, transactionID: `login of ${short}` }],
      redisSessions: [KEPT, short],
      redisDeadlines: [KEPT, short],
    });
    const attempts = [...history.attempts, login(0, short, 'watch', 2), use(9000, short)];
    const disturbances = [{ fromMs: 1000, toMs: 8500, forgets: false }];
    expect(breachesOf({ ...history, attempts, disturbances })).toEqual([]);
  });

  it('V1: takes the answer of a transaction that was asked before the end, and stored, for as old as it is', () => {
    const early = { transactionID: 'negotiation of the other' };
    const ofEnded: Operation = { kind: 'negotiate', id: ENDED };
    const outcome = answered(200, { granted: { [ENDED]: HOUR_S } });
    const history = withAttempts(
      attempt(1500, ofEnded, outcome, early),
      attempt(2300, ofEnded, outcome, early),
    );
    expect(breachesOf(history)).toEqual([]);
  });

  it.each([
    ['around a loss of the answers', { fromMs: 5050, toMs: 5060, forgets: true }, 0],
    ['around an outage that lost nothing', { fromMs: 5050, toMs: 5060, forgets: false }, 1],
    ['after a loss of the answers', { fromMs: 4000, toMs: 4500, forgets: true }, 1],
  ])('V5: counts two answers to one transaction %s', (_when, disturbance, breaches) => {
    const history = withAttempts(
      attempt(5000, negotiation, answered(200), twice),
      attempt(5100, negotiation, answered(402, { failed: { [KEPT]: 402 } }), twice),
    );
    expect(breachesOf({ ...history, disturbances: [disturbance] })).toHaveLength(breaches);
  });
});
