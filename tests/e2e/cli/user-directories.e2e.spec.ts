import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder } from '@sap2/test-support';
import { worldForThisFile } from '../../support/service/conformance-world.js';
import { sap2Command } from '../../support/service/sap2-command.js';
import { TEST_ENVIRONMENT } from '../../support/service/service-under-test.js';

const BIND_PASSWORD = 'password-of-the-bind-dn';
const world = worldForThisFile();
const secretFile = join(mkdtempSync(join(testFolder(), 'cli-')), 'secret');
writeFileSync(secretFile, BIND_PASSWORD);

const sap2 = (args: readonly string[], typed = '') => {
  const stores = { DATABASE_URL: world.service.databaseUrl, REDIS_URL: world.service.redisUrl };
  return sap2Command([...args, '--json'], { ...TEST_ENVIRONMENT, ...stores }, '', typed);
};

const LDAP = { kind: 'ldap', url: 'ldap://127.0.0.1:9', bindDN: 'cn=reader', base: 'dc=example' };
const GIVEN = ['--user-directory', JSON.stringify(LDAP)];
const CHANGE = ['domain', 'change', 'elsewhere.example'];

describe('the user directory of a domain', () => {
  it('is given, shown and taken away; the secret comes from a file and is never shown', async () => {
    expect((await sap2([...CHANGE, ...GIVEN])).out).toContain('/userDirectorySecret');
    const given = await sap2([...CHANGE, ...GIVEN, '--user-directory-secret-file', secretFile]);
    expect(JSON.parse(given.out)).toMatchObject({ userDirectory: { ...LDAP, filter: '(uid={user})' } });
    const shown = await sap2(['domain', 'show', 'elsewhere.example']);
    expect(JSON.parse(shown.out)).toMatchObject({ userDirectory: LDAP });
    expect(given.out + shown.out).not.toContain(BIND_PASSWORD);
  });

  it('has the passwords: a user is created without one, by Enter at the question', async () => {
    const create = ['user', 'create', 'wv:alice@elsewhere.example', '--suspended', 'true'];
    const refused = await sap2(create, 'some-long-password');
    expect([refused.code, refused.out]).toEqual([2, expect.stringContaining('user directory')]);
    expect(JSON.parse((await sap2(create)).out)).toMatchObject({ suspended: true });
    expect((await sap2(['user', 'create', 'wv:bob@provider.example'])).out).toContain('/password');
    expect(JSON.parse((await sap2([...CHANGE, '--user-directory', 'null'])).out)).toMatchObject({
      userDirectory: null,
    });
  });
});
