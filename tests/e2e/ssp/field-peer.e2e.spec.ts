import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { FIELD_REQUESTS, fieldDigest } from '../../support/peers/field-messages.js';
import { FieldPeer } from '../../support/peers/field-peer.js';
import {
  DEFAULT_SEED,
  type ServiceUnderTest,
  startServiceUnderTest,
} from '../../support/service/service-under-test.js';
import { until } from '../../support/service/until.js';
import { readXml } from '../../support/peers/xml-tree.js';

const KEEP_ALIVE = '<KeepAliveRequest/>';
const LOGOUT = '<LogoutRequest/>';

let field: FieldPeer;
let service: ServiceUnderTest;
/** Another process of the same SAP 2: an answer may reach either. */
let twin: ServiceUnderTest;

beforeAll(async () => {
  field = await new FieldPeer().listen();
  const agreement = {
    serviceID: field.serviceID,
    sharedSecret: 'unused-by-the-md5-of-the-field',
    callbackUrl: field.url,
    answerMode: 'callback',
    digestSchemas: ['MD5'],
    sourceAddresses: ['127.0.0.0/8'],
    domains: ['provider.example'],
    allowPasswordOverHttp: true,
  };
  const seed = { ...DEFAULT_SEED, agreements: [agreement] };
  service = await startServiceUnderTest({ SAP2_SESSIONS_PER_USER: '20' }, seed);
  const { databaseUrl, redisUrl } = service;
  twin = await startServiceUnderTest({ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl }, seed);
  field.talkTo(service.sspUrl, twin.sspUrl);
});

afterAll(async () => {
  field.close();
  // Whatever did not come up fails the tests, not the end of them.
  for (const one of [twin, service]) await one?.stop();
});

beforeEach(() => {
  Object.assign(field, { commits: 'promptly', moody: 0, digest: fieldDigest });
  field.disliked.length = 0;
});

/** The session comes up on this side last, so both sides know it then. */
async function newSession(open: () => Promise<unknown>): Promise<string> {
  const before = new Set(field.sessionIDs);
  await open();
  return until('an SSP session', () => field.sessionIDs.find((id) => !before.has(id)));
}

let devices = 0;
async function logIn(): Promise<string> {
  const answer = await field.ask(
    `<UserLoginRequest>\n<MetaInfo clientOriginated="Yes">\n<Requestor serviceID="${field.serviceID}">\n<User userID="wv:alice@provider.example">\n<ClientID url="phone-${++devices}@field"/>\n</User>\n</Requestor></MetaInfo>\n<Password>alice-secret\n</Password>\n</UserLoginRequest>`,
  );
  expect(answer.child('Status')?.attribute('code')).toBe('200');
  return answer.attribute('userSessionID') ?? '';
}

/** A user session whose peer has no SSP session any more. */
async function orphan(): Promise<string> {
  if (field.sessionIDs.length === 0) await newSession(() => field.open());
  const id = await logIn();
  while (field.sessionIDs.length > 0) {
    expect((await field.ask(LOGOUT)).attribute('code')).toBe('200');
    field.forgetLast();
  }
  return id;
}

async function endByAdministrator(userSessionID: string): Promise<void> {
  expect((await service.admin('DELETE', `/admin/v1/sessions/${userSessionID}`)).status).toBe(204);
}

async function acknowledged(userSessionID: string): Promise<void> {
  const client = new Client({ connectionString: service.databaseUrl });
  await client.connect();
  await until('the acknowledgement', async () => {
    const { rows } = await client.query<{ state: string }>(
      'SELECT state FROM disconnect_outbox WHERE session_id = $1',
      [userSessionID],
    );
    return rows[0]?.state === 'acknowledged';
  });
  await client.end();
}

/** What SAP 2 logged of its own set-ups. */
const ownSetUps = (): readonly string[] =>
  [...service.log, ...twin.log]
    .filter((line) => line.includes('own_ssp_session_set_up'))
    .map((line) => /"outcome":"([^"]+)"/.exec(line)?.[1] ?? line);

describe('a peer of the field (§2, §3)', () => {
  it('opens an SSP session with SAP 2, talks over it, and gets disconnects over it', async () => {
    await newSession(() => field.open());
    expect((await field.ask(KEEP_ALIVE)).child('Status')?.attribute('code')).toBe('200');
    const id = await logIn();
    await endByAdministrator(id);
    await acknowledged(id);
    expect(field.disconnects).toContain(id);
    expect(field.disliked).toEqual([]);
    expect(new Set(field.sent.map(({ receipt }) => `${receipt.status} ${receipt.body}`))).toEqual(
      new Set(['202 ']),
    );
  });

  it.each(Object.entries(FIELD_REQUESTS))('is answered 405 to its %s', async (_name, request) => {
    const answer = await field.ask(request(field.serviceID));
    expect([answer.name, answer.attribute('code')]).toEqual(['Status', '405']);
  });

  it('is opened a session to by SAP 2, when there is something to tell and none is up', async () => {
    const id = await orphan();
    const opened = await newSession(() => endByAdministrator(id));
    await acknowledged(id);
    expect(field.disconnects).toContain(id);
    expect(ownSetUps()).toEqual(['opened']);
    expect(field.disliked).toEqual([]);
    // Up in both directions.
    expect(field.sessionIDs).toEqual([opened]);
    expect((await field.ask(KEEP_ALIVE)).child('Status')?.attribute('code')).toBe('200');
  });
});

describe('SAP 2 succeeds with a peer of the field that', () => {
  it('commits so late that it closes the connection on messages 3 and 5', async () => {
    const id = await orphan();
    field.commits = 'late';
    await endByAdministrator(id);
    await acknowledged(id);
    expect(field.disliked).toEqual(['LoginRequest', 'LoginResponse', 'UserDisconnectRequest']);
  });

  it('closes the connection on message 1, and on a push', async () => {
    const id = await orphan();
    field.moody = 1;
    await endByAdministrator(id);
    await acknowledged(id);
    const next = await logIn();
    field.moody = 1;
    await endByAdministrator(next);
    await acknowledged(next);
    expect(field.disliked).toEqual(['SendSecretToken', 'UserDisconnectRequest']);
  });

  it('has forgotten the SSP session and says so by nothing but closed connections', async () => {
    const id = await logIn();
    field.forget();
    await endByAdministrator(id);
    await acknowledged(id);
    expect(field.disliked).toEqual(Array.from({ length: 3 }, () => 'UserDisconnectRequest'));
  });

  it('could not prove itself at first', async () => {
    const id = await orphan();
    const before = ownSetUps().length;
    field.digest = () => fieldDigest('guess');
    await endByAdministrator(id);
    await until('the refusal', () => ownSetUps()[before]);
    expect(field.sessionIDs).toEqual([]);
    field.digest = fieldDigest;
    await acknowledged(id);
    expect(new Set(ownSetUps().slice(before))).toEqual(new Set(['wrong-digest', 'opened']));
    // Each refused set-up brings 409 in place of message 5. It comes twice, since the peer closes the connection.
    await until('the refusals', () => {
      const refused = ownSetUps()
        .slice(before)
        .filter((outcome) => outcome === 'wrong-digest');
      return field.disliked.filter((name) => name === 'LoginResponse').length === 2 * refused.length;
    });
  });
});

it('opens nothing by answers that are replayed', async () => {
  const from = field.sent.length;
  const id = await orphan();
  await endByAdministrator(id);
  await acknowledged(id);
  const answers = field.sent
    .slice(from)
    .map(({ body }) => body)
    .filter((body) => /<SetupTransaction mode="Response"/.test(body));
  expect(answers).toHaveLength(3);
  field.disliked.length = 0;
  const [before, sent] = [ownSetUps().length, field.sent.length];
  for (const body of answers) await field.post(body);
  for (const { receipt } of field.sent.slice(sent)) {
    expect(readXml(receipt.body).onlyChild.onlyChild.child('Status')?.attribute('code')).toBe('403');
  }
  expect(ownSetUps()).toHaveLength(before);
  expect([field.disliked, field.faults]).toEqual([[], []]);
});
