import { setTimeout as pause } from 'node:timers/promises';
import { BenchWorld, STEADY } from './bench-world.js';
import { inSeconds, nowMs, say, type Spread, spreadOf, timed } from './figures.js';

/** Live sessions and ended ones. */
type Size = readonly [live: number, ended: number];

const SMALL: Size = [2_000, 10_000];
const LARGE: Size = [200_000, 1_000_000];
const TURNS = 200;
/** Of ten lines each. */
const DEEP_PAGES = 100;
/** PostgreSQL tells its counters a little later. */
const COUNTED_AFTER_MS = 2_000;
const BIG_TABLES = ['account', 'live_session', 'session_history', 'disconnect_outbox'];

const peer = encodeURIComponent(STEADY.serviceID);
const later = encodeURIComponent('2030-01-01T00:00:00Z');
/** One user of the middle, by the ways to ask for it. */
const SOMEBODY = encodeURIComponent('wv:user-2000-77@provider.example');

/** The first page of every list, by every filter; a search, single things, the figures of the day. */
const LOOKS: Readonly<Record<string, string>> = {
  users: '/users?limit=100',
  'users by prefix': '/users?limit=100&prefix=user-2000-77',
  'users by domain': '/users?limit=100&domain=provider.example',
  'users, suspended': '/users?limit=100&suspended=true',
  'a user': `/users/${SOMEBODY}`,
  sessions: '/sessions?limit=100',
  'sessions by user': `/sessions?user=${SOMEBODY}`,
  'sessions by peer': `/sessions?limit=100&peer=${peer}`,
  'sessions by domain': '/sessions?limit=100&domain=provider.example',
  'sessions by client': `/sessions?limit=100&client=${encodeURIComponent('phone-1@handset')}`,
  'sessions by node': '/sessions?limit=100&node=node-1',
  'sessions by time': `/sessions?limit=100&startedBefore=${later}`,
  history: '/sessions/history?limit=100',
  'history by user': `/sessions/history?limit=100&user=${SOMEBODY}`,
  'history by peer': `/sessions/history?limit=100&peer=${peer}`,
  'history by domain': '/sessions/history?limit=100&domain=provider.example',
  'history by cause': '/sessions/history?limit=100&cause=expired',
  'history by time': `/sessions/history?limit=100&endedBefore=${later}`,
  deliveries: '/deliveries?limit=100',
  'deliveries by state': '/deliveries?limit=100&state=acknowledged',
  'deliveries by peer': `/deliveries?limit=100&peer=${peer}`,
  'deliveries by age': `/deliveries?limit=100&createdBefore=${later}`,
  agreements: '/agreements',
  'state of an agreement': `/agreements/${peer}/state`,
  domains: '/domains',
  jobs: '/jobs',
  administrators: '/administrators',
  audit: '/audit',
  stats: '/stats',
};

interface Seen {
  readonly size: Size;
  readonly spreads: Readonly<Record<string, Spread>>;
  readonly scans: number;
}

/** `npm run bench -- admin`: what administrators wait for at two sizes, in one run, and whether a big table is read whole. */
async function benchAdmin(): Promise<readonly Seen[]> {
  const world = await BenchWorld.start();
  const seen: Seen[] = [];
  try {
    let [live, ended] = [0, 0];
    for (const size of [SMALL, LARGE]) {
      const since = nowMs();
      await world.ledger.addSessions(`user-${size[0]}`, STEADY.serviceID, size[0] - live);
      await world.ledger.addHistory(STEADY.serviceID, ended, size[1]);
      [live, ended] = size;
      say(`${live} live sessions and ${ended} ended ones are there after ${inSeconds(nowMs() - since)}`);
      seen.push(await look(world, size));
    }
  } finally {
    await world.stop();
  }
  return seen;
}

async function look(world: BenchWorld, size: Size): Promise<Seen> {
  const looks = { ...LOOKS };
  for (const list of ['sessions', 'history', 'users', 'deliveries']) {
    looks[`${list}, page ${DEEP_PAGES}`] = await deepPage(world, LOOKS[list] ?? '');
  }
  await pause(COUNTED_AFTER_MS);
  const before = await world.ledger.sequentialScans(BIG_TABLES);
  const spreads: Record<string, Spread> = {};
  for (const [name, path] of Object.entries(looks)) {
    await timed(TURNS / 10, () => get(world, path));
    spreads[name] = spreadOf(await timed(TURNS, () => get(world, path)));
  }
  await pause(COUNTED_AFTER_MS);
  return { size, spreads, scans: (await world.ledger.sequentialScans(BIG_TABLES)) - before };
}

async function deepPage(world: BenchWorld, path: string): Promise<string> {
  let page = path.replace('limit=100', 'limit=10');
  for (let number = 1; number < DEEP_PAGES; number++) {
    const { nextCursor } = JSON.parse(await get(world, page)) as { readonly nextCursor: string | null };
    if (nextCursor === null) throw new Error(`${path} ends at page ${number}`);
    page = `${path.replace('limit=100', 'limit=10')}&cursor=${encodeURIComponent(nextCursor)}`;
  }
  return page.replace('limit=10&', 'limit=100&');
}

async function get(world: BenchWorld, path: string): Promise<string> {
  const answer = await world.admin('GET', path);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text}`);
  return text;
}

const [small, large] = await benchAdmin();
if (small === undefined || large === undefined) throw new Error('two sizes are to be compared');
const cell = ({ p50Ms, p99Ms }: Spread): string => `${p50Ms.toFixed(1)} / ${p99Ms.toFixed(1)}`.padStart(16);
say(`\nmilliseconds over HTTP, p50 / p99 of ${TURNS}`);
say(`${''.padEnd(24)}${String(small.size).padStart(16)}${String(large.size).padStart(16)}   p50 ×`);
for (const [name, few] of Object.entries(small.spreads)) {
  const many = large.spreads[name] ?? few;
  say(`${name.padEnd(24)}${cell(few)}${cell(many)}   ${(many.p50Ms / few.p50Ms).toFixed(2)}`);
}
say(`\nsequential scans of ${BIG_TABLES.join(', ')} meanwhile, at the larger size: ${large.scans}`);
