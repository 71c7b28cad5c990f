import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { IssuedCertificate } from '@sap2/test-support';
import { CallbackDoor, CallbackSap1 } from '../../support/peers/callback-door.js';
import { setUpMessage } from '../../support/peers/raw-set-up.js';
import { NAMESPACE } from '../../support/peers/raw-sap1.js';
import { FIELD, TlsWorld } from '../../support/service/tls-world.js';
import { readXml, type XmlElement } from '../../support/peers/xml-tree.js';

const md5 = (token: string): string => createHash('md5').update(token).digest('base64');

const XML = { 'Content-Type': 'application/vnd.wv.ssp+xml' };

const world = new TlsWorld();
let door: CallbackDoor;
beforeAll(async () => {
  door = await new CallbackDoor().open();
  await world.start({}, door.url);
});
afterAll(async () => {
  await world.stop();
  door.close();
});

const sap1 = (shown?: IssuedCertificate): CallbackSap1 =>
  world.closing(new CallbackSap1(world.service.sspUrl, FIELD, door, world.tls(shown)));

/** The set-up message that SAP 2 sent to the listener of the peer. */
async function heard(): Promise<XmlElement> {
  return readXml((await door.next()).body).onlyChild;
}

/** In callback mode the answer to a message of SAP 2 is a message to SAP 2. */
const answer = (transactionID: string, primitive: string): string =>
  setUpMessage(NAMESPACE, transactionID, primitive, 'Response');

const secretToken = (token: string): string =>
  `<SendSecretToken serviceID="${FIELD.serviceID}" protocol="WV-SSP" protocolVersion="1.3"><SecretToken>${token}</SecretToken></SendSecretToken>`;

const loginRequest = (digest: string): string =>
  `<LoginRequest serviceID="${FIELD.serviceID}" timeToLive="86400"><PasswordDigest digestSchema="MD5" encoding="base64">${digest}</PasswordDigest></LoginRequest>`;

describe('a peer in callback mode that proves no secret', () => {
  it('is its certificate, whichever side begins the set-up', async () => {
    const peer = sap1(world.operatorCertificate);
    const setUp = peer.setUp();
    await setUp.hello();
    const thieves = [sap1(), sap1(world.rivalCertificate)];
    for (const thief of thieves) {
      await expect(thief.setUp().hello()).rejects.toThrow('HTTP 403');
      const stolen = Object.assign(thief.setUp(setUp.transactionID), { theirToken: setUp.theirToken });
      await expect(stolen.prove(md5(setUp.theirToken), 'digestSchema="MD5"')).rejects.toThrow('HTTP 403');
    }
    await setUp.prove(md5(setUp.theirToken), 'digestSchema="MD5" encoding="base64"');
    const sessionID = peer.newSessionID();
    const sixth = await setUp.announce(sessionID);
    expect(sixth.code).toBe(200);
    Object.assign(peer, { sessionID, theirSessionID: sixth.primitive.attribute('sessionID') });

    // SAP 2 has something to tell, and no SSP session to tell it in: now it begins.
    const userSession = await world.newUser(peer).session();
    expect((await peer.ask('<LogoutRequest/>')).code).toBe(200);
    await world.service.admin('DELETE', `/admin/v1/sessions/${userSession}`);
    const first = await heard();
    const transactionID = first.attribute('transactionID') ?? '';
    const theirToken = first.onlyChild.child('SecretToken')?.text ?? '';
    const second = answer(transactionID, secretToken('a-token-of-the-peer-00001'));
    for (const thief of thieves) {
      const { status } = await thief.post(second);
      expect(status).toBe(403);
    }
    expect((await peer.request({ headers: XML, chunks: [second] })).status).toBe(202);
    const third = await heard();
    expect(third.onlyChild.name).toBe('LoginRequest');
    const fourth = answer(transactionID, loginRequest(md5(theirToken)));
    for (const thief of thieves) expect((await thief.post(fourth)).status).toBe(403);
    expect((await peer.request({ headers: XML, chunks: [fourth] })).status).toBe(202);
    expect((await heard()).onlyChild.name).toBe('LoginResponse');
  });
});
