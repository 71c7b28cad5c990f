import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, LookupFunction } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { CertificateAuthority, type IssuedCertificate } from '@sap2/test-support';
import type { PeerTls } from './peer-connector.js';
import { PeerNetworks } from './peer-networks.js';
import { UndiciPeerTransport } from './undici-peer-transport.js';

const BODY = Buffer.from('<WV-SSP-Message/>');
const NAME = 'sap1.operator.example';
const DEADLINE_MS = 5_000;

let ca: CertificateAuthority;
let server: IssuedCertificate;
let ours: IssuedCertificate;
beforeAll(async () => {
  ca = await CertificateAuthority.create();
  server = await ca.issue({ names: [NAME], usage: 'server' });
  ours = await ca.issue({ names: ['sap2.provider.example'], usage: 'client' });
});

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Counts connections: what was refused in time made none. */
class Peer {
  connections = 0;
  requests = 0;
  readonly shown: (string | undefined)[] = [];
  private constructor(private readonly listener: Server) {
    listener.on('connection', () => (this.connections += 1));
  }

  static http(): Promise<Peer> {
    return Peer.on((answer) => createHttpServer(answer));
  }

  static https({ chainPem, keyPem }: IssuedCertificate, options: ServerOptions = {}): Promise<Peer> {
    return Peer.on((answer) => createHttpsServer({ cert: chainPem, key: keyPem, ...options }, answer));
  }

  private static async on(create: (answer: RequestListener) => Server): Promise<Peer> {
    const listener = create((request, response) => {
      peer.requests += 1;
      peer.shown.push((request.socket as TLSSocket).getPeerCertificate?.()?.subjectaltname);
      response.setHeader('Connection', 'close').end('<answer/>');
    });
    const peer = new Peer(listener);
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    closers.push(async () => {
      listener.closeAllConnections();
      listener.close();
      await once(listener, 'close');
    });
    return peer;
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }
}

interface Given {
  readonly networks?: PeerNetworks;
  readonly tls?: () => PeerTls;
  readonly lookup?: LookupFunction;
}

const AT_HOME = new PeerNetworks(['loopback'], 'allowed-networks');
const trustingCa = (): PeerTls => ({ minVersion: 'TLSv1.2', ca: ca.certificatePem });

/** A name server that gives these addresses, one list after the other; the last one again and again. */
function names(...answers: readonly (readonly string[])[]): { asked: () => number; lookup: LookupFunction } {
  let asked = 0;
  const lookup: LookupFunction = (_name, _options, callback) => {
    const addresses = answers[Math.min(asked++, answers.length - 1)] ?? [];
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    setImmediate(() => callback(null, found));
  };
  return { asked: () => asked, lookup };
}

async function post(url: string, { networks = AT_HOME, tls = trustingCa, lookup }: Given = {}) {
  const transport = new UndiciPeerTransport({
    networks,
    tls,
    lookup: lookup ?? names(['127.0.0.1']).lookup,
  });
  closers.push(() => transport.close());
  return transport.post(url, BODY, DEADLINE_MS);
}

const refused = (words: string) => ({ kind: 'failure', detail: expect.stringContaining(words) as unknown });

describe('the address of a peer', () => {
  it('SSRF: is refused before anything is called, written in the URL or behind a name', async () => {
    const peer = await Peer.http();
    const networks = new PeerNetworks([], 'anywhere');
    for (const host of ['127.0.0.1', '[::ffff:127.0.0.1]', '2130706433', 'inside.operator.example']) {
      expect(await post(`http://${host}:${peer.port}/`, { networks })).toEqual(refused('ADDRESS_REFUSED'));
    }
    expect(peer.connections).toBe(0);
  });

  it('SSRF: is never one where a cloud keeps its secrets, whatever is configured', async () => {
    const networks = new PeerNetworks(['loopback', 'private', '0.0.0.0/0'], 'anywhere');
    const metadata = names(['169.254.169.254']).lookup;
    for (const url of ['http://169.254.169.254/latest/meta-data', 'http://metadata.operator.example/']) {
      expect(await post(url, { networks, lookup: metadata })).toEqual(refused('169.254.169.254'));
    }
  });

  it('DNS rebinding: a name that says one thing to the check and another to the call is asked once', async () => {
    const peer = await Peer.http();
    const url = `http://rebound.operator.example:${peer.port}/`;
    const rebound = names(['127.0.0.1'], ['169.254.169.254']);
    expect(await post(url, { lookup: rebound.lookup })).toMatchObject({ kind: 'answer' });
    const other = names(['169.254.169.254'], ['127.0.0.1']);
    expect(await post(url, { lookup: other.lookup })).toEqual(refused('ADDRESS_REFUSED'));
    expect([rebound.asked(), other.asked(), peer.connections]).toEqual([1, 1, 1]);
  });

  it('of several, those that may be called are', async () => {
    const peer = await Peer.http();
    const { lookup } = names(['169.254.169.254', '10.0.0.1', '127.0.0.1']);
    expect(await post(`http://${NAME}:${peer.port}/`, { lookup })).toMatchObject({ httpStatus: 200 });
    expect(peer.requests).toBe(1);
  });

  it('has no name: the failure says so', async () => {
    expect(await post('http://nowhere.operator.example/', { lookup: names([]).lookup })).toEqual(
      refused('it has no address'),
    );
  });
});

describe('TLS towards a peer', () => {
  it('is good if a trusted authority vouches for its name', async () => {
    const peer = await Peer.https(server);
    expect(await post(`https://${NAME}:${peer.port}/`)).toMatchObject({ kind: 'answer', httpStatus: 200 });
  });

  it.each<[string, () => Promise<Peer>, string]>([
    [
      'of another authority',
      async () => Peer.https(await (await CertificateAuthority.create('Other')).issue({ names: [NAME] })),
      'unable to verify',
    ],
    [
      'for another name',
      async () => Peer.https(await ca.issue({ names: ['other.operator.example'] })),
      "does not match certificate's altnames",
    ],
    [
      'of last year',
      async () =>
        Peer.https(await ca.issue({ names: [NAME], from: new Date(2024, 0), until: new Date(2025, 0) })),
      'certificate has expired',
    ],
    [
      'for clients only',
      async () => Peer.https(await ca.issue({ names: [NAME], usage: 'client' })),
      'unsuitable certificate purpose',
    ],
  ])('a certificate %s is refused, and nothing is sent', async (_, start, words) => {
    const peer = await start();
    expect(await post(`https://${NAME}:${peer.port}/`)).toEqual(refused(words));
    expect(peer.requests).toBe(0);
  });

  it('downgrade: is 1.2 at least', async () => {
    const peer = await Peer.https(server, {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
    });
    expect(await post(`https://${NAME}:${peer.port}/`)).toMatchObject({ kind: 'failure' });
    expect(peer.requests).toBe(0);
  });

  it('downgrade: a peer that speaks http where it should speak TLS is not called again by http', async () => {
    const peer = await Peer.http();
    expect(await post(`https://${NAME}:${peer.port}/`)).toMatchObject({ kind: 'failure' });
    expect([peer.connections, peer.requests]).toEqual([1, 0]);
  });

  it('shows our certificate to a peer that asks for one, and a new one without a restart', async () => {
    const peer = await Peer.https(server, {
      requestCert: true,
      rejectUnauthorized: true,
      ca: ca.certificatePem,
    });
    expect(await post(`https://${NAME}:${peer.port}/`)).toMatchObject({ kind: 'failure' });
    const next = await ca.issue({ names: ['next.provider.example'], usage: 'client' });
    const shown = ({ chainPem: cert, keyPem: key }: IssuedCertificate): PeerTls => ({
      ...trustingCa(),
      cert,
      key,
    });
    let current = shown(ours);
    const transport = new UndiciPeerTransport({
      networks: AT_HOME,
      tls: () => current,
      lookup: names(['127.0.0.1']).lookup,
    });
    closers.push(() => transport.close());
    const url = `https://${NAME}:${peer.port}/`;
    expect(await transport.post(url, BODY, DEADLINE_MS)).toMatchObject({ httpStatus: 200 });
    current = shown(next);
    expect(await transport.post(url, BODY, DEADLINE_MS)).toMatchObject({ httpStatus: 200 });
    expect(peer.shown).toEqual(['DNS:sap2.provider.example', 'DNS:next.provider.example']);
  });
});
