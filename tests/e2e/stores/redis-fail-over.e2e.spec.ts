import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestRedis, type TestServer } from '@sap2/test-support';
import { Redis } from 'ioredis';
import { ConformanceWorld, CONFORMANCE_SEED } from '../../support/service/conformance-world.js';
import { MovingAddress } from '../../support/peers/moving-address.js';
import { until } from '../../support/service/until.js';

/** The gate stays closed for 13 s after a fail-over. */
const START_MS = 120_000;

let master: TestServer;
let replica: TestServer;
let atMaster: Redis;
let atReplica: Redis;
let address: MovingAddress;
const world = new ConformanceWorld();

beforeAll(async () => {
  [master, replica] = await Promise.all([startTestRedis(), startTestRedis()]);
  [atMaster, atReplica] = [new Redis(master.url), new Redis(replica.url)];
  const { port, password } = new URL(master.url);
  for (const [name, value] of [
    ['masterauth', password],
    ['requirepass', password],
  ] as const) {
    await atMaster.config('SET', name, value);
    await atReplica.config('SET', name, value);
  }
  await atReplica.replicaof('127.0.0.1', port);
  address = await MovingAddress.before(Number(port));
  const url = new URL(master.url);
  url.port = String(address.ownPort);
  await world.start({ REDIS_URL: url.href }, CONFORMANCE_SEED);
}, START_MS);

afterAll(async () => {
  await world.stop();
  address.close();
  for (const client of [atMaster, atReplica]) client.disconnect();
  await Promise.all([master.stop(), replica.stop()]);
});

const keepAlive = async (id: string): Promise<number> => {
  const entry = `<UserSession userSessionID="${id}"/>`;
  const { operator } = world;
  const request = `<UserKeepAliveRequest>${operator.metaInfo}${entry}</UserKeepAliveRequest>`;
  const answer = await operator.post(operator.message([[operator.nextTransactionID(), request]]));
  if (answer.status === 200) return operator.read(answer)[0]?.code ?? 0;
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': expect.stringMatching(/^\d+$/u) } });
  return 503;
};

it('F3: a replica that takes over without the last writes gets the last births and ends before it serves a peer', async () => {
  const old = await world.newUser().session();
  const leaving = world.newUser();
  const ended = await leaving.session();
  expect(await atMaster.wait(1, 10_000)).toBe(1);

  // From here on the replica hears nothing more, and then it is the master.
  await atReplica.replicaof('NO', 'ONE');
  expect((await leaving.logOut(ended)).code).toBe(200);
  const born = await world.newUser().session();
  address.moveTo(Number(new URL(replica.url).port));
  // The old master stays, connected, as a replica of the new one: one READONLY and it is left.
  await atMaster.replicaof('127.0.0.1', new URL(replica.url).port);
  expect(await atReplica.exists(`sap2:{${ended.slice(0, 2)}}:session:${ended}`)).toBe(1);
  expect(await atReplica.exists(`sap2:{${born.slice(0, 2)}}:session:${born}`)).toBe(0);

  const seen: number[] = [];
  await until('to be served', async () => {
    seen.push(await keepAlive(old));
    return seen.at(-1) === 200;
  });
  expect(new Set(seen)).toEqual(new Set([503, 200]));
  expect([await keepAlive(born), await keepAlive(ended)]).toEqual([200, 604]);
});
