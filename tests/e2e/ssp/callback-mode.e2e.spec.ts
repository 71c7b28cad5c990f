import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { CallbackDoor, CallbackSap1 } from '../../support/peers/callback-door.js';
import { RawUser } from '../../support/peers/raw-user.js';
import {
  DEFAULT_SEED,
  type ServiceUnderTest,
  startServiceUnderTest,
} from '../../support/service/service-under-test.js';
import { until } from '../../support/service/until.js';
import { readXml } from '../../support/peers/xml-tree.js';

const FIELD = { serviceID: 'wv:@field.example', secret: 'unused-by-the-md5-of-the-field' };

let service: ServiceUnderTest;
let door: CallbackDoor;
let sap1: CallbackSap1;
let alice: RawUser;

const md5 = (token: string): string => createHash('md5').update(token).digest('base64');

beforeAll(async () => {
  door = await new CallbackDoor().open();
  service = await startServiceUnderTest(
    {},
    {
      ...DEFAULT_SEED,
      agreements: [
        {
          serviceID: FIELD.serviceID,
          sharedSecret: FIELD.secret,
          callbackUrl: door.url,
          answerMode: 'callback',
          digestSchemas: ['MD5'],
          sourceAddresses: ['127.0.0.0/8'],
          domains: ['provider.example'],
          allowPasswordOverHttp: true,
        },
      ],
    },
  );
  sap1 = new CallbackSap1(service.sspUrl, FIELD, door);
  alice = new RawUser(sap1, 'wv:alice@provider.example', 'alice-secret');
});

afterAll(async () => {
  sap1.close();
  await service.stop();
  door.close();
});

async function outboxState(sessionID: string): Promise<string | undefined> {
  const client = new Client({ connectionString: service.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ state: string }>(
    'SELECT state FROM disconnect_outbox WHERE session_id = $1',
    [sessionID],
  );
  await client.end();
  return rows[0]?.state;
}

describe('callback mode (§2, §3)', () => {
  it('sets up an SSP session by MD5 tokens, each answer a message of its own', async () => {
    const setUp = sap1.setUp();
    const second = await setUp.hello('protocol="WV-SSP" procotolVersion="1.3"');
    expect(second.transaction.attribute('mode')).toBe('Response');
    // Message 2 has a transactionID of its own, as in the field.
    expect(second.transaction.attribute('transactionID')).not.toBe(setUp.transactionID);
    const fourth = await setUp.prove(`\n${md5(setUp.theirToken)}\n\n`, 'encoding="base64"');
    expect(fourth.transaction.attribute('transactionID')).toBe(setUp.transactionID);
    expect(fourth.primitive.child('PasswordDigest')?.text).toBe(md5(setUp.token));
    const sessionID = sap1.newSessionID();
    const sixth = await setUp.announce(sessionID);
    expect(sixth.code).toBe(200);
    Object.assign(sap1, { sessionID, theirSessionID: sixth.primitive.attribute('sessionID') });
  });

  it('answers requests at the registered URL under their transactionIDs', async () => {
    const answers = await sap1.askAll([
      ['t-1', alice.passwordRequest()],
      ['t-2', '<KeepAliveRequest/>'],
    ]);
    expect(answers.map(({ kind, code }) => [kind, code])).toEqual([
      ['UserLoginResponse', 200],
      ['KeepAliveResponse', 200],
    ]);
  });

  it('says at once what is no message, and that an SSP session is unknown', async () => {
    expect((await sap1.post('<nonsense')).status).toBe(400);
    const stranger = new CallbackSap1(service.sspUrl, FIELD, door);
    expect((await stranger.post(stranger.message([['t', '<KeepAliveRequest/>']]))).status).toBe(403);
    stranger.close();
  });

  it('sends an answer again to a peer that closes the connection without a word', async () => {
    door.cutOff = 1;
    expect((await sap1.ask('<KeepAliveRequest/>')).code).toBe(200);
  });

  it('takes the Status of a disconnect as a message of its own', async () => {
    const id = await alice.on('tablet').session();
    expect((await service.admin('DELETE', `/admin/v1/sessions/${id}`)).status).toBe(204);
    const push = readXml((await door.next()).body).onlyChild;
    expect(push.attribute('sessionID')).toBe(sap1.theirSessionID);
    const disconnect = push.onlyChild;
    expect(disconnect.onlyChild.attribute('userSessionID')).toBe(id);
    expect(await outboxState(id)).toBe('pending');
    const status = `<Transaction mode="Response" transactionID="${disconnect.attribute('transactionID')}"><Status code="200"/></Transaction>`;
    const receipt = await sap1.request({
      headers: { 'Content-Type': 'application/vnd.wv.ssp+xml' },
      chunks: [sap1.sessionMessage(status)],
    });
    expect([receipt.status, receipt.body]).toEqual([202, '']);
    await until('the acknowledgement', async () => (await outboxState(id)) === 'acknowledged');
  });
});
