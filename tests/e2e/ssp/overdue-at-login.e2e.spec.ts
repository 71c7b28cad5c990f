import { describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import type { RawUser } from '../../support/peers/raw-user.js';

const LIMIT = 3;
/** No process has the role `sweeper`, so a session that is past its deadline stays until something else ends it. */
const world = worldForThisFile({
  SAP2_ROLES: 'ssp,admin,delivery',
  SAP2_SESSIONS_PER_USER: String(LIMIT),
  SAP2_KEEP_ALIVE_MIN_S: '1',
  SAP2_KEEP_ALIVE_GRACE_S: '0',
});

const LONG = 'timeToLive="3600"';
const SHORT = 'timeToLive="1"';

const codesOf = async (user: RawUser, ids: readonly string[]): Promise<number[]> =>
  (await Promise.all(ids.map((id) => user.as({ client: '' }).keepAlive(id)))).map(({ code }) => code);

describe('V3: a login over the limit, before the sweeper has seen a session that is past its deadline', () => {
  it('ends that session with 600, and the older live sessions go on', async () => {
    const user = world.newUser();
    const older = [await user.on('first').session(LONG), await user.on('second').session(LONG)];
    const overdue = await user.on('third').session(SHORT);
    await pause(1500);
    const next = await user.on('fourth').session(LONG);
    expect(await codesOf(user, [...older, overdue, next])).toEqual([200, 200, 600, 200]);
    expect((await world.service.admin('GET', `/admin/v1/sessions/${overdue}`)).status).toBe(404);
  });

  it('V6: several at once share the room, and then evict the oldest', async () => {
    const user = world.newUser();
    const older = [await user.on('first').session(LONG), await user.on('second').session(LONG)];
    const overdue = await user.on('third').session(SHORT);
    await pause(1500);
    const next = await Promise.all(['fourth', 'fifth'].map((client) => user.on(client).session(LONG)));
    expect(await codesOf(user, [...older, overdue, ...next])).toEqual([601, 200, 600, 200, 200]);
  });
});

describeLog(world);
