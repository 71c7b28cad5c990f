import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { RawSap1 } from '../../support/peers/raw-sap1.js';
import { RawUser } from '../../support/peers/raw-user.js';
import {
  DEFAULT_SEED,
  type ServiceUnderTest,
  startServiceUnderTest,
} from '../../support/service/service-under-test.js';
import { hearStatements } from '../../support/service/statements-of-service.js';

const USERS = 100;
const CLIENTS = 10;
const SHARDS = 16;
const SEED = {
  ...DEFAULT_SEED,
  users: Array.from({ length: USERS }, (_, i) => ({
    userID: `wv:u${i}@provider.example`,
    password: 'p-of-eight',
  })),
};

let service: ServiceUnderTest;
let sap1: RawSap1;
let sessions: string[];
let sql: string[] | undefined;

let hearNoMore: () => void;

beforeAll(async () => {
  service = await startServiceUnderTest({ SAP2_SESSIONS_PER_USER: String(CLIENTS), SAP2_ROLES: 'ssp' }, SEED);
  sap1 = new RawSap1(service.sspUrl, { serviceID: 'wv:@operator.example', secret: 'operator-secret-0001' });
  await sap1.connect();
  sessions = [];
  for (let client = 0; client < CLIENTS; client++) {
    const logins = Array.from({ length: USERS }, (_, user): [string, string] => [
      sap1.nextTransactionID(),
      new RawUser(sap1, `wv:u${user}@provider.example`, 'p-of-eight').on(`c${client}`).passwordRequest(),
    ]);
    sessions.push(...(await sap1.askAll(logins)).map(({ userSessionID }) => userSessionID));
  }
  hearNoMore = await hearStatements((statement) => sql?.push(statement));
});

afterAll(async () => {
  hearNoMore();
  sap1.close();
  await service.stop();
});

const entries = (): string => sessions.map((id) => `<UserSession userSessionID="${id}"/>`).join('');

describe('a batch of 1000 keep-alives', () => {
  it('costs one script call for each shard, and no SQL', async () => {
    expect(new Set(sessions).size).toBe(1000);
    const message = `<UserKeepAliveRequest>${sap1.metaInfo}${entries()}</UserKeepAliveRequest>`;
    // The first one brings Redis the script.
    await sap1.ask(message);
    const redis = new Redis(service.redisUrl);
    const monitor = await redis.monitor();
    const onDeadlines: string[] = [];
    const scripts: string[] = [];
    monitor.on('monitor', (_time: string, [command = '', ...operands]: string[], source: string) => {
      // What a script does by itself is not a call.
      if (source === 'lua' || !/^eval/i.test(command)) return;
      // Each second, whatever peers do: that they are being served (pulse.lua).
      if (operands[1] === '2' && operands[3]?.endsWith(':drift')) return;
      scripts.push(operands[0] ?? '');
      const deadlines = operands.find((operand) => /^sap2:\{\d\d\}:deadlines$/.test(operand));
      if (deadlines !== undefined) onDeadlines.push(deadlines);
    });
    sql = [];
    const answer = await sap1.ask(message);
    await pause(200);
    const statements = sql;
    monitor.disconnect();
    redis.disconnect();
    // The same ears hear the login that follows.
    sql = [];
    await new RawUser(sap1, 'wv:u0@provider.example', 'p-of-eight').on('c0').session();
    expect(sql.some((statement) => statement.includes('session_open'))).toBe(true);
    sql = undefined;

    expect([answer.code, answer.attribute('keepAliveTime')]).toEqual([200, '3600']);
    expect(onDeadlines).toHaveLength(SHARDS);
    expect(new Set(onDeadlines).size).toBe(SHARDS);
    // The rest is the look-up of the SSP session that the message came over.
    expect(scripts.length).toBeLessThanOrEqual(SHARDS + 2);
    expect(statements.filter((statement) => /session|account|outbox/i.test(statement))).toEqual([]);
  });
});
