import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, type SecureVersion } from 'node:tls';
import { CertificateAuthority, type IssuedCertificate } from '@sap2/test-support';
import { OPERATOR, RIVAL } from '../../support/service/conformance-world.js';
import { Exposition } from '../../support/service/exposition.js';
import type { RawSap1 } from '../../support/peers/raw-sap1.js';
import { tlsWorldForThisFile } from '../../support/service/tls-world.js';
import { until } from '../../support/service/until.js';

const HOUR_MS = 3_600_000;
/** The service reads the files only on request, as by SIGHUP. */
const world = tlsWorldForThisFile({ SAP2_TLS_RELOAD_S: '86400' });
const reload = (): Promise<void> => world.service.reloadCertificates();

async function putCertificate(): Promise<IssuedCertificate> {
  const issued = await world.newServerCertificate();
  world.folder.certificate(issued);
  return issued;
}

interface Load {
  readonly codes: number[];
  readonly failures: unknown[];
  stop(): Promise<void>;
}

const LINES = 4;

/** Keep-alives of one peer, one after the other on each of some connections, until it is stopped. */
async function keepAlives(sap1: RawSap1): Promise<Load> {
  const users = Array.from({ length: LINES }, () => world.newUser(sap1));
  const sessions = await Promise.all(users.map(async (user) => ({ user, id: await user.session() })));
  const [codes, failures]: [number[], unknown[]] = [[], []];
  const end = new AbortController();
  const lines = sessions.map(async ({ user, id }) => {
    while (!end.signal.aborted) {
      await user.keepAlive(id).then(
        ({ code }) => codes.push(code),
        (error: unknown) => failures.push(error),
      );
    }
  });
  return {
    codes,
    failures,
    stop: async () => {
      end.abort();
      await Promise.all(lines);
    },
  };
}

/** A node of a peer that makes a new connection for each message. */
async function restless(): Promise<RawSap1> {
  const sap1 = await world.operator();
  const { post } = sap1;
  return Object.assign(sap1, { post: (body: string) => post(body, { Connection: 'close' }) });
}

/** Waits until each of these has gone on for a while. */
async function goingOn(loads: readonly Load[], by = 50): Promise<void> {
  const before = loads.map(({ codes }) => codes.length);
  await until('keep-alives of both peers', () =>
    loads.every(({ codes }, i) => codes.length >= (before[i] ?? 0) + by),
  );
}

const expectAllWell = (loads: readonly Load[]): void => {
  for (const { codes, failures } of loads) expect([new Set(codes), failures]).toEqual([new Set([200]), []]);
};

describe('a new certificate while two peers keep their sessions alive', () => {
  it('is shown to new connections, and no keep-alive and no connection is lost', async () => {
    const peers = [await world.operator(), await world.rival()];
    const hurried = await restless();
    const loads = await Promise.all([...peers, hurried].map(keepAlives));
    await goingOn(loads);
    const connections = peers.map((peer) => new Set(peer.connections));
    for (let round = 0; round < 5; round++) {
      const { fingerprint } = await putCertificate();
      await reload();
      expect(await world.shownCertificate()).toBe(fingerprint);
      await goingOn(loads);
    }
    await Promise.all(loads.map((load) => load.stop()));
    expectAllWell(loads);
    expect(peers.map((peer) => peer.connections)).toEqual(connections);
    expect(hurried.connections.size).toBeGreaterThan(250);
  });

  it('nor when other authorities are trusted: connections are replaced one by one, between two messages', async () => {
    const peers = [await world.operator(), await world.rival()];
    const loads = await Promise.all(peers.map(keepAlives));
    await goingOn(loads);
    const connections = peers.map((peer) => new Set(peer.connections));
    world.folder.authorities(world.clientCa, await CertificateAuthority.create('Another'));
    await reload();
    await goingOn(loads);
    await Promise.all(loads.map((load) => load.stop()));
    expectAllWell(loads);
    for (const [i, { connections: all }] of peers.entries()) {
      const before = connections[i] ?? new Set();
      expect([...before].every((socket) => socket.destroyed)).toBe(true);
      expect([...all].filter((socket) => !before.has(socket))).toHaveLength(before.size);
    }
  });
});

async function samples(): Promise<Readonly<Record<string, number>>> {
  const text = await (await fetch(`${world.service.adminUrl}/metrics`)).text();
  const of = (name: string): number =>
    new Exposition(text).samples.find((sample) => sample.name === name && sample.labels['listener'] === 'ssp')
      ?.value ?? Number.NaN;
  return { refused: of('sap2_tls_files_refused'), expiresInS: of('sap2_tls_certificate_expires_in_seconds') };
}

async function health(): Promise<unknown> {
  const report = await (await fetch(`${world.service.adminUrl}/health/ready`)).json();
  return (report as { details: { certificates: { status: string } } }).details.certificates.status;
}

describe('files that can not be used', () => {
  const server = (changes: object) => world.serverCa.issue({ names: ['127.0.0.1'], ...changes });

  it.each<[string, RegExp, () => Promise<unknown>]>([
    [
      'a key that belongs to another certificate',
      /KEY_FILE \(\S+\) does not belong to the first certificate/u,
      async () => world.folder.file('tls.key', (await server({})).keyPem),
    ],
    [
      'a certificate that was cut off',
      /CERTIFICATE_FILE \(\S+\) has no certificate in it/u,
      async () => world.folder.file('tls.crt', (await server({})).chainPem.slice(0, 200)),
    ],
    [
      'a certificate with a byte of another',
      /CERTIFICATE_FILE \(\S+\) can not be read at certificate 1/u,
      async () => world.folder.file('tls.crt', (await server({})).chainPem.replace(/\n\w{30}/u, '\n')),
    ],
    [
      'a certificate that has expired',
      /CERTIFICATE_FILE \(\S+\) has expired/u,
      async () =>
        world.folder.certificate(
          await server({ from: new Date(Date.now() - 2 * HOUR_MS), until: new Date(Date.now() - HOUR_MS) }),
        ),
    ],
    [
      'a certificate of tomorrow',
      /CERTIFICATE_FILE \(\S+\) is not valid yet/u,
      async () => world.folder.certificate(await server({ from: new Date(Date.now() + HOUR_MS) })),
    ],
    [
      'authorities that are none',
      /CLIENT_CA_FILE \(\S+\) has no certificate in it/u,
      async () => world.folder.file('clients-ca.crt', '# nobody\n'),
    ],
  ])(
    '%s: the old ones stay, and the log, metrics and health say so until it is mended',
    async (_, why, spoil) => {
      const good = await putCertificate();
      world.folder.authorities(world.clientCa);
      await reload();
      expect([await health(), (await samples())['refused']]).toEqual(['up', 0]);

      await spoil();
      await reload();
      await reload();
      const refusals = world.logged('tls_files_refused').filter(({ detail }) => why.test(String(detail)));
      expect(refusals.map(({ level }) => level)).toEqual(['warn']);
      expect([await health(), (await samples())['refused']]).toEqual(['degraded', 1]);
      expect(await world.shownCertificate()).toBe(good.fingerprint);
      expect((await world.newUser(await world.operator()).logIn()).code).toBe(200);

      const next = await putCertificate();
      world.folder.authorities(world.clientCa);
      await reload();
      expect(await world.shownCertificate()).toBe(next.fingerprint);
      expect([await health(), (await samples())['refused']]).toEqual(['up', 0]);
    },
  );

  it('the metric says how long the certificate in use is still good for', async () => {
    world.folder.certificate(await server({ until: new Date(Date.now() + 3 * HOUR_MS) }));
    await reload();
    const { expiresInS = 0 } = await samples();
    expect(expiresInS).toBeLessThanOrEqual(3 * 3600);
    expect(expiresInS).toBeGreaterThan(2 * 3600);
    expect(await health()).toBe('degraded');
    await putCertificate();
    await reload();
    expect(await health()).toBe('up');
  });
});

describe('an authority that is not trusted any more', () => {
  /** A TLS session of the operator, as a client keeps it to be quicker the next time. */
  async function session(maxVersion: SecureVersion, kept?: Buffer) {
    const { sspUrl } = world.service;
    const socket = connect({
      ...world.tls(world.operatorCertificate),
      host: '127.0.0.1',
      port: Number(new URL(sspUrl).port),
      maxVersion,
      ...(kept && { session: kept }),
    });
    try {
      const ticket = once(socket, 'session') as Promise<[Buffer]>;
      await once(socket, 'secureConnect');
      socket.write('OPTIONS /ssp HTTP/1.1\r\nHost: sap2\r\n\r\n');
      // A session that is taken up again need not be handed out anew.
      return { ticket: kept ?? (await ticket)[0], isResumed: socket.isSessionReused() };
    } finally {
      socket.destroy();
    }
  }

  it('admits no peer by name: not by a new connection, nor by a TLS session of before, and old connections end', async () => {
    const operator = await world.operator();
    const rival = await world.rival();
    const versions = ['TLSv1.2', 'TLSv1.3'] as const;
    const tickets = await Promise.all(versions.map((version) => session(version)));
    for (const [i, version] of versions.entries()) {
      expect((await session(version, tickets[i]?.ticket)).isResumed).toBe(true);
    }

    world.folder.authorities(await CertificateAuthority.create('Another'));
    await reload();
    const hello = operator.message([['last', '<KeepAliveRequest/>']]);
    const answers = [await operator.post(hello), await operator.post(hello)];
    expect(answers.map(({ status, headers }) => [status, headers.connection])).toEqual([
      [200, 'close'],
      [403, 'keep-alive'],
    ]);
    for (const [i, version] of versions.entries()) {
      expect((await session(version, tickets[i]?.ticket)).isResumed).toBe(false);
    }
    await expect(world.sap1(OPERATOR, world.operatorCertificate).connect()).rejects.toThrow('HTTP 403');
    // A fingerprint needs no authority.
    expect((await world.newUser(rival).logIn()).code).toBe(200);
    expect(
      (await world.newUser(await world.sap1(RIVAL, world.rivalCertificate).connect()).logIn()).code,
    ).toBe(200);

    world.folder.authorities(world.clientCa);
    await reload();
    expect((await world.newUser(await world.operator()).logIn()).code).toBe(200);
  });
});
