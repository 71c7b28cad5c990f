import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { text as wholeText } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Ledger } from '../../../apps/bench/src/ledger.js';
import { countDeadlines } from '../../../apps/bench/src/live-store-contents.js';
import { type ServiceUnderTest, startServiceUnderTest } from '../../support/service/service-under-test.js';
import { hearStatements } from '../../support/service/statements-of-service.js';
import { until } from '../../support/service/until.js';

const WATCHED_S = 20;
/** What a start or a rebuild leaves to be done is done by then. */
const CALM_MS = 5_000;
const MANY = 10_000;
const MOST_STATEMENTS_PER_S = 3;
const MOST_REDIS_COMMANDS_PER_S = 40;

let service: ServiceUnderTest;
let redis: Redis;
let statements: string[] | undefined;

let hearNoMore: () => void;

beforeAll(async () => {
  service = await startServiceUnderTest();
  redis = new Redis(service.redisUrl);
  hearNoMore = await hearStatements((statement) => statements?.push(statement));
});

afterAll(async () => {
  hearNoMore();
  redis.disconnect();
  await service.stop();
});

/** `+1790000000.1 [0 127.0.0.1:4000] "info" "server"`: what a script does by itself is no command. */
const commandsIn = (monitored: string): readonly string[] =>
  monitored
    .split('\r\n')
    .filter((line) => line.includes('] "') && !line.includes(' lua] '))
    .map((line) => line.slice(line.indexOf('] "') + 2));

/** Statements and commands of the service in 20 s without requests. */
async function watch(): Promise<{ readonly sql: readonly string[]; readonly commands: readonly string[] }> {
  await pause(CALM_MS);
  const { hostname, port, password } = new URL(service.redisUrl);
  const login = password === '' ? '' : `AUTH ${password}\r\n`;
  const monitor = connect(Number(port), hostname, () => monitor.write(`${login}MONITOR\r\n`));
  const said = wholeText(monitor);
  statements = [];
  await pause(WATCHED_S * 1_000);
  const sql = statements;
  statements = undefined;
  monitor.end('QUIT\r\n');
  return { sql, commands: commandsIn(await said) };
}

/** How often each was said: what to look at where it is too often. */
function tallied(said: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const one of said) {
    const head = one.trim().replaceAll(/\s+/g, ' ').slice(0, 70);
    counts.set(head, (counts.get(head) ?? 0) + 1);
  }
  return [...counts].map(([head, count]) => `${count} × ${head}`).join('\n');
}

async function expectIdle(): Promise<void> {
  const { sql, commands } = await watch();
  if (process.env['IDLE_SHOW'] !== undefined) process.stdout.write(`${tallied(sql)}\n${tallied(commands)}\n`);
  const tooMany = {
    sql: sql.length > MOST_STATEMENTS_PER_S * WATCHED_S ? tallied(sql) : '',
    commands: commands.length > MOST_REDIS_COMMANDS_PER_S * WATCHED_S ? tallied(commands) : '',
  };
  expect(tooMany).toEqual({ sql: '', commands: '' });
  // It was looking: it beats each second.
  expect(sql.length).toBeGreaterThan(0);
  expect(commands.length).toBeGreaterThan(WATCHED_S);
}

describe('a service without requests', () => {
  it('without sessions leaves its stores in peace', expectIdle);

  it('beside 10 000 live sessions too', async () => {
    const ledger = await Ledger.connect(service.databaseUrl);
    await ledger.addSessions('idle', 'wv:@operator.example', MANY);
    await ledger.close();
    await redis.flushall();
    await until('the rebuild', async () => (await countDeadlines(redis)) === MANY);
    await expectIdle();
  });
});
