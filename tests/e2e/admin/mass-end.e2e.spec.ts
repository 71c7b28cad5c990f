import { describe, expect, it } from '@jest/globals';
import { describeLog, OPERATOR, RIVAL } from '../../support/service/conformance-world.js';
import { acknowledge } from '../../support/peers/push-door.js';
import { ADMIN_TOKEN } from '../../support/service/service-under-test.js';
import { until } from '../../support/service/until.js';
import { peer, pushTo, worldWithDoors } from '../../support/service/world-with-doors.js';

const HELD = peer('held');
const AWAY = peer('away');
const { world, door, connected } = worldWithDoors([OPERATOR, RIVAL, HELD, AWAY], {
  SAP2_SWEEP_INTERVAL_MS: '50',
});

interface Answered {
  readonly status: number;
  // What comes is looked at field by field.
  readonly json: Readonly<Record<string, unknown>>;
}

async function call(
  method: string,
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const answer = await fetch(`${world.service.adminUrl}/admin/v1${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${ADMIN_TOKEN}`,
      ...(body && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: (await answer.json()) as Answered['json'] };
}

const itemsOf = ({ json }: Answered): Readonly<Record<string, unknown>>[] =>
  json['items'] as Readonly<Record<string, unknown>>[];

const deliveryOf = async (session: string): Promise<Readonly<Record<string, unknown>>> => {
  const found = itemsOf(await call('GET', '/deliveries?limit=500')).find(
    ({ sessionID }) => sessionID === session,
  );
  if (found === undefined) throw new Error('no such delivery');
  return found;
};

describe('sessions, many at once', () => {
  it('are previewed exactly, ended as a job, and their owners notified; others live on', async () => {
    const sap1 = await connected(OPERATOR);
    const user = world.newUser(sap1);
    const other = world.newUser(sap1);
    const ids = [await user.on('a').session(), await user.on('b').session()];
    const untouched = await other.session();
    const filter = { user: user.userID, peer: OPERATOR.serviceID };
    const listed = await call('GET', `/sessions?user=${user.userID}&client=a`);
    expect(itemsOf(listed).map(({ id }) => id)).toEqual([ids[0]]);
    expect(await call('POST', '/sessions/end', { filter, dryRun: true })).toEqual({
      status: 202,
      json: { matching: 2, job: null },
    });
    const key = { 'Idempotency-Key': 'end-once' };
    const wanted = { filter, reason: 'moving house' };
    const begun = await call('POST', '/sessions/end', wanted, key);
    expect(begun).toMatchObject({
      status: 202,
      json: { matching: 2, job: { total: 2, createdBy: 'tester' } },
    });
    const { id } = begun.json['job'] as { id: string };
    expect(await call('POST', '/sessions/end', wanted, key)).toMatchObject({ json: { job: { id } } });
    expect((await call('POST', '/sessions/end', { ...wanted, reason: 'x' }, key)).status).toBe(422);
    const done = await until('the job', async () => {
      const { json } = await call('GET', `/jobs/${id}`);
      return json['state'] === 'done' && json;
    });
    expect(done).toMatchObject({ total: 2, done: 2, alreadyEnded: 0, filter, reason: 'moving house' });
    for (const ended of ids) {
      await pushTo(door(OPERATOR), ended);
      expect((await user.on('a').keepAlive(ended)).code).not.toBe(200);
    }
    expect((await other.keepAlive(untouched)).code).toBe(200);
    const history = itemsOf(await call('GET', `/sessions/history?user=${user.userID}&cause=administrator`));
    expect(history.map(({ id: past }) => String(past)).toSorted()).toEqual(ids.toSorted());
    expect(history[0]).toMatchObject({ reason: 'moving house', peer: OPERATOR.serviceID });
    expect(itemsOf(await call('GET', '/jobs'))[0]).toMatchObject({ id, state: 'done' });
    expect((await call('POST', `/jobs/${id}/abort`)).status).toBe(409);
  });

  it('a job can be aborted', async () => {
    const user = world.newUser(await connected(RIVAL));
    for (const device of ['a', 'b', 'c']) await user.on(device).session();
    const begun = await call('POST', '/sessions/end', { filter: { user: user.userID }, ratePerSecond: 1 });
    const { id } = begun.json['job'] as { id: string };
    expect(await call('POST', `/jobs/${id}/abort`)).toMatchObject({
      status: 200,
      json: { state: 'aborted' },
    });
    expect(itemsOf(await call('GET', `/sessions?user=${user.userID}`)).length).toBeGreaterThan(0);
  });

  it('are counted by domain and peer, logins and ends by day', async () => {
    const before = await call('GET', '/stats?days=1');
    const user = world.newUser(await connected(RIVAL));
    const id = await user.session();
    await user.on('second').session();
    await user.logOut(id);
    const { status, json } = await call('GET', '/stats?days=1');
    expect(status).toBe(200);
    const [live, was] = [json, before.json].map(({ live: one }) => one as { sessions: number });
    expect(Number(live?.sessions) - Number(was?.sessions)).toBe(1);
    expect(json).toMatchObject({
      live: {
        byDomain: [{ domain: 'provider.example', sessions: live?.sessions }],
        byPeer: expect.arrayContaining([expect.objectContaining({ peer: RIVAL.serviceID })]),
      },
      days: [{ day: new Date().toISOString().slice(0, 10), ends: { logout: expect.any(Number) } }],
    });
  });
});

describe('deliveries', () => {
  it('of a paused peer are held, and sent when it is resumed', async () => {
    const user = world.newUser(await connected(HELD));
    const id = await user.session();
    expect(await call('POST', `/agreements/${HELD.serviceID}/pause`)).toMatchObject({
      status: 200,
      json: { paused: true, pending: 0 },
    });
    await world.end(id);
    // Another peer gets a later disconnect meanwhile.
    const later = await world.newUser(await connected(OPERATOR)).session();
    await world.end(later);
    await pushTo(door(OPERATOR), later);
    expect(door(HELD).pushes).toEqual([]);
    const pending = itemsOf(await call('GET', `/deliveries?state=pending&peer=${HELD.serviceID}`));
    expect(pending).toMatchObject([{ sessionID: id, attempts: 0, cause: 'administrator' }]);
    expect(await call('POST', `/agreements/${HELD.serviceID}/resume`)).toMatchObject({
      json: { paused: false },
    });
    await pushTo(door(HELD), id);
  });

  it('show their attempts, can be cancelled, and sent again', async () => {
    const user = world.newUser(await connected(AWAY));
    const id = await user.session();
    let isAway = true;
    door(AWAY).answer = ({ pushes }, ours) => (isAway ? { httpStatus: 500 } : acknowledge(ours, pushes, 200));
    await world.end(id);
    await pushTo(door(AWAY), id);
    const delivery = String((await deliveryOf(id))['id']);
    const failed = await until('the attempt', async () => {
      const { json } = await call('GET', `/deliveries/${delivery}`);
      return Number(json['attempts']) > 0 && json;
    });
    expect(failed).toMatchObject({ state: 'pending', lastError: 'HTTP 500' });
    expect(failed['lastAttempts']).toContainEqual(
      expect.objectContaining({ outcome: 'failed', error: 'HTTP 500' }),
    );
    expect(await call('POST', `/deliveries/${delivery}/cancel`)).toMatchObject({
      status: 200,
      json: { state: 'cancelled' },
    });
    expect((await call('POST', `/deliveries/${delivery}/cancel`)).status).toBe(409);
    isAway = false;
    expect((await call('POST', `/deliveries/${delivery}/retry`)).json).toMatchObject({ state: 'pending' });
    const told = await until('the acknowledgement', async () => {
      const one = await deliveryOf(id);
      return one['state'] === 'acknowledged' && one;
    });
    expect(told['transactionID']).toBe(door(AWAY).pushesOf(id)[0]?.transactionID);
    expect((await call('POST', `/deliveries/${delivery}/retry`)).status).toBe(409);
  });
});

describe('what is not understood', () => {
  it.each([
    ['GET', '/sessions?user=nobody', undefined, 400],
    ['GET', '/sessions?startedBefore=yesterday', undefined, 400],
    ['GET', '/sessions?colour=red', undefined, 400],
    ['GET', '/sessions?cursor=forged', undefined, 400],
    ['GET', '/sessions/history?cause=whim', undefined, 400],
    ['GET', '/sessions/history?cursor=forged', undefined, 400],
    ['POST', '/sessions/end', {}, 400],
    ['POST', '/sessions/end', { filter: {} }, 400],
    ['POST', '/sessions/end', { filter: { client: 'c' }, reason: 'a\u0000b' }, 400],
    ['POST', '/sessions/end', { filter: { peer: 'wv:@x.example', colour: 'red' } }, 400],
    ['POST', '/sessions/end', { filter: { client: 'c' }, ratePerSecond: 0 }, 400],
    ['GET', '/jobs/none', undefined, 404],
    ['GET', '/jobs/999999', undefined, 404],
    ['GET', '/jobs?limit=0', undefined, 400],
    ['POST', '/jobs/999999/abort', undefined, 404],
    ['POST', '/jobs/none/abort', undefined, 404],
    ['GET', '/stats?days=0', undefined, 400],
    ['GET', '/deliveries?state=lost', undefined, 400],
    ['GET', '/deliveries?peer=/', undefined, 400],
    ['GET', '/deliveries/999999', undefined, 404],
    ['GET', '/deliveries/none', undefined, 404],
    ['POST', '/deliveries/999999/retry', undefined, 404],
    ['POST', '/deliveries/none/retry', undefined, 404],
    ['POST', '/deliveries/999999/cancel', undefined, 404],
    ['POST', '/deliveries/none/cancel', undefined, 404],
    ['POST', '/agreements/wv:@stranger.example/pause', undefined, 404],
    ['POST', '/agreements/wv:@stranger.example/resume', undefined, 404],
    ['POST', '/agreements/%2F/pause', undefined, 400],
  ])('%s %s is refused', async (method, path, body, status) => {
    expect(await call(method, path, body)).toMatchObject({ status, json: { status } });
  });
});

describeLog(world);
