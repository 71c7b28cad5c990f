import { afterAll } from '@jest/globals';
import { startTestRedis, type TestServer } from '@sap2/test-support';
import { describeLiveStoreContract } from './live-store.fixture.js';

let server: TestServer | undefined;
afterAll(async () => server?.stop());

describeLiveStoreContract('Redis', async () => {
  server = await startTestRedis();
  return { kind: 'single', url: server.url };
});
