import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { AdminClient } from '../../support/service/admin-client.js';
import { PushDoor } from '../../support/peers/push-door.js';
import { RawSap1 } from '../../support/peers/raw-sap1.js';
import { RawUser } from '../../support/peers/raw-user.js';
import { type ServiceUnderTest, startServiceUnderTest } from '../../support/service/service-under-test.js';
import { until } from '../../support/service/until.js';

const SECRET = 'a-secret-of-both-companies';
const NEW_SECRET = 'another-secret-of-both-companies';

let service: ServiceUnderTest;
let admin: AdminClient;
let owner: pg.Client;
beforeAll(async () => {
  service = await startServiceUnderTest();
  admin = new AdminClient(service.adminUrl);
  owner = new pg.Client({ connectionString: service.databaseUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await service.stop();
});

let peers = 0;
/** A separate operator for each test, with a listener for its pushes. */
async function newPeer(settings: object = {}) {
  const serviceID = `wv:@operator-${++peers}.example`;
  const door = await PushDoor.open({ serviceID, secret: SECRET });
  const body = {
    serviceID,
    sharedSecret: SECRET,
    domains: ['provider.example'],
    allowPasswordOverHttp: true,
    callbackUrl: door.url,
    ...settings,
  };
  const created = await admin.ask('POST', '/agreements', { body });
  expect([created.status, created.headers.get('ETag')]).toEqual([201, '"1"']);
  const path = `/agreements/${serviceID}`;
  const connect = async (secret = SECRET): Promise<RawSap1> => {
    const sap1 = await new RawSap1(service.sspUrl, { serviceID, secret }).connect();
    door.know(sap1);
    return sap1;
  };
  return { serviceID, path, door, created, connect };
}

const alice = (sap1: RawSap1): RawUser => new RawUser(sap1, 'wv:alice@provider.example', 'alice-secret');

describe('an agreement over REST', () => {
  it('lets a new operator in as soon as it is made, and says everything but its secrets', async () => {
    const { created, path, door, connect } = await newPeer({
      limits: { loginsPerSecond: 50 },
      sourceAddresses: ['127.0.0.0/8'],
      validUntil: '2099-01-01T00:00:00+01:00',
    });
    expect(created.json).toMatchObject({
      enabled: true,
      ownServiceID: 'wv:@provider.example',
      limits: { loginsPerSecond: 50, requestsPerSecond: null },
      sourceAddresses: ['127.0.0.0/8'],
      validUntil: '2098-12-31T23:00:00.000Z',
      secrets: { inbound: 1, outbound: 1 },
    });
    expect((await admin.ask('GET', path)).json).toEqual(created.json);
    const sap1 = await connect();
    expect((await alice(sap1).logIn()).code).toBe(200);
    const state = await admin.ask('GET', `${path}/state`);
    expect(state.json).toMatchObject({ enabled: true, deliveries: { pending: 0, paused: false } });
    expect((state.json as { sspSessions: unknown[] }).sspSessions).toHaveLength(1);
    const all = [created.text, state.text, (await admin.ask('GET', '/audit?limit=500')).text];
    expect(all.filter((text) => text.includes(SECRET))).toEqual([]);
    sap1.close();
    door.close();
  });

  it.each([
    ['disabled', 'POST', '/disable', undefined, 'HTTP 403'],
    ['disabled by a patch', 'PATCH', '', { enabled: false }, 'HTTP 403'],
    ['deprived of the domain', 'PATCH', '', { domains: ['silent.example'] }, 403],
    ['deleted', 'DELETE', '', undefined, 'HTTP 403'],
  ])(
    'V1: that is %s ends what it allowed, and its peer is notified',
    async (_what, method, operation, body, afterwards) => {
      const { path, door, connect } = await newPeer();
      const sap1 = await connect();
      const session = await alice(sap1).session();
      const answer = await admin.ask(method, `${path}${operation}`, { body });
      expect(answer.status).toBe(method === 'DELETE' ? 204 : 200);
      await until('the peer is told', () => door.pushes.length > 0);
      expect(door.pushes.map(({ userSessionID, code }) => [userSessionID, code])).toEqual([[session, 601]]);
      const { rows } = await owner.query(`SELECT cause FROM session_history WHERE session_id = '${session}'`);
      expect(rows).toEqual([{ cause: 'agreement-ended' }]);
      const { code } = await alice(sap1)
        .keepAlive(session)
        .catch(({ message }: Error) => ({ code: message.slice(0, 'HTTP 403'.length) }));
      expect(code).toBe(afterwards);
      sap1.close();
      door.close();
    },
  );

  it('that was deleted is forgotten when its peer has been notified, and its name is free at once', async () => {
    const { path, serviceID, door, connect } = await newPeer();
    const sap1 = await connect();
    await alice(sap1).session();
    await admin.ask('DELETE', path);
    expect((await admin.ask('GET', path)).status).toBe(404);
    await until('the peer is told', () => door.pushes.length > 0);
    await until('the agreement is forgotten', async () => {
      const { rows } = await owner.query(`SELECT FROM agreement WHERE service_id = '${serviceID}'`);
      return rows.length === 0;
    });
    const again = { serviceID, sharedSecret: NEW_SECRET, domains: ['provider.example'] };
    expect((await admin.ask('POST', '/agreements', { body: again })).status).toBe(201);
    sap1.close();
    door.close();
  });

  it('that has run out admits no login, and its sessions end', async () => {
    const { path, door, connect } = await newPeer();
    const sap1 = await connect();
    const session = await alice(sap1).session();
    const soon = new Date(Date.now() + 500).toISOString();
    expect((await admin.ask('PATCH', path, { body: { validUntil: soon } })).status).toBe(200);
    await until('the peer is told', () => door.pushes.length > 0);
    expect(door.pushes).toMatchObject([{ userSessionID: session, code: 601 }]);
    await expect(connect()).rejects.toThrow('code="403"');
    sap1.close();
    door.close();
  });

  it('F13: has two secrets in a direction while a rotation overlaps, and then the new one', async () => {
    const { path, door, connect } = await newPeer();
    const rotation = { secret: NEW_SECRET, direction: 'inbound', overlapS: 3600 };
    const rotated = await admin.ask('POST', `${path}/secret`, { body: rotation });
    expect(rotated.json).toMatchObject({ secrets: { inbound: 2, outbound: 1 } });
    // We still sign with the old secret, since only one direction has changed.
    for (const secret of [SECRET, NEW_SECRET]) await connect(secret).catch((error: Error) => error);
    const outbound = { ...rotation, direction: 'outbound' };
    await admin.ask('POST', `${path}/secret`, { body: { ...outbound, overlapS: 0 } });
    await admin.ask('POST', `${path}/secret`, { body: { ...rotation, overlapS: 0 } });
    expect((await admin.ask('GET', path)).json).toMatchObject({ secrets: { inbound: 1, outbound: 1 } });
    const sap1 = await connect(NEW_SECRET);
    expect((await alice(sap1).logIn()).code).toBe(200);
    await expect(connect(SECRET)).rejects.toThrow('code="409"');
    sap1.close();
    door.close();
  });

  it('is changed on the revision that was read, and listed', async () => {
    const { path, serviceID, door } = await newPeer({ enabled: false });
    const patch = { body: { callbackUrl: null }, headers: { 'If-Match': '"1"' } };
    const changed = await admin.ask('PATCH', path, patch);
    expect([changed.status, changed.headers.get('ETag')]).toEqual([200, '"2"']);
    expect(changed.json).toMatchObject({ callbackUrl: null, enabled: false });
    expect((await admin.ask('PATCH', path, patch)).status).toBe(412);
    expect((await admin.ask('DELETE', path, { headers: { 'If-Match': '"1"' } })).status).toBe(412);
    expect((await admin.ask('POST', `${path}/enable`)).json).toMatchObject({ enabled: true });
    const list = (await admin.ask('GET', '/agreements?enabled=true&domain=provider.example&limit=500')).json;
    expect((list as { items: { serviceID: string }[] }).items.map((one) => one.serviceID)).toContain(
      serviceID,
    );
    const actions = (await admin.ask('GET', `/audit?target=agreement%20${encodeURIComponent(serviceID)}`))
      .json;
    expect((actions as { items: { action: string }[] }).items.map(({ action }) => action)).toEqual([
      'agreement.enable',
      'agreement.change',
      'agreement.create',
    ]);
    door.close();
  });

  it('is made once for one Idempotency-Key, without the secret being kept anywhere', async () => {
    const body = { serviceID: 'wv:@once.example', sharedSecret: SECRET, domains: ['provider.example'] };
    const headers = { 'Idempotency-Key': 'agreement-once' };
    const both = await Promise.all([1, 2].map(() => admin.ask('POST', '/agreements', { body, headers })));
    expect(both.map(({ status }) => status)).toEqual([201, 201]);
    const other = { ...body, sharedSecret: NEW_SECRET };
    expect((await admin.ask('POST', '/agreements', { body: other, headers })).status).toBe(422);
    const { rows } = await owner.query(
      `SELECT content_hash, location FROM creation_key WHERE key = 'agreement-once'`,
    );
    expect(JSON.stringify(rows)).not.toContain(SECRET);
    expect((await admin.ask('POST', '/agreements', { body })).status).toBe(409);
  });

  it.each([
    [{ serviceID: 'wv:@x.example', domains: ['provider.example'] }, '/sharedSecret'],
    [{ serviceID: 'a b', sharedSecret: SECRET, domains: [] }, '/serviceID'],
    [{ serviceID: 'wv:@x.example', sharedSecret: SECRET, domains: ['nobody.example'] }, '/domains'],
    [{ serviceID: 'wv:@x.example', sharedSecret: SECRET, domains: [] }, '/ownServiceID'],
    [
      {
        serviceID: 'wv:@x.example',
        sharedSecret: SECRET,
        domains: ['provider.example'],
        answerMode: 'callback',
      },
      '/callbackUrl',
    ],
    [
      {
        serviceID: 'wv:@x.example',
        sharedSecret: SECRET,
        domains: ['provider.example'],
        requiredTransport: 'https',
        callbackUrl: 'http://x.example/',
      },
      '/callbackUrl',
    ],
    [
      {
        serviceID: 'wv:@x.example',
        sharedSecret: SECRET,
        domains: ['provider.example'],
        sourceAddresses: ['1.2.3.4'],
      },
      '/sourceAddresses/0',
    ],
    [
      { serviceID: 'wv:@x.example', sharedSecret: SECRET, domains: ['provider.example'], deletedAt: null },
      '/deletedAt',
    ],
  ])('is refused: %j', async (body, pointer) => {
    const { status, json } = await admin.ask('POST', '/agreements', { body });
    expect(status).toBe(400);
    expect((json as { errors: { pointer: string }[] }).errors.map((error) => error.pointer)).toContain(
      pointer,
    );
  });

  it.each([
    ['GET', ''],
    ['GET', '/state'],
    ['PATCH', ''],
    ['POST', '/enable'],
    ['POST', '/disable'],
    ['POST', '/secret'],
    ['DELETE', ''],
  ])('that does not exist is 404: %s %s', async (method, operation) => {
    const body =
      operation === '/secret'
        ? { secret: SECRET, direction: 'inbound' }
        : method === 'PATCH'
          ? {}
          : undefined;
    expect((await admin.ask(method, `/agreements/wv:@nobody.example${operation}`, { body })).status).toBe(
      404,
    );
  });
});
