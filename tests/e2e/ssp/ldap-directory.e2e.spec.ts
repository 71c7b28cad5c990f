import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LDAP_BASE, LDAP_READER, TestSlapd, until } from '@sap2/test-support';
import { describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import { DirectoryUsers, seedWithDirectories } from '../../support/service/directory-world.js';
import type { RawUser } from '../../support/peers/raw-user.js';

const PASSWORD = 'password-in-the-directory';
const WRONG = 'some-other-password';
let slapd: TestSlapd;
beforeAll(async () => {
  const names = ['alice', 'bob', 'carol', 'dave', 'erin', 'a*b', 'frank(x)'];
  const twins = ['twin', 'twin', 'triplet', 'triplet', 'triplet'];
  slapd = await TestSlapd.start([...names, ...twins].map((uid) => ({ uid, password: PASSWORD })));
});
afterAll(() => slapd.kill());

const world = worldForThisFile({}, () => {
  const userDirectory = {
    kind: 'ldap',
    url: slapd.url,
    bindDN: LDAP_READER.dn,
    base: LDAP_BASE,
    filter: '(|(uid={user})(mail={user}@mail.example))',
    deadlineMs: 1_000,
  };
  return Promise.resolve(seedWithDirectories({ userDirectory, userDirectorySecret: LDAP_READER.password }));
});
const users = new DirectoryUsers(world, PASSWORD);
const user = (name: string, password = PASSWORD): RawUser => users.named(name, password);

/** What an administrator sees of a user. */
async function seen(name: string) {
  const { status, json } = await users.admin.ask('GET', users.path(name));
  return { status, user: json };
}

/** How often the directory was asked. */
const checks = async (): Promise<number> => (await users.checks('right')) + (await users.checks('wrong'));

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

  it('that several entries fit is refused, and the log says so', async () => {
    for (const name of ['twin', 'triplet']) {
      expect((await user(name).logIn()).code).toBe(409);
      expect(users.reasons(name)).toEqual(['ambiguous-user']);
    }
  });

  it('is not let in without a password, though LDAP answers such a bind with success', async () => {
    expect((await user('erin', '').logIn()).code).not.toBe(200);
    expect((await user('erin').logIn()).code).toBe(200);
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
