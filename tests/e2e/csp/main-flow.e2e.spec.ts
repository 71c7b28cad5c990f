import { describe, expect, it } from '@jest/globals';
import { codeIn } from '../../support/peers/raw-handset.js';
import { gatewayWorldForThisFile } from '../../support/service/gateway-world.js';

const world = gatewayWorldForThisFile();

describe('a handset behind the gateway', () => {
  it('logs in with its password, stays, and logs out', async () => {
    const handset = world.newHandset();
    expect(await handset.login()).toBe(200);
    expect(handset.sessionID).toMatch(/^[A-Za-z0-9]{22,32}$/u);
    expect(await handset.keepAlive(600)).toBe(200);
    const bye = await handset.logout();
    expect([bye?.primitive.kind, codeIn(bye)]).toEqual(['Status', 200]);
    expect(await handset.keepAlive()).toBe(604);
  });
});
