import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { until } from '@sap2/test-support';
import { codeIn } from '../../support/peers/raw-handset.js';
import { gatewayWorldForThisFile } from '../../support/service/gateway-world.js';

const world = gatewayWorldForThisFile(
  { front: { port: 0, longPollS: 0 } },
  { SAP2_KEEP_ALIVE_MIN_S: '1', SAP2_KEEP_ALIVE_DEFAULT_S: '2', SAP2_KEEP_ALIVE_GRACE_S: '1' },
);

describe('a session with a short keep-alive time', () => {
  it('tells the handset no less than 30 s', async () => {
    const handset = world.newHandset();
    const credential = { scheme: 'password', password: 'user-0-password' } as const;
    const answer = await handset.say(handset.loginRequest(credential), undefined);
    expect(answer?.primitive).toMatchObject({ kind: 'Login-Response', keepAliveTime: 30 });
  });

  it('expires when its handset is silent, and the handset learns 600', async () => {
    const handset = world.newHandset();
    expect(await handset.login()).toBe(200);
    const tag = handset.sessionID?.slice(0, 6) ?? '';
    await until('the push', () =>
      world.log.some((line) => line.includes('csp_session_ended') && line.includes(tag)),
    );
    const next = await handset.say({ kind: 'GetSPInfo-Request', clientID: undefined });
    expect([codeIn(next), next?.poll]).toEqual([600, true]);
    expect(await handset.poll()).toMatchObject({ primitive: { kind: 'Disconnect', result: { code: 600 } } });
    expect(await handset.keepAlive()).toBe(600);
  });

  it('lives on by polls alone', async () => {
    const handset = world.newHandset();
    expect(await handset.login()).toBe(200);
    // Longer than the keep-alive time and the grace together.
    for (let polls = 0; polls < 10; polls++) {
      await pause(500);
      expect(await handset.poll()).toBeUndefined();
    }
    expect(await handset.keepAlive()).toBe(200);
  });
});
