import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lookup } from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import {
  ALICE,
  describeUserDirectoriesContract,
  LDAP_BASE,
  LDAP_READER,
  ManualClock,
  PASSWORD_IN_DIRECTORY,
  PROVIDER,
  SeededRandomness,
  TestSlapd,
} from '@sap2/test-support';
import { LdapDirectory } from './ldap-directory.js';
import type { LdapSettings } from './ports/user-directory-book.port.js';
import { ProviderDirectories } from './provider-directories.js';
import { RememberedPasswords } from './remembered-passwords.js';

const NETWORK = { refusalOf: () => undefined, lookup: () => lookup, tls: () => ({}) };
const ALICE_ASKS = { account: ALICE, domain: PROVIDER, password: PASSWORD_IN_DIRECTORY };
const secret = (): string => LDAP_READER.password;

let slapd: TestSlapd;
beforeAll(async () => {
  slapd = await TestSlapd.start(['alice', 'bob'].map((uid) => ({ uid, password: PASSWORD_IN_DIRECTORY })));
});
afterAll(() => slapd.kill());

const settingsFor = (url: string, more: Partial<LdapSettings> = {}): LdapSettings => ({
  kind: 'ldap',
  url,
  startTls: false,
  bindDN: LDAP_READER.dn,
  base: LDAP_BASE,
  filter: '(uid={user})',
  deadlineMs: 2_000,
  rememberS: 0,
  ...more,
});
const directory = new LdapDirectory(NETWORK, new SeededRandomness());

describeUserDirectoriesContract('ProviderDirectories with LDAP', () => {
  const clock = new ManualClock();
  const directories = new ProviderDirectories({
    book: { userDirectoryOf: () => ({ settings: settingsFor(slapd.url), secret, revision: 1 }) },
    ldap: directory,
    http: { check: () => Promise.reject(new Error('there is no service here')) },
    newMemory: () => new RememberedPasswords(clock, new SeededRandomness()),
    clock,
    report: { checked: () => undefined, failed: () => undefined, back: () => undefined },
  });
  return Promise.resolve({
    directories,
    setAway: (isAway) => (isAway ? slapd.kill() : slapd.start()),
    close: async () => {},
  });
});

describe('settings that do not fit the directory', () => {
  it.each<[string, Partial<LdapSettings>]>([
    ['the directory refuses bindDN and its password (LDAP result 49)', { bindDN: `cn=other,${LDAP_BASE}` }],
    ['the directory has no entry "base"', { base: 'ou=elsewhere,dc=provider,dc=example' }],
    // The reader alone may search.
    ['the directory has no entry "base"', { bindDN: undefined }],
  ])('are a failure, which says: %s', async (detail, more) => {
    const said = await directory.check(settingsFor(slapd.url, more), secret, ALICE_ASKS);
    expect(said).toEqual({ kind: 'failed', detail });
  });
});

/** A server on a socket that does whatever the test wants. */
class OtherServer {
  connections = 0;
  private readonly sockets: Socket[] = [];
  private readonly server: Server;

  constructor(serve: (socket: Socket) => void) {
    this.server = createServer((socket) => {
      this.connections += 1;
      this.sockets.push(socket.on('error', () => undefined));
      serve(socket);
    });
  }

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `ldap://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

describe('a server that is no directory', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['never answers', () => undefined],
    ['closes at once', (socket) => socket.destroy()],
    ['speaks HTTP', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['sends rubbish', (socket) => void socket.write(Buffer.alloc(1_000_000, 0x30))],
    ['closes after the first request', (socket) => void socket.once('data', () => socket.end())],
  ])('fails if it %s, and gets one connection for each login', async (_what, serve) => {
    const other = new OtherServer(serve);
    const url = await other.start();
    for (const startTls of [false, true]) {
      const settings = settingsFor(url, { startTls, deadlineMs: 300 });
      expect(await directory.check(settings, secret, ALICE_ASKS)).toMatchObject({ kind: 'failed' });
    }
    expect(other.connections).toBe(2);
    other.stop();
  });

  it('is not called at an address that may not be called', async () => {
    const other = new OtherServer(() => undefined);
    const refusing = { ...NETWORK, refusalOf: () => 'it is not allowed' };
    const strict = new LdapDirectory(refusing, new SeededRandomness());
    const said = await strict.check(settingsFor(await other.start()), secret, ALICE_ASKS);
    expect([said, other.connections]).toEqual([{ kind: 'failed', detail: 'it is not allowed' }, 0]);
    other.stop();
  });
});
