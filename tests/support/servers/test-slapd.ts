import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { debianPackages, runProgram } from '../debian/debian-packages.js';
import { until } from '../service/until.js';
import { testFolder } from './test-folder.js';

export const LDAP_BASE = 'ou=people,dc=provider,dc=example';
export const LDAP_READER = { dn: 'cn=reader,dc=provider,dc=example', password: 'password-of-the-reader' };

export interface LdapPerson {
  readonly uid: string;
  readonly password: string;
}

interface Certificate {
  readonly chainPem: string;
  readonly keyPem: string;
}

/** OpenLDAP from Debian's package, with its data in a folder of the test. */
export class TestSlapd {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly root: string,
    private readonly folder: string,
    private readonly ports: { readonly ldap: number; readonly ldaps: number },
    private readonly hasTls: boolean,
  ) {}

  /** With a certificate it speaks TLS, and refuses binds without it. */
  static async start(people: readonly LdapPerson[], certificate?: Certificate): Promise<TestSlapd> {
    const root = await debianPackages('slapd');
    const folder = testFolder();
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'slapd.conf'), configurationIn(root, folder, certificate !== undefined));
    writeFileSync(join(folder, 'entries.ldif'), entriesOf(people));
    writeFileSync(join(folder, 'certificate.pem'), certificate?.chainPem ?? '');
    writeFileSync(join(folder, 'key.pem'), certificate?.keyPem ?? '', { mode: 0o600 });
    const ports = { ldap: await freePort(), ldaps: await freePort() };
    const slapd = new TestSlapd(root, folder, ports, certificate !== undefined);
    const add = ['-T', 'add', '-f', join(folder, 'slapd.conf'), '-l', join(folder, 'entries.ldif')];
    runProgram(slapd.program, add, folder, slapd.environment);
    await slapd.start();
    return slapd;
  }

  get url(): string {
    return `ldap://127.0.0.1:${this.ports.ldap}`;
  }

  get ldapsUrl(): string {
    return `ldaps://127.0.0.1:${this.ports.ldaps}`;
  }

  async start(): Promise<void> {
    const urls = this.hasTls ? `${this.url} ${this.ldapsUrl}` : this.url;
    const options = ['-f', join(this.folder, 'slapd.conf'), '-h', urls, '-d', '0'];
    const env = { ...process.env, ...this.environment };
    const child = spawn(this.program, options, { env, stdio: 'ignore' });
    // A failure to start is seen by its port.
    child.on('error', () => undefined);
    this.child = child;
    await until('slapd accepts connections', () => accepts(this.ports.ldap));
  }

  /** Frozen, connections and all: it accepts and never answers. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  /** As a crash. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  private get program(): string {
    return join(this.root, 'usr/sbin/slapd');
  }

  private get environment(): NodeJS.ProcessEnv {
    return { LD_LIBRARY_PATH: join(this.root, 'usr/lib/x86_64-linux-gnu') };
  }
}

function configurationIn(root: string, folder: string, hasTls: boolean): string {
  const schemas = ['core', 'cosine', 'inetorgperson'].map(
    (name) => `include ${root}/etc/ldap/schema/${name}.schema`,
  );
  const tls = [
    `TLSCertificateFile ${folder}/certificate.pem`,
    `TLSCertificateKeyFile ${folder}/key.pem`,
    'security simple_bind=128',
  ];
  return [
    ...schemas,
    `modulepath ${root}/usr/lib/ldap`,
    'moduleload back_mdb.so',
    ...(hasTls ? tls : []),
    'database mdb',
    'suffix "dc=provider,dc=example"',
    `directory ${folder}/data`,
    'index uid eq',
    'access to attrs=userPassword by anonymous auth by * none',
    `access to * by dn.exact="${LDAP_READER.dn}" read by * none`,
    '',
  ].join('\n');
}

const entriesOf = (people: readonly LdapPerson[]): string =>
  [
    'dn: dc=provider,dc=example\nobjectClass: domain\ndc: provider',
    `dn: ${LDAP_READER.dn}\nobjectClass: applicationProcess\nobjectClass: simpleSecurityObject\ncn: reader\nuserPassword: ${LDAP_READER.password}`,
    `dn: ${LDAP_BASE}\nobjectClass: organizationalUnit\nou: people`,
    ...people.map(({ uid, password }, index) =>
      [
        `dn: employeeNumber=${index},${LDAP_BASE}`,
        'objectClass: inetOrgPerson',
        `employeeNumber: ${index}`,
        `cn: ${uid}`,
        `sn: ${uid}`,
        `uid: ${uid}`,
        `userPassword:: ${Buffer.from(password).toString('base64')}`,
      ].join('\n'),
    ),
  ].join('\n\n');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
