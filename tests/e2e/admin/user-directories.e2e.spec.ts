import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DIRECTORY_SECRET, HttpUserDirectory } from '../../support/peers/http-user-directory.js';
import { describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import {
  DIRECTORY_DOMAIN,
  DirectoryUsers,
  seedWithDirectories,
} from '../../support/service/directory-world.js';

const PASSWORD = 'password-in-the-directory';
const directory = new HttpUserDirectory();
beforeAll(() => directory.start());
afterAll(() => directory.stop());

const world = worldForThisFile({}, () => {
  const userDirectory = { kind: 'http', url: directory.url };
  return Promise.resolve(seedWithDirectories({ userDirectory, userDirectorySecret: DIRECTORY_SECRET }));
});
const users = new DirectoryUsers(world, PASSWORD);
const change = (body: object, domain = DIRECTORY_DOMAIN) =>
  users.admin.ask('PATCH', `/domains/${domain}`, { body });

const LDAP = { kind: 'ldap', url: 'ldap://127.0.0.1:9', base: 'dc=provider,dc=example' };

describe('the setting of a domain', () => {
  it('is shown with its defaults, and without its secret', async () => {
    const { json, text } = await users.admin.ask('GET', `/domains/${DIRECTORY_DOMAIN}`);
    expect(json).toMatchObject({
      userDirectory: { kind: 'http', url: directory.url, deadlineMs: 3_000, rememberS: 0 },
    });
    expect(text).not.toContain('whsec_');
    const audit = await users.admin.ask('GET', '/audit');
    expect(audit.text).toContain(directory.url);
    expect(audit.text).not.toContain('whsec_');
  });

  it.each([
    [{ userDirectory: { ...LDAP, url: 'ldap://169.254.169.254' } }, '/userDirectory/url'],
    [{ userDirectory: { ...LDAP, url: 'http://127.0.0.1' } }, '/userDirectory/url'],
    [{ userDirectory: { ...LDAP, url: 'ldap://user:password@127.0.0.1' } }, '/userDirectory/url'],
    [{ userDirectory: { ...LDAP, filter: '(uid=alice)' } }, '/userDirectory/filter'],
    [{ userDirectory: { ...LDAP, filter: '(uid={user})(x=y)' } }, '/userDirectory/filter'],
    [{ userDirectory: { ...LDAP, url: 'ldaps://127.0.0.1', startTls: true } }, '/userDirectory/startTls'],
    [{ userDirectory: { ...LDAP, bindDN: 'cn=reader' } }, '/userDirectorySecret'],
    [{ userDirectory: LDAP, userDirectorySecret: 'not-needed' }, '/userDirectorySecret'],
    [{ userDirectorySecret: 'no-key-of-signatures' }, '/userDirectorySecret'],
    [{ userDirectory: { ...LDAP, deadlineMs: 60_000 } }, '/userDirectory/deadlineMs'],
  ])('is refused where it cannot be: %j', async (body, pointer) => {
    const { status, json } = await change(body);
    expect([status, json]).toMatchObject([400, { errors: [{ pointer }] }]);
  });

  it('sends its secret to no other URL', async () => {
    const { status, json } = await change({ userDirectory: { kind: 'http', url: 'http://127.0.0.1:9/' } });
    expect([status, json]).toMatchObject([400, { errors: [{ pointer: '/userDirectorySecret' }] }]);
    expect((await change({ userDirectory: { kind: 'http', url: directory.url, rememberS: 1 } })).status).toBe(
      200,
    );
    expect((await change({ userDirectory: { kind: 'http', url: directory.url } })).status).toBe(200);
  });
});

describe('a user of such a domain', () => {
  it.each(['known', 'unknown'])(
    'begins no challenge login, %s or not: 543, and the log says why',
    async (name) => {
      directory.set('known', PASSWORD);
      const first = await users.named(name).challenge('SHA', 'MD5');
      expect([first.kind, first.code]).toEqual(['UserLoginResponse', 543]);
      const second = await users.named(name).respond('SHA', 'e6b68ebd81309d538357e39e2fba3204');
      expect(second.code).toBe(543);
      expect(users.reasons(name)).toEqual(['challenge-not-possible', 'challenge-not-possible']);
    },
  );

  it.each([
    [{ password: 'some-long-password' }, 'password'],
    [{ password: 'some-long-password', challengeLogin: true }, 'challengeLogin'],
    [{ passwordHash: '$2b$04$8gGJ1ZJ4b8wBVbcCRUYkJOgqYw6OZ6sLhXKmb6pI4TBIxC3oT2t0K' }, 'passwordHash'],
    [{ challengeLogin: true }, 'challengeLogin'],
  ])('gets no credentials here: %j', async (credentials, field) => {
    const userID = `wv:given@${DIRECTORY_DOMAIN}`;
    const made = await users.admin.ask('POST', '/users', { body: { userID, ...credentials } });
    expect([made.status, made.json]).toMatchObject([400, { errors: [{ pointer: `/${field}` }] }]);
    expect(made.text).toContain('user directory');
    const line = `${JSON.stringify({ userID, ...credentials })}\n`;
    const headers = { 'Content-Type': 'application/x-ndjson' };
    const imported = await users.admin.ask('POST', '/users/import', { body: line, headers });
    expect(imported.text).toContain('user directory');
    expect((await users.admin.ask('GET', users.path('given'))).status).toBe(404);
  });

  it('gets no new password here after its first login', async () => {
    directory.set('alice', PASSWORD);
    expect((await users.named('alice').logIn()).code).toBe(200);
    const body = { password: 'some-long-password' };
    const { status, text } = await users.admin.ask('PUT', `${users.path('alice')}/password`, { body });
    expect([status, text]).toEqual([400, expect.stringContaining('user directory')]);
    expect((await users.named('alice').logIn()).code).toBe(200);
  });

  it('can be suspended before and after its first login, and its sessions end', async () => {
    directory.set('bob', PASSWORD);
    directory.set('carol', PASSWORD);
    const session = await users.named('bob').session();
    const body = { reason: 'left' };
    expect((await users.admin.ask('POST', `${users.path('bob')}/suspend`, { body })).status).toBe(200);
    expect((await users.named('bob').keepAlive(session)).code).toBe(601);
    expect((await users.named('bob').logIn()).code).toBe(403);
    expect((await users.named('bob', 'some-other-password').logIn()).code).toBe(409);
    const carol = { userID: `wv:carol@${DIRECTORY_DOMAIN}`, suspended: true };
    expect((await users.admin.ask('POST', '/users', { body: carol })).status).toBe(201);
    expect((await users.named('carol').logIn()).code).toBe(403);
  });

  it('makes an event at its first login, and one only', async () => {
    directory.set('dave', PASSWORD);
    const phones = ['phone-1', 'phone-2', 'phone-3'].map((phone) => users.named('dave').on(phone).logIn());
    expect((await Promise.all(phones)).map(({ code }) => code)).toEqual([200, 200, 200]);
    const { text } = await users.admin.ask('GET', '/audit');
    expect(text).not.toContain('wv:dave@');
  });
});

describe('a domain that gets a directory, and loses it again', () => {
  it('asks the directory meanwhile, and the old passwords count again after it', async () => {
    const user = world.newUser();
    const [, name = ''] = /^wv:(.*)@/u.exec(user.userID) ?? [];
    const session = await user.session();
    directory.set(name, PASSWORD);
    const userDirectory = { kind: 'http', url: directory.url };
    const given = { userDirectory, userDirectorySecret: DIRECTORY_SECRET };
    expect((await change(given, 'provider.example')).status).toBe(200);
    expect((await user.keepAlive(session)).code).toBe(200);
    expect((await user.logIn()).code).toBe(409);
    expect((await user.as({ password: PASSWORD }).logIn()).code).toBe(200);
    expect((await user.challenge('SHA')).code).toBe(543);
    expect((await change({ userDirectory: null }, 'provider.example')).status).toBe(200);
    expect((await user.logIn()).code).toBe(200);
    expect((await user.as({ password: PASSWORD }).logIn()).code).toBe(409);
    expect((await user.challenge('SHA')).code).toBe(401);
  });

  it('lets in nobody whom only the directory knew', async () => {
    directory.set('erin', PASSWORD);
    expect((await users.named('erin').logIn()).code).toBe(200);
    expect((await change({ userDirectory: null })).status).toBe(200);
    expect((await users.named('erin').logIn()).code).toBe(409);
    expect((await users.named('erin', '').logIn()).code).not.toBe(200);
  });
});

describeLog(world);
