import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type AdminAnswer, AdminClient } from '../../support/service/admin-client.js';
import { RawSap1 } from '../../support/peers/raw-sap1.js';
import { type ServiceUnderTest, startServiceUnderTest } from '../../support/service/service-under-test.js';

const SECRET = 'a-secret-of-both-companies';
const MD5 = { digestSchemas: ['MD5'], answerMode: 'callback', callbackUrl: 'http://127.0.0.1:9/' };
const NETWORKS = ['127.0.0.0/8'];

let service: ServiceUnderTest;
let admin: AdminClient;
beforeAll(async () => {
  service = await startServiceUnderTest();
  admin = new AdminClient(service.adminUrl);
});
afterAll(() => service.stop());

let peers = 0;
async function create(settings: object) {
  const serviceID = `wv:@rules-${++peers}.example`;
  const body = { serviceID, sharedSecret: SECRET, domains: ['provider.example'], ...settings };
  return {
    serviceID,
    path: `/agreements/${serviceID}`,
    made: await admin.ask('POST', '/agreements', { body }),
  };
}

const pointersOf = ({ json }: AdminAnswer): readonly string[] =>
  (json as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer);

const expectRefused = (answer: AdminAnswer, pointer: string): void =>
  expect([answer.status, pointersOf(answer)]).toEqual([400, [pointer]]);

const warnedOf = (serviceID: string): number =>
  service.log.filter((line) => line.includes('"agreement_warning"') && line.includes(serviceID)).length;

describe('an agreement that allows MD5 (ssp-binding §3)', () => {
  it.each([
    ['without a word about where from', {}],
    ['from everywhere', { sourceAddresses: ['0.0.0.0/0'] }],
    ['beside HMAC', { digestSchemas: ['HMAC-SHA-256', 'MD5'] }],
  ])('is refused %s, and the problem says what to do', async (_, settings) => {
    const { made } = await create({ ...MD5, ...settings });
    expectRefused(made, '/sourceAddresses');
    expect(made.text).toMatch(/networks of the peer.*clientCertificates.*MD5.*allowUnprotected true/);
  });

  it.each([
    ['networks', { sourceAddresses: NETWORKS }],
    ['a client certificate', { clientCertificates: ['dns:sap1.rules.example'] }],
  ])('is made with %s, and nothing warns of it', async (_, settings) => {
    const { serviceID, path, made } = await create({ ...MD5, ...settings });
    expect([made.status, made.json]).toMatchObject([201, { warnings: [], allowUnprotected: false }]);
    expect((await admin.ask('GET', `${path}/state`)).json).toMatchObject({ warnings: [] });
    expect(warnedOf(serviceID)).toBe(0);
  });

  it('does not lose its networks or certificates, nor gets MD5 without them, by a change', async () => {
    const { path } = await create({ ...MD5, sourceAddresses: NETWORKS });
    expectRefused(await admin.ask('PATCH', path, { body: { sourceAddresses: [] } }), '/sourceAddresses');
    expect((await admin.ask('GET', path)).json).toMatchObject({ sourceAddresses: NETWORKS });
    const moved = { sourceAddresses: [], clientCertificates: ['dns:sap1.rules.example'] };
    expect((await admin.ask('PATCH', path, { body: moved })).status).toBe(200);
    expectRefused(await admin.ask('PATCH', path, { body: { clientCertificates: [] } }), '/sourceAddresses');

    const { path: plain } = await create({});
    expectRefused(await admin.ask('PATCH', plain, { body: { digestSchemas: ['MD5'] } }), '/sourceAddresses');
  });

  it('that somebody means to leave open is a warning wherever it is shown: read, list, state, log', async () => {
    const { serviceID, path, made } = await create({ ...MD5, allowUnprotected: true });
    const warnings = [expect.stringMatching(/a stranger can act as this peer/)];
    expect([made.status, made.json]).toMatchObject([201, { allowUnprotected: true, warnings }]);
    for (const at of [path, `${path}/state`])
      expect((await admin.ask('GET', at)).json).toMatchObject({ warnings });
    const { items } = (await admin.ask('GET', '/agreements?limit=500')).json as {
      items: { serviceID: string; warnings: string[] }[];
    };
    expect(items.find((one) => one.serviceID === serviceID)).toMatchObject({ warnings });
    expect(warnedOf(serviceID)).toBe(1);
    expect((await admin.ask('PATCH', path, { body: { enabled: false } })).json).toMatchObject({ warnings });
    expect(warnedOf(serviceID)).toBe(2);
    const mended = await admin.ask('PATCH', path, { body: { sourceAddresses: NETWORKS } });
    expect(mended.json).toMatchObject({ warnings: [] });
    expect(warnedOf(serviceID)).toBe(2);
    expectRefused(
      await admin.ask('PATCH', path, { body: { sourceAddresses: [], allowUnprotected: false } }),
      '/sourceAddresses',
    );
  });

  it('is warned of at every start', async () => {
    const { serviceID } = await create({ ...MD5, allowUnprotected: true });
    const twin = await startServiceUnderTest(
      { DATABASE_URL: service.databaseUrl, REDIS_URL: service.redisUrl },
      {},
    );
    const warnings = twin.log.filter((line) => line.includes('"agreement_warning"'));
    await twin.stop();
    expect(warnings.filter((line) => line.includes(serviceID))).toHaveLength(1);
  });
});

describe('a callbackUrl that is none', () => {
  it.each([
    'http://',
    '//127.0.0.1/',
    'http://a b/',
    'http://127.0.0.1:99999/',
    'http://[::1/',
    'http:127.0.0.1',
    'ftp://127.0.0.1/',
    'http://user:password@127.0.0.1/',
    'http://127.0.0.1/#there',
    'http://127.0.0.1/\n',
  ])('%j is refused with its field, when it is made and when it is changed', async (callbackUrl) => {
    const { made } = await create({ callbackUrl });
    expectRefused(made, '/callbackUrl');
    expectRefused(
      await admin.ask('PATCH', '/agreements/wv:@operator.example', { body: { callbackUrl } }),
      '/callbackUrl',
    );
  });

  it('is no failure of ours in the log', () => {
    const failures = service.log.filter((line) => /"level":"error"/.test(line));
    expect(failures).toEqual([]);
  });
});

describe('as whom we answer a peer (§3: message 1 names no target)', () => {
  const answeredAs = async (serviceID: string): Promise<string | undefined> => {
    const sap1 = new RawSap1(service.sspUrl, { serviceID, secret: SECRET });
    const { primitive } = await sap1.setUp().hello();
    sap1.close();
    return primitive.attribute('serviceID');
  };

  it('is our name from the first domain, and another domain of ours where the agreement says so', async () => {
    const domains = ['provider.example', 'elsewhere.example'];
    const usual = await create({ domains });
    expect(await answeredAs(usual.serviceID)).toBe('wv:@provider.example');
    const other = await create({ domains, ownServiceID: 'wv:@Elsewhere.example' });
    expect(other.made.json).toMatchObject({ ownServiceID: 'wv:@elsewhere.example' });
    expect(await answeredAs(other.serviceID)).toBe('wv:@elsewhere.example');
    await admin.ask('PATCH', usual.path, { body: { ownServiceID: 'wv:@elsewhere.example' } });
    expect(await answeredAs(usual.serviceID)).toBe('wv:@elsewhere.example');
  });

  it('is a domain that is served here, and stays one', async () => {
    expectRefused((await create({ ownServiceID: 'wv:@nowhere.example' })).made, '/ownServiceID');
    const both = { domains: ['nowhere.example'], ownServiceID: 'wv:@not-here.example' };
    expect(pointersOf((await create(both)).made)).toEqual(['/domains', '/ownServiceID']);
    expect((await admin.ask('POST', '/domains', { body: { name: 'named.example' } })).status).toBe(201);
    const { path } = await create({ ownServiceID: 'wv:@named.example' });
    const kept = await admin.ask('DELETE', '/domains/named.example');
    expect([kept.status, kept.text]).toEqual([409, expect.stringContaining('ownServiceID')]);
    await admin.ask('PATCH', path, { body: { ownServiceID: 'wv:@provider.example' } });
    expect((await admin.ask('DELETE', '/domains/named.example')).status).toBe(204);
  });

  it('may be a name from before the rule, until it is changed', async () => {
    const { serviceID, path } = await create({});
    const owner = new pg.Client({ connectionString: service.databaseUrl });
    await owner.connect();
    await owner.query(`UPDATE agreement SET own_service_id = 'wv:@old.example' WHERE service_id = $1`, [
      serviceID,
    ]);
    await owner.end();
    const changed = await admin.ask('PATCH', path, { body: { limits: { inFlight: 7 } } });
    expect([changed.status, changed.json]).toMatchObject([200, { ownServiceID: 'wv:@old.example' }]);
    expectRefused(
      await admin.ask('PATCH', path, { body: { ownServiceID: 'wv:@older.example' } }),
      '/ownServiceID',
    );
  });
});

describe('how long the SSP sessions of a peer live', () => {
  it('is said in the agreement', async () => {
    const { path, made } = await create({});
    expect(made.json).toMatchObject({ sessionLife: 'time-to-live' });
    const changed = await admin.ask('PATCH', path, { body: { sessionLife: 'until-replaced' } });
    expect(changed.json).toMatchObject({ sessionLife: 'until-replaced' });
    expectRefused(await admin.ask('PATCH', path, { body: { sessionLife: 'for-ever' } }), '/sessionLife');
  });
});
