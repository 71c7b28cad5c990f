import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AdminClient } from '../../support/service/admin-client.js';
import {
  ADMIN_TOKEN,
  type ServiceUnderTest,
  startServiceUnderTest,
} from '../../support/service/service-under-test.js';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await startServiceUnderTest({
    // So slow that 120 would take most of a minute.
    SAP2_ADMIN_REQUESTS_PER_SECOND: '3',
    SAP2_ADMIN_FAILURES_PER_MINUTE: '7',
  });
});
afterAll(() => service.stop());

it('brute force: an address that has no token is turned away, and who has one behind the same address is not', async () => {
  const guesser = new AdminClient(service.adminUrl, 'guess');
  const answers = await Promise.all(Array.from({ length: 20 }, () => guesser.ask('GET', '/users')));
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(7);
  const turnedAway = answers.filter(({ status }) => status === 429);
  expect(turnedAway).toHaveLength(13);
  for (const { headers } of turnedAway) expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0);
  expect((await new AdminClient(service.adminUrl).ask('GET', '/users')).status).toBe(200);
});

it('wrong tokens at the log-in of the console count the same, and a right one still opens it', async () => {
  const logIn = async (token: string): Promise<number> => {
    const answer = await fetch(`${service.adminUrl}/console/session`, {
      method: 'POST',
      headers: { 'X-SAP2-Console': 'act', 'Content-Type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    return answer.status;
  };
  const statuses = await Promise.all(Array.from({ length: 20 }, () => logIn('guess')));
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(13);
  expect(await logIn(ADMIN_TOKEN)).toBe(200);
});

it('a token that asks for too much gets a time to come back', async () => {
  const admin = new AdminClient(service.adminUrl);
  const answers = await Promise.all(Array.from({ length: 120 }, () => admin.ask('GET', '/domains')));
  const turnedAway = answers.filter(({ status }) => status === 429);
  expect(turnedAway.length).toBeGreaterThan(0);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
  expect(turnedAway[0]?.headers.get('Retry-After')).toBe('1');
});
