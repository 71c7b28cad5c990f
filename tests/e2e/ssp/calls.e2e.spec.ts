import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { CertificateAuthority } from '@sap2/test-support';
import { callFromBefore } from '../../support/service/agreement-from-before.js';
import { AdminClient } from '../../support/service/admin-client.js';
import {
  CONFORMANCE_SEED,
  ConformanceWorld,
  describeLog,
  OPERATOR,
  RIVAL,
} from '../../support/service/conformance-world.js';
import { PushDoor } from '../../support/peers/push-door.js';
import type { RawPeer } from '../../support/peers/raw-http.js';
import type { RawSap1 } from '../../support/peers/raw-sap1.js';
import { TlsFolder } from '../../support/service/tls-world.js';
import { until } from '../../support/service/until.js';
import { peer, pushTo } from '../../support/service/world-with-doors.js';

/** Its certificate is of an authority that no side trusts. */
const IMPOSTOR = peer('impostor');
/** Its URL leads to an address of ours that no peer has. */
const INSIDE = peer('inside');
const PEERS = [OPERATOR, RIVAL, IMPOSTOR, INSIDE];

const world = new ConformanceWorld();
const folder = new TlsFolder();
const doors = new Map<string, PushDoor>();
const door = ({ serviceID }: RawPeer): PushDoor => doors.get(serviceID) as PushDoor;
/** Names in the certificates that SAP 2 showed, in the order of the calls. */
const shown: (string | undefined)[] = [];
let provider: CertificateAuthority;
let operators: CertificateAuthority;

const agreementOf = ({ serviceID, secret }: RawPeer, callbackUrl: string) => ({
  serviceID,
  sharedSecret: secret,
  domains: ['provider.example'],
  allowPasswordOverHttp: true,
  callbackUrl,
});

beforeAll(async () => {
  provider = await CertificateAuthority.create('Root of the provider');
  operators = await CertificateAuthority.create('Root of the operators');
  const nobody = await CertificateAuthority.create('Nobody');
  for (const of of PEERS) {
    const { chainPem: cert, keyPem: key } = await (of === IMPOSTOR ? nobody : operators).issue({
      names: ['127.0.0.1'],
      usage: 'server',
    });
    const wanted = { ca: provider.certificatePem, requestCert: true, rejectUnauthorized: true };
    doors.set(of.serviceID, await PushDoor.open(of, world.traffic, { cert, key, ...wanted }));
  }
  door(OPERATOR).heard = (request) => {
    const { raw } = (request.socket as TLSSocket).getPeerCertificate();
    shown.push(new X509Certificate(raw).subjectAltName);
  };
  const files = folder.certificate(await newCertificate('sap2.provider.example'));
  const inside = `https://127.0.0.2:${door(INSIDE).port}/push`;
  await world.start(
    {
      SAP2_PEER_NETWORKS: '127.0.0.1/32',
      SAP2_PEER_TLS_CA_FILE: folder.authorities(operators),
      SAP2_PEER_TLS_CERTIFICATE_FILE: files.certificate,
      SAP2_PEER_TLS_KEY_FILE: files.key,
      SAP2_TLS_RELOAD_S: '1',
    },
    {
      ...CONFORMANCE_SEED,
      agreements: PEERS.map((of) => agreementOf(of, door(of).url)),
    },
  );
  await callFromBefore(world.service.databaseUrl, INSIDE, inside);
});
afterAll(async () => {
  await world.stop();
  for (const one of doors.values()) one.close();
});

const sap1s = new Map<RawPeer, RawSap1>();

const newCertificate = (name: string) => provider.issue({ names: [name], usage: 'client' });

/** A session that an administrator ended; the peer is owed its disconnect. */
async function ended(of: RawPeer): Promise<string> {
  const sap1 = sap1s.get(of) ?? (await world.sap1(of).connect());
  sap1s.set(of, sap1);
  door(of).know(sap1);
  const id = await world.newUser(sap1).session();
  await world.end(id);
  return id;
}

interface State {
  readonly deliveries: { readonly pending: number; readonly lastError: string | null };
}

async function stateOf({ serviceID }: RawPeer): Promise<State['deliveries']> {
  const { json } = await new AdminClient(world.service.adminUrl).ask(
    'GET',
    `/agreements/${encodeURIComponent(serviceID)}/state`,
  );
  return (json as State).deliveries;
}

async function failureAt(of: RawPeer): Promise<string> {
  await until('the delivery has failed', async () => (await stateOf(of)).lastError !== null);
  return (await stateOf(of)).lastError ?? '';
}

describe('calls to peers, over TLS', () => {
  it('reach the one whom a trusted authority vouches for, and show it our certificate', async () => {
    const id = await ended(OPERATOR);
    await pushTo(door(OPERATOR), id);
    await until('it is settled', async () => (await stateOf(OPERATOR)).pending === 0);
    expect(new Set(shown)).toEqual(new Set(['DNS:sap2.provider.example']));
  });

  it('show the next certificate without a restart, and lose nothing meanwhile', async () => {
    folder.certificate(await newCertificate('next.provider.example'));
    const ids: string[] = [];
    await until('it is shown', async () => {
      ids.push(await ended(OPERATOR));
      await pushTo(door(OPERATOR), ids.at(-1) ?? '');
      return shown.at(-1) === 'DNS:next.provider.example';
    });
    await until('all is settled', async () => (await stateOf(OPERATOR)).pending === 0);
    expect(ids.map((id) => door(OPERATOR).pushesOf(id).length)).toEqual(ids.map(() => 1));
  });

  it('tell nothing to one that shows the certificate of somebody else; nothing is lost', async () => {
    await ended(IMPOSTOR);
    expect(await failureAt(IMPOSTOR)).toMatch(/certificate/u);
    expect((await stateOf(IMPOSTOR)).pending).toBe(1);
    expect(door(IMPOSTOR).messages).toEqual([]);
  });
});

describe('SSRF', () => {
  it('an address that is not allowed is not called, whatever the agreement says; nothing is lost', async () => {
    await ended(INSIDE);
    expect(await failureAt(INSIDE)).toMatch(/ADDRESS_REFUSED.*127\.0\.0\.2.*SAP2_PEER_NETWORKS/u);
    expect((await stateOf(INSIDE)).pending).toBe(1);
    await ended(RIVAL);
    await until('others are told', async () => (await stateOf(RIVAL)).pending === 0);
  });

  it.each([
    ['of this machine', 'https://127.0.0.2/'],
    ['of our network', 'http://10.0.0.1/push'],
    ['of our network, as a number', 'http://167772161/push'],
    ['where clouds keep secrets', 'http://169.254.169.254/latest/meta-data/'],
    ['by plain http on the public internet', 'http://203.0.114.9/push'],
  ])('an agreement with a URL %s is refused at once: %s', async (_, callbackUrl) => {
    const admin = new AdminClient(world.service.adminUrl);
    const body = {
      ...agreementOf(peer('new'), callbackUrl),
      sharedSecret: 'a-secret-of-thirty-two-characters',
    };
    const made = await admin.ask('POST', '/agreements', { body });
    expect(made.status).toBe(400);
    expect(made.json).toMatchObject({ errors: [{ pointer: '/callbackUrl' }] });
    const changed = await admin.ask('PATCH', `/agreements/${encodeURIComponent(OPERATOR.serviceID)}`, {
      body: { callbackUrl },
    });
    expect(changed.status).toBe(400);
  });
});

describeLog(world);
