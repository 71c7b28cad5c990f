import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { Ledger } from '../../../apps/bench/src/ledger.js';
import { countDeadlines, heldInRedis } from '../../../apps/bench/src/live-store-contents.js';
import { OPERATOR, worldForThisFile } from '../../support/service/conformance-world.js';
import type { Answer } from '../../support/peers/raw-sap1.js';
import { until } from '../../support/service/until.js';

const SHORT_S = 2;
const LONG_S = 3_600;
const MANY = 5_000;
const PART = 1_000;

// Nothing is healed by the reconciliation while these tests look.
const world = worldForThisFile({
  SAP2_KEEP_ALIVE_MIN_S: '1',
  SAP2_KEEP_ALIVE_GRACE_S: '1',
  SAP2_SWEEP_INTERVAL_MS: '100',
  SAP2_RECONCILE_INTERVAL_MS: '600000',
});
let redis: Redis;

beforeAll(() => {
  redis = new Redis(world.service.redisUrl);
});
afterAll(() => redis.disconnect());

async function rowsOf<Row extends object>(statement: string, values: readonly string[]): Promise<Row[]> {
  const client = new Client({ connectionString: world.service.databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(statement, [...values])).rows;
  } finally {
    await client.end();
  }
}

interface Granted {
  readonly keepAliveTimeS: number;
  readonly sapEpoch: string | null;
  readonly agreed: readonly string[];
}

async function inLedger(id: string): Promise<Granted | undefined> {
  const [row] = await rowsOf<Granted>(
    `SELECT keep_alive_time_s AS "keepAliveTimeS", sap_epoch AS "sapEpoch", agreed_services AS agreed
     FROM live_session WHERE id = $1`,
    [id],
  );
  return row;
}

async function count(where: string, ...values: readonly string[]): Promise<number> {
  const [row] = await rowsOf<{ count: string }>(`SELECT count(*) AS count FROM ${where}`, values);
  return Number(row?.count);
}

/** Returns when the service is ready again and its peer has a new SSP session. */
async function emptyRedis(): Promise<void> {
  await redis.flushall();
  await until('the rebuild', async () => {
    const { status } = await world.service.admin('GET', '/health/ready');
    return status === 200 && (await countDeadlines(redis)) === (await count('live_session'));
  });
  await world.operator.connect();
}

let syncs = 0;
function sync(
  sapEpoch: string,
  ids: readonly string[],
  { part = 1, parts = 1, name = `granted-${++syncs}` } = {},
): Promise<Answer> {
  const list = ids.map((id) => `<UserSession userSessionID="${id}"/>`).join('');
  return world.operator.ask(
    `<UserKeepAliveRequest sync="Yes" syncID="${name}" part="${part}" parts="${parts}" sapEpoch="${sapEpoch}">${world.operator.metaInfo}${list}</UserKeepAliveRequest>`,
  );
}

describe('what was granted', () => {
  it('F16, V3, V9: by a keep-alive holds when Redis is emptied in the next moment', async () => {
    const [kept, left] = [world.newUser(), world.newUser()];
    const [id, other] = [
      await kept.session(`timeToLive="${SHORT_S}"`),
      await left.session(`timeToLive="${SHORT_S}"`),
    ];
    const answer = await kept.keepAlive(id, `timeToLive="${LONG_S}"`);
    expect([answer.code, answer.attribute('keepAliveTime')]).toEqual([200, String(LONG_S)]);
    expect(await inLedger(id)).toMatchObject({ keepAliveTimeS: LONG_S });
    await emptyRedis();
    // Whatever was granted 2 s and was put back is over by then.
    await until('the end of the other', async () => (await inLedger(other)) === undefined);
    await pause(SHORT_S * 1_000);
    const again = await kept.keepAlive(id);
    expect([again.code, again.attribute('keepAliveTime')]).toEqual([200, String(LONG_S)]);
  });

  it('V9: by a negotiation is in PostgreSQL when it is answered', async () => {
    const user = world.newUser();
    const id = await user.session();
    const tree = '<WVCSPFeat><IMFeat><IMSendFunc><MDELIV/></IMSendFunc></IMFeat></WVCSPFeat>';
    expect((await user.negotiate(id, tree)).code).toBe(200);
    expect(await inLedger(id)).toMatchObject({ agreed: ['MDELIV'] });
  });

  it('F16, V9: by a sync holds when Redis is emptied in the next moment', async () => {
    const user = world.newUser();
    const id = await user.session();
    expect((await sync('moved:1', [id])).code).toBe(200);
    expect(await inLedger(id)).toMatchObject({ sapEpoch: 'moved:1' });
    await emptyRedis();
    expect((await sync('moved:2', [])).code).toBe(200);
    expect((await user.keepAlive(id)).code).toBe(601);
  });

  it('V9: is recorded by another process where the one that granted it died', async () => {
    const user = world.newUser();
    const id = await user.session();
    // As the script leaves it whose process dies before it reaches PostgreSQL.
    const tag = `sap2:{${id.slice(0, 2)}}`;
    await redis.hset(`${tag}:session:${id}`, 'keepAliveTimeS', '7200');
    await redis.sadd(`${tag}:drift`, id);
    await until('the end of the drift', async () => (await redis.exists(`${tag}:drift`)) === 0);
    expect(await inLedger(id)).toMatchObject({ keepAliveTimeS: 7_200 });
  });

  it('leaves no ghosts: the empty sync right after another ends what that one took in', async () => {
    const user = world.newUser();
    const id = await user.session();
    await sync('lag:1', [id]);
    await sync('lag:2', []);
    expect(await inLedger(id)).toBeUndefined();
    expect((await user.keepAlive(id)).code).toBe(601);
  });

  it(`V7, V9: of ${MANY} sessions that a sync moves is all in PostgreSQL, and all end by the next one`, async () => {
    const ledger = await Ledger.connect(world.service.databaseUrl);
    const ids = await ledger.addSessions('moved', OPERATOR.serviceID, MANY);
    await ledger.close();
    await emptyRedis();
    const beganAt = performance.now();
    const name = 'many';
    const parts = MANY / PART;
    for (let part = 1; part <= parts; part++) {
      const listed = ids.slice((part - 1) * PART, part * PART);
      expect((await sync('many:1', listed, { part, parts, name })).code).toBe(200);
    }
    const seconds = (performance.now() - beganAt) / 1_000;
    expect(await count('live_session WHERE sap_epoch = $1', 'many:1')).toBe(MANY);
    process.stderr.write(
      `${MANY} sessions moved in ${seconds.toFixed(2)} s, ${(MANY / seconds).toFixed(0)} a second\n`,
    );
    await emptyRedis();
    expect((await sync('many:2', [])).code).toBe(200);
    expect(await count('live_session WHERE sap_epoch LIKE $1', 'many:%')).toBe(0);
    const { ids: held } = await heldInRedis(redis);
    expect(ids.filter((id) => held.has(id))).toEqual([]);
  });
});
