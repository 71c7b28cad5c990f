import { randomBytes } from 'node:crypto';
import { freePort } from '@sap2/embedded-stores';
import type { RawPeer, RawTls } from '../../../tests/support/peers/raw-http.js';
import { withPrivateSap2 } from '../../../tests/support/service/private-sap2.js';
import { RawSap1 } from '../../../tests/support/peers/raw-sap1.js';
import { RawUser } from '../../../tests/support/peers/raw-user.js';
import { inWords, nowMs, say, spreadOf } from './figures.js';
import { OpensslCertificates } from './openssl-certificates.js';

const ROUNDS = 6;
const LINES = 8;
const KEPT = 3_000;
const NEW = 400;

/** Keep-alives one after the other on each line; their durations, and how many a second there were of all lines. */
interface Figures {
  readonly durationsMs: number[];
  tookMs: number;
}

const figures = (): Figures => ({ durationsMs: [], tookMs: 0 });

async function measure(users: readonly [RawUser, string][], count: number, into: Figures): Promise<void> {
  const beganMs = nowMs();
  await Promise.all(
    users.map(async ([user, id]) => {
      for (let turn = 0; turn < count / users.length; turn++) {
        const turnMs = nowMs();
        const { code } = await user.keepAlive(id);
        if (code !== 200) throw new Error(`a keep-alive got ${code}`);
        into.durationsMs.push(nowMs() - turnMs);
      }
    }),
  );
  into.tookMs += nowMs() - beganMs;
}

/** One way to the service: as the same peer, with sessions of its own. */
async function way(url: string, peer: RawPeer, names: readonly string[], password: string, tls?: RawTls) {
  const kept = await new RawSap1(url, peer, [], undefined, tls).connect();
  const { sessionID, theirSessionID } = kept;
  const hurried = Object.assign(kept.otherNode(), { sessionID, theirSessionID });
  const { post } = hurried;
  Object.assign(hurried, { post: (body: string) => post(body, { Connection: 'close' }) });
  const users = names.map((name) => new RawUser(kept, name, password));
  const sessions = await Promise.all(
    users.map(async (user): Promise<[RawUser, string]> => [user, await user.session()]),
  );
  return {
    sessions,
    hurriedSessions: sessions.map(([user, id]): [RawUser, string] => [user.as({ sap1: hurried }), id]),
    onKept: figures(),
    onNew: figures(),
    close: () => [kept, hurried].forEach((one) => one.close()),
  };
}

/** `npm run bench -- tls`: keep-alives by https beside the same by http, to one process, in turns. */
async function main(certificates: OpensslCertificates): Promise<void> {
  certificates.issue('server', 'IP:127.0.0.1');
  certificates.issue('client', 'DNS:sap1.peer.example');
  const [plainPort, password] = [await freePort(), randomBytes(12).toString('hex')];
  const peers = ['http', 'https'].map((name) => ({
    serviceID: `wv:@${name}.example`,
    secret: randomBytes(24).toString('hex'),
  }));
  const namesOf = (kind: string): string[] =>
    Array.from({ length: LINES }, (_, i) => `wv:${kind}-${i}@provider.example`);
  const seed = {
    domains: [{ name: 'provider.example' }],
    agreements: peers.map(({ serviceID, secret }) => ({
      serviceID,
      sharedSecret: secret,
      domains: ['provider.example'],
      allowPasswordOverHttp: true,
      ...(serviceID.includes('https') && {
        requiredTransport: 'https',
        clientCertificates: ['dns:sap1.peer.example'],
      }),
    })),
    users: ['http', 'https'].flatMap(namesOf).map((userID) => ({ userID, password })),
  };
  const environment = {
    SAP2_SSP_TLS_CERTIFICATE_FILE: certificates.path('server.crt'),
    SAP2_SSP_TLS_KEY_FILE: certificates.path('server.key'),
    SAP2_SSP_TLS_CLIENT_CERTIFICATES: 'required',
    SAP2_SSP_TLS_CLIENT_CA_FILE: certificates.path('ca.crt'),
    SAP2_SSP_PLAIN_PORT: String(plainPort),
  };
  await withPrivateSap2(seed, environment, async ({ sspUrl }) => {
    const [plainPeer, tlsPeer] = peers as [RawPeer, RawPeer];
    const tls = {
      ca: certificates.pem('ca.crt'),
      cert: certificates.pem('client.crt'),
      key: certificates.pem('client.key'),
    };
    const ways = {
      http: await way(`http://127.0.0.1:${plainPort}/ssp`, plainPeer, namesOf('http'), password),
      https: await way(sspUrl.replace('http:', 'https:'), tlsPeer, namesOf('https'), password, tls),
    };
    for (let round = 0; round < ROUNDS; round++) {
      // Neither is always the one that finds the service cold.
      const inTurn = round % 2 === 0 ? [ways.http, ways.https] : [ways.https, ways.http];
      for (const one of inTurn) {
        await measure(one.sessions, KEPT, one.onKept);
        await measure(one.hurriedSessions, NEW, one.onNew);
      }
    }
    for (const [name, { onKept, onNew, close }] of Object.entries(ways)) {
      tell(name, 'on kept connections', onKept);
      tell(name, 'each on a new connection', onNew);
      close();
    }
  });
}

function tell(name: string, how: string, { durationsMs, tookMs }: Figures): void {
  const perSecond = Math.round((durationsMs.length / tookMs) * 1_000);
  say(`${name.padEnd(5)} ${how}: ${perSecond} a second; ${inWords(spreadOf(durationsMs))}`);
}

const certificates = new OpensslCertificates();
try {
  await main(certificates);
} finally {
  certificates.remove();
}
