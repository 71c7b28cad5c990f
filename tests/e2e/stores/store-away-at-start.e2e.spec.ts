import { expect, it } from '@jest/globals';
import { freePort } from '@sap2/embedded-stores';
import { createTestDatabase, startTestRedis } from '@sap2/test-support';
import { startServiceProcess } from '../../support/service/service-process.js';
import { TEST_ENVIRONMENT } from '../../support/service/service-under-test.js';

it('a service that cannot reach a store at its start says which one, and ends, so that it can be started again', async () => {
  const [database, redis] = [await createTestDatabase(), await startTestRedis()];
  const nobody = await freePort();
  const [databaseUrl, redisUrl] = [`postgres://127.0.0.1:${nobody}/x`, `redis://127.0.0.1:${nobody}`];
  const start = (changes: Record<string, string>) =>
    startServiceProcess({
      ...TEST_ENVIRONMENT,
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      ...changes,
    });
  await expect(start({ DATABASE_URL: databaseUrl })).rejects.toThrow(/ended with 1:[^]*PostgreSQL/u);
  await expect(start({ REDIS_URL: redisUrl })).rejects.toThrow(/ended with 1:[^]*Redis/u);
  await database.drop();
  await redis.stop();
});
