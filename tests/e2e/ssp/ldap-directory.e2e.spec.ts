import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@sap2/test-support';
import { LDAP_BASE, LDAP_READER, TestSlapd } from '../../support/servers/test-slapd.js';
import { CONFORMANCE_SEED, describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import { Exposition } from '../../support/service/exposition.js';
import { RawUser } from '../../support/peers/raw-user.js';

const PASSWORD = 'password-in-the-directory';
const WRONG = 'some-other-password';
let slapd: TestSlapd;
beforeAll(async () => {
  const names = ['alice', 'bob', 'carol', 'dave', 'erin', 'a*b', 'frank(x)'];
  slapd = await TestSlapd.start({ people: names.map((uid) => ({ uid, password: PASSWORD })) });
});
afterAll(() => slapd.kill());

const world = worldForThisFile({}, () => {
  const userDirectory = {
    kind: 'ldap',
    url: slapd.url,
    bindDN: LDAP_READER.dn,
    base: LDAP_BASE,
    deadlineMs: 1_000,
  };
  const ldap = { name: 'ldap.example', userDirectory, userDirectorySecret: LDAP_READER.password };
  return Promise.resolve({
    ...CONFORMANCE_SEED,
    domains: [...CONFORMANCE_SEED.domains, ldap],
    agreements: CONFORMANCE_SEED.agreements.map((agreement) => ({
      ...agreement,
      domains: [...agreement.domains, 'ldap.example'],
    })),
  });
});

const user = (name: string, password = PASSWORD): RawUser =>
  new RawUser(world.operator, `wv:${name}@ldap.example`, password);

/** What an administrator sees of a user. */
async function seen(name: string): Promise<{ status: number; user: Record<string, unknown> }> {
  const path = `/admin/v1/users/${encodeURIComponent(`wv:${name}@ldap.example`)}`;
  const answer = await world.service.admin('GET', path);
  return { status: answer.status, user: (await answer.json()) as Record<string, unknown> };
}

/** How often the directory was asked. */
async function checks(): Promise<number> {
  const scrape = new Exposition(await (await world.service.admin('GET', '/metrics')).text());
  return scrape.value('sap2_user_directory_check_duration_seconds_count', { domain: 'ldap.example' });
}

describe('a user of a domain with an LDAP directory', () => {
  it('logs in with the password that the directory has, and gets an account then', async () => {
    expect((await seen('alice')).status).toBe(404);
    const welcome = await user('alice').logIn();
    expect([welcome.kind, welcome.code]).toEqual(['UserLoginResponse', 200]);
    expect((await user('alice').keepAlive(welcome.userSessionID)).code).toBe(200);
    expect(await seen('alice')).toMatchObject({
      status: 200,
      user: { suspended: false, challengeLogin: false, lastLoginBy: 'wv:@operator.example' },
    });
    expect((await user('ALICE').on('phone-2@handset').logIn()).code).toBe(200);
  });

  it('is refused for a wrong password as a user is whom nobody knows', async () => {
    const wrong = await user('bob', WRONG).logIn();
    const unknown = await user('nobody', WRONG).logIn();
    expect([wrong.code, unknown.code]).toEqual([409, 409]);
    const shapes = [wrong, unknown].map(({ bytes }) =>
      bytes.replace(/transactionID="[^"]*"/u, '').replaceAll(/bob|nobody/gu, 'the user'),
    );
    expect(shapes[1]).toBe(shapes[0]);
    expect((await seen('nobody')).status).toBe(404);
  });

  it('is locked after five wrong passwords, and the directory is not asked any more', async () => {
    for (let guess = 0; guess < 5; guess++) expect((await user('carol', WRONG).logIn()).code).toBe(409);
    const before = await checks();
    const refused = await user('carol').logIn();
    expect([refused.code, (refused.tryAgainS ?? 0) > 0]).toEqual([503, true]);
    expect(await checks()).toBe(before);
    expect(before).toBeGreaterThanOrEqual(5);
  });

  it.each(['*', 'al*', '*)(uid=*', 'alice)(|(uid=*', String.raw`alice\2a`, 'a*c', 'älice', 'alice\u034f'])(
    'is no pattern: %s',
    async (name) => {
      expect((await user(name).logIn()).code).toBe(409);
    },
  );

  it.each(['a*b', 'frank(x)'])('may have signs of filters in its name: %s', async (name) => {
    expect((await user(name).logIn()).code).toBe(200);
  });

  it('gets 503 with a time while the directory hangs or is gone, is not counted, and logs in when it is back', async () => {
    slapd.freeze();
    for (let turn = 0; turn < 3; turn++) {
      const late = await user('dave').logIn();
      expect([late.code, (late.tryAgainS ?? 0) > 0]).toEqual([503, true]);
    }
    slapd.thaw();
    expect((await user('dave').logIn()).code).toBe(200);
    await slapd.kill();
    for (let turn = 0; turn < 7; turn++) {
      const gone = await user('dave', WRONG).logIn();
      expect([gone.code, (gone.tryAgainS ?? 0) > 0]).toEqual([503, true]);
    }
    await slapd.start();
    await until('dave logs in again', async () => (await user('dave').logIn()).code === 200);
    const log = world.service.log.join('');
    expect(log).toContain('"event":"user_directory_failed"');
    expect(log).toContain('"event":"user_directory_back"');
    expect(log).not.toContain(PASSWORD);
    expect(log).not.toContain(LDAP_READER.password);
  });
});

describeLog(world);
