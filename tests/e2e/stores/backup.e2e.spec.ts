import { afterAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase, startTestRedis, testFolder } from '@sap2/test-support';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { CONFORMANCE_SEED, OPERATOR } from '../../support/service/conformance-world.js';
import { PushDoor } from '../../support/peers/push-door.js';
import { RawSap1 } from '../../support/peers/raw-sap1.js';
import { RawUser } from '../../support/peers/raw-user.js';
import { sap2Command } from '../../support/service/sap2-command.js';
import { type ServiceProcess, startServiceProcess } from '../../support/service/service-process.js';
import { ADMIN_TOKEN, TEST_ENVIRONMENT } from '../../support/service/service-under-test.js';
import { until } from '../../support/service/until.js';

const LONG_MS = 120_000;
const toStop: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const stop of toStop.toReversed()) await stop();
});

/** A copy of the database: a backup, restored beside it. No client may be connected to it. */
async function backUp(databaseUrl: string): Promise<string> {
  const [original, server, copy] = [new URL(databaseUrl), new URL(databaseUrl), new URL(databaseUrl)];
  server.pathname = 'postgres';
  copy.pathname = `backup_${randomBytes(6).toString('hex')}`;
  const run = async (statement: string): Promise<void> => {
    const client = new Client(server.href);
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await run(`CREATE DATABASE ${copy.pathname.slice(1)} TEMPLATE ${original.pathname.slice(1)}`);
  toStop.push(() => run(`DROP DATABASE IF EXISTS ${copy.pathname.slice(1)} WITH (FORCE)`));
  return copy.href;
}

describe('a database that is restored to an older point', () => {
  it(
    'brings back no user who was logged out since: what only one store knows is ended',
    async () => {
      const door = await PushDoor.open(OPERATOR);
      toStop.push(async () => door.close());
      const [database, redis] = [await createTestDatabase(), await startTestRedis()];
      toStop.push(
        () => database.drop(),
        () => redis.stop(),
      );
      const seedFile = join(mkdtempSync(join(testFolder(), 'seed-')), 'seed.json');
      const agreements = CONFORMANCE_SEED.agreements.map((one) =>
        one.serviceID === OPERATOR.serviceID ? { ...one, callbackUrl: door.url } : one,
      );
      writeFileSync(seedFile, JSON.stringify({ ...CONFORMANCE_SEED, agreements }));
      const on = (databaseUrl: string) => ({
        ...TEST_ENVIRONMENT,
        DATABASE_URL: databaseUrl,
        REDIS_URL: redis.url,
        SAP2_SEED_FILE: seedFile,
      });
      /** Runs a service for as long as the work takes. */
      async function served<T>(
        databaseUrl: string,
        work: (user: (name: string) => RawUser, service: ServiceProcess) => Promise<T>,
      ): Promise<T> {
        const service = await startServiceProcess(on(databaseUrl));
        const sap1 = await new RawSap1(service.sspUrl, OPERATOR).connect();
        door.know(sap1);
        const userNamed = (name: string) =>
          new RawUser(sap1, `wv:${name}@provider.example`, `${name}-password`);
        const result = await work(userNamed, service);
        sap1.close();
        expect(await service.terminate()).toBe(0);
        return result;
      }
      const verify = async (databaseUrl: string, mode: string): Promise<object> => {
        const environment = { ...on(databaseUrl), SAP2_SEED_FILE: '' };
        const { code, out } = await sap2Command(['verify', '--mode', mode, '--json'], environment);
        expect(code).toBe(0);
        return JSON.parse(out) as object;
      };
      const codes = (databaseUrl: string, ids: readonly (readonly [name: string, id: string])[]) =>
        served(databaseUrl, async (user) => {
          const found: number[] = [];
          for (const [name, id] of ids) found.push((await user(name).keepAlive(id)).code);
          return found;
        });

      const [loggedOut, stayed] = await served(database.url, async (user) => [
        await user('user-0').session(),
        await user('user-1').session(),
      ]);
      const [backup, sameBackup] = [await backUp(database.url), await backUp(database.url)];
      const born = await served(database.url, async (user, { adminUrl }) => {
        const headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };
        const url = `${adminUrl}/admin/v1/sessions/${loggedOut}`;
        expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(204);
        return user('user-2').session();
      });
      const all = [
        ['user-0', loggedOut ?? ''],
        ['user-1', stayed ?? ''],
        ['user-2', born],
      ] as const;

      expect(await verify(backup, 'restored')).toMatchObject({
        sound: true,
        repaired: { putBack: 0, ended: 1, removed: 1 },
      });
      expect(await codes(backup, all)).toEqual([601, 200, 601]);
      expect(await verify(backup, 'compare')).toMatchObject({ sound: true, compared: 1 });

      const client = new Redis(redis.url);
      await client.flushall();
      client.disconnect();
      const pushedBefore = door.pushes.length;
      expect(await verify(sameBackup, 'restored')).toMatchObject({ repaired: { ended: 2, removed: 0 } });
      await served(sameBackup, async (user) => {
        const found: number[] = [];
        for (const [name, id] of all) found.push((await user(name).keepAlive(id)).code);
        // Neither store knows the third session any more.
        expect(found).toEqual([601, 601, 604]);
        await until('the owner hears of both', () => door.pushes.length === pushedBefore + 2);
      });
      expect(
        door.pushes
          .slice(pushedBefore)
          .map(({ userSessionID }) => userSessionID)
          .toSorted(),
      ).toEqual([loggedOut, stayed].toSorted());
    },
    LONG_MS,
  );
});
