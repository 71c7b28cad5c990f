import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { eventsOf, provenBy, WebhookReceiver } from '../../support/peers/webhook-receiver.js';
import { AdminClient } from '../../support/service/admin-client.js';
import { ConformanceWorld, CONFORMANCE_SEED } from '../../support/service/conformance-world.js';
import { until } from '../../support/service/until.js';

const world = new ConformanceWorld();
let admin: AdminClient;
let database: pg.Client;
const receivers: WebhookReceiver[] = [];

beforeAll(async () => {
  await world.start({ SAP2_WEBHOOK_DEADLINE_MS: '1000', SAP2_WEBHOOK_RETRY_MAX_S: '1' }, CONFORMANCE_SEED);
  admin = new AdminClient(world.service.adminUrl);
  database = new pg.Client({ connectionString: world.service.databaseUrl });
  database.on('error', () => undefined);
  await database.connect();
});
afterEach(async () => {
  const { json } = await admin.ask('GET', '/subscriptions');
  for (const { id } of (json as { items: { id: string }[] }).items)
    await admin.ask('DELETE', `/subscriptions/${id}`);
  for (const receiver of receivers.splice(0)) await receiver.stop();
});
afterAll(async () => {
  await database.end();
  await world.stop();
});

interface Subscription {
  readonly id: string;
  readonly secret: string;
  readonly enabled: boolean;
  readonly position: string;
  readonly failures: number;
  readonly undelivered: number;
  readonly lastError: string | null;
  readonly disabledBecause: string | null;
}

async function newReceiver(): Promise<WebhookReceiver> {
  const one = await new WebhookReceiver().start();
  receivers.push(one);
  return one;
}

async function subscribe(to: WebhookReceiver, more: object = {}): Promise<Subscription> {
  const { status, json } = await admin.ask('POST', '/subscriptions', {
    body: { name: 'presence', url: to.url, ...more },
  });
  expect([status, json]).toEqual([201, expect.anything()]);
  return json as Subscription;
}

const look = async ({ id }: Subscription): Promise<Subscription> =>
  (await admin.ask('GET', `/subscriptions/${id}`)).json as Subscription;

const act = (subscription: Subscription, what: string, body?: object) =>
  admin.ask('POST', `/subscriptions/${subscription.id}/${what}`, body && { body });

async function deliveries(subscription: Subscription, query = '') {
  const { json } = await admin.ask('GET', `/subscriptions/${subscription.id}/deliveries${query}`);
  return (json as { items: { state: string; webhookID: string; attempts: number; lastStatus: number }[] })
    .items;
}

let users = 0;
const newUserID = (domain = 'provider.example'): string => `wv:hook-${++users}@${domain}`;

async function createUser(userID = newUserID()): Promise<string> {
  const { status } = await admin.ask('POST', '/users', { body: { userID, password: 'wonderland' } });
  expect(status).toBe(201);
  return userID;
}

/** The events of one user: created, then suspended and reactivated so often. */
async function happenings(times: number): Promise<string> {
  const userID = await createUser();
  for (let time = 0; time < times; time++) {
    for (const [verb, more] of [['suspend', { body: { reason: 'test' } }], ['reactivate']] as const)
      expect([verb, (await admin.ask('POST', `/users/${userID}/${verb}`, more)).status]).toEqual([verb, 200]);
  }
  return userID;
}

const typesOf = (to: WebhookReceiver, userID: string): readonly string[] =>
  to.events.filter(({ user }) => user === userID).map(({ type }) => type);

const lifeOf = (times: number): readonly string[] => [
  'user.created',
  ...Array.from({ length: times }, () => ['user.suspended', 'user.reactivated']).flat(),
];

describe('a webhook', () => {
  it('is one event, signed by the form of Standard Webhooks', async () => {
    const to = await newReceiver();
    const { secret } = await subscribe(to);
    const userID = await createUser();
    const message = await until('the message', () => to.messages[0]);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(provenBy(secret, message)).toEqual([true]);
    const event = JSON.parse(message.body.toString('utf8')) as { id: string };
    expect(event).toMatchObject({ id: message.webhookID, type: 'user.created', user: userID });
    expect(Math.abs(message.timestampS - Date.now() / 1000)).toBeLessThan(3_600);
    expect(message.contentType).toBe('application/json');
  });

  it('has the events of a session in their order, and only wanted types and domains', async () => {
    const [all, ends, silent] = [await newReceiver(), await newReceiver(), await newReceiver()];
    await subscribe(all);
    await subscribe(ends, { types: ['session.ended'] });
    await subscribe(silent, { domains: ['silent.example'] });
    const user = world.newUser();
    const session = await user.session();
    await user.logOut(session);
    const silentUser = await createUser(newUserID('silent.example'));
    await until('the events', () => ends.events.length > 0 && silent.events.length > 0);
    await until('all events', () => typesOf(all, silentUser).length > 0);
    const types = all.events.filter((event) => event.session === session).map(({ type }) => type);
    expect([types[0], types.at(-1)]).toEqual(['session.started', 'session.ended']);
    expect(ends.events.map(({ type, session: id }) => [type, id])).toEqual([['session.ended', session]]);
    expect(silent.events.map(({ user: id }) => id)).toEqual([silentUser]);
  });

  it('has several events as `items` where the subscription says so', async () => {
    const to = await newReceiver();
    const subscription = await subscribe(to, { batch: 10 });
    await act(subscription, 'disable');
    const userID = await happenings(6);
    await act(subscription, 'enable');
    await until('the events', () => typesOf(to, userID).length === 13);
    expect(typesOf(to, userID)).toEqual(lifeOf(6));
    expect(to.messages.map((message) => eventsOf(message).length)).toEqual([10, 3]);
    expect(to.messages.every((message) => 'items' in (JSON.parse(String(message.body)) as object))).toBe(
      true,
    );
  });

  it('arrives once the receiver is back, in the order of the events, while others get theirs', async () => {
    const [away, well] = [await newReceiver(), await newReceiver()];
    const subscription = await subscribe(away);
    await subscribe(well);
    await away.stop();
    const userID = await happenings(5);
    await until('the other has all', () => typesOf(well, userID).length === 11);
    await until('it failed', async () => (await look(subscription)).failures > 0);
    await away.start();
    await until('all arrive', () => typesOf(away, userID).length === 11);
    expect(typesOf(away, userID)).toEqual(lifeOf(5));
    await until('it is well', async () => (await look(subscription)).failures === 0);
  });

  it.each([
    ['an error', 500],
    ['a redirect, which is not followed', 302],
    ['silence', (): void => undefined],
  ])('is sent again with the same id after %s', async (_, answer) => {
    const to = await newReceiver();
    to.answer = answer;
    const subscription = await subscribe(to);
    await createUser();
    await until('two attempts', () => to.messages.length >= 2);
    to.answer = 200;
    await until('the acknowledgement', () => to.events.length > 0);
    expect(new Set(to.messages.map(({ webhookID }) => webhookID)).size).toBe(1);
    expect(new Set(to.messages.map(({ path }) => path))).toEqual(new Set(['/hook']));
    const delivery = await until('its record', async () => {
      const [first] = await deliveries(subscription);
      return first?.state === 'delivered' && first;
    });
    expect(delivery).toMatchObject({ attempts: to.messages.length, lastStatus: 200 });
  });

  it('is acknowledged by the status alone, however long the body is', async () => {
    const to = await newReceiver();
    to.answer = (response) => {
      response.writeHead(200);
      response.write('x'.repeat(100_000));
    };
    const subscription = await subscribe(to);
    await createUser();
    await until('its record', async () => (await deliveries(subscription, '?state=delivered')).length === 1);
    expect(to.messages.length).toBe(1);
  });

  it('that is answered by 410 is the last one: the subscription is disabled, with an alert', async () => {
    const to = await newReceiver();
    to.answer = 410;
    const subscription = await subscribe(to);
    const userID = await createUser();
    await until('the end', async () => !(await look(subscription)).enabled);
    expect(await look(subscription)).toMatchObject({ disabledBecause: 'gone', lastError: 'HTTP 410' });
    expect(world.service.log.join('')).toContain('webhook_disabled');
    const metrics = await (await fetch(`${world.service.adminUrl}/metrics`)).text();
    expect(metrics).toContain('sap2_webhooks_total{result="gone"} 1');
    to.answer = 200;
    await act(subscription, 'enable');
    await until('the event again', () => typesOf(to, userID).length === 1);
  });

  it('has two signatures while a secret rotates, and one after it', async () => {
    const to = await newReceiver();
    const subscription = await subscribe(to);
    const { json } = await act(subscription, 'secret', { overlapS: 600 });
    const { secret } = json as Subscription;
    await createUser();
    const both = await until('a message', () => to.messages[0]);
    expect([provenBy(secret, both), provenBy(subscription.secret, both)]).toEqual([
      [true, false],
      [false, true],
    ]);
    await act(subscription, 'secret', { overlapS: 0 });
    await createUser();
    const one = await until('another message', () => to.messages[1]);
    expect([provenBy(secret, one), provenBy(subscription.secret, one)]).toEqual([[false], [false]]);
  });

  it('comes on demand as a test event, and tells how it was answered', async () => {
    const to = await newReceiver();
    const subscription = await subscribe(to);
    await act(subscription, 'disable');
    expect((await act(subscription, 'test')).json).toEqual({
      outcome: 'acknowledged',
      httpStatus: 204,
      error: null,
    });
    const [message] = to.messages;
    expect(message && provenBy(subscription.secret, message)).toEqual([true]);
    expect(to.events).toMatchObject([{ type: 'subscription.test', data: { subscription: subscription.id } }]);
    await to.stop();
    expect((await act(subscription, 'test')).json).toMatchObject({ outcome: 'failed', httpStatus: null });
  });
});

describe('a subscription', () => {
  it('is delivered again after a position, in the order of the events', async () => {
    const to = await newReceiver();
    const subscription = await subscribe(to);
    const userID = await happenings(2);
    await until('the events', () => typesOf(to, userID).length === 5);
    const second = to.events.find(({ type }) => type === 'user.suspended');
    expect((await act(subscription, 'replay', { after: second?.position ?? '' })).status).toBe(200);
    await until('the replay', () => typesOf(to, userID).length === 8);
    expect(typesOf(to, userID).slice(5)).toEqual(lifeOf(2).slice(2));
    expect((await act(subscription, 'replay', { after: 'nonsense' })).status).toBe(400);
  });

  it('lists what its receiver never took as undelivered, goes on, and replays it', async () => {
    const to = await newReceiver();
    to.answer = 503;
    const subscription = await subscribe(to);
    const userID = await happenings(1);
    await until('it failed', async () => (await look(subscription)).failures > 0);
    const numbered = () => database.query('SELECT FROM event WHERE account = $1', [userID]);
    await until('all have a position', async () => (await numbered()).rowCount === 3);
    await database.query(`UPDATE subscription SET failing_since = now() - interval '4 days' WHERE id = $1`, [
      subscription.id,
    ]);
    await database.query(`UPDATE event SET at = at - interval '4 days' WHERE account = $1`, [userID]);
    await database.query(
      `UPDATE webhook_delivery SET event_at = event_at - interval '4 days' WHERE subscription_id = $1`,
      [subscription.id],
    );
    await until('undelivered', async () => (await look(subscription)).undelivered === 3);
    expect((await deliveries(subscription)).map(({ state }) => state)).toEqual(
      Array.from({ length: 3 }, () => 'undelivered'),
    );
    to.answer = 200;
    const later = await createUser();
    await until('it went on', () => typesOf(to, later).length === 1);
    expect(typesOf(to, userID)).toEqual([]);
    await act(subscription, 'replay', { undelivered: true });
    await until('the replay', () => typesOf(to, userID).length === 3);
    expect(typesOf(to, userID)).toEqual(lifeOf(1));
    expect(typesOf(to, later).length).toBe(1);
  });

  it.each([
    ['http://169.254.169.254/latest', 400],
    ['http://10.0.0.1/hook', 400],
    ['ftp://127.0.0.1/hook', 400],
  ])('may not have the URL %s', async (url, status) => {
    const refused = await admin.ask('POST', '/subscriptions', { body: { name: 'x', url } });
    expect(refused.status).toBe(status);
  });

  it('with the format caep is refused while Shared Signals are off', async () => {
    const to = await newReceiver();
    const body = { name: 'x', url: to.url, format: 'caep' };
    expect((await admin.ask('POST', '/subscriptions', { body })).status).toBe(422);
    const paths = ['/.well-known/ssf-configuration', '/ssf/v1/jwks.json'];
    const asked = await Promise.all(paths.map((path) => fetch(`${world.service.adminUrl}${path}`)));
    expect(asked.map(({ status }) => status)).toEqual([404, 404]);
  });

  it('shows its secret once: no later answer, log or audit has it, nor the database', async () => {
    const to = await newReceiver();
    const { id, secret } = await subscribe(to);
    const answers = await Promise.all(
      [`/subscriptions/${id}`, '/subscriptions', '/audit?limit=500'].map((path) => admin.ask('GET', path)),
    );
    expect(answers.filter(({ text }) => text.includes(secret))).toEqual([]);
    expect(world.service.log.join('')).not.toContain(secret);
    const { rows } = await database.query<{ secret: string }>('SELECT secret FROM subscription');
    expect(rows.map((row) => row.secret.includes(secret.slice(6)))).toEqual([false]);
  });
});
