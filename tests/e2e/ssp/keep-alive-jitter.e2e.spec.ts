import { expect, it } from '@jest/globals';
import { worldForThisFile } from '../../support/service/conformance-world.js';

const world = worldForThisFile({ SAP2_KEEP_ALIVE_JITTER_PERCENT: '10', SAP2_SESSIONS_PER_USER: '60' });
const ASKED_S = 10_000;

it('grants up to a tenth less than is asked for, tells it, and holds to it', async () => {
  const user = world.newUser();
  const granted: number[] = [];
  for (let device = 0; device < 40; device++) {
    const one = user.on(`device-${device}`);
    const login = await one.logIn(`timeToLive="${ASKED_S}"`);
    expect(login.code).toBe(200);
    const told = Number(login.attribute('keepAliveTime'));
    // In force until another time is asked for.
    expect(Number((await one.keepAlive(login.userSessionID)).attribute('keepAliveTime'))).toBe(told);
    granted.push(told);
  }
  expect(new Set(granted).size).toBeGreaterThan(10);
  expect(Math.max(...granted)).toBeLessThanOrEqual(ASKED_S);
  expect(Math.min(...granted)).toBeGreaterThanOrEqual(ASKED_S * 0.9);
});
