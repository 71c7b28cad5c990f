import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { readToken, type SecurityEvent } from '../../support/peers/security-event-receiver.js';
import { WebhookReceiver } from '../../support/peers/webhook-receiver.js';
import { AdminClient } from '../../support/service/admin-client.js';
import { worldForThisFile } from '../../support/service/conformance-world.js';
import { ADMIN_TOKEN } from '../../support/service/service-under-test.js';
import { until } from '../../support/service/until.js';

const ISSUER = 'https://sap2.provider.example';
const CAEP = 'https://schemas.openid.net/secevent/caep/event-type';
const VERIFICATION = 'https://schemas.openid.net/secevent/ssf/event-type/verification';

const world = worldForThisFile({
  SAP2_SSF_ISSUER: ISSUER,
  SAP2_WEBHOOK_RETRY_MAX_S: '1',
});
let admin: AdminClient;
let to: WebhookReceiver;
let stream: string;

beforeAll(async () => {
  admin = new AdminClient(world.service.adminUrl);
  to = await new WebhookReceiver().start();
  to.answer = 202;
  stream = await subscribe({});
});
afterAll(() => to.stop());

async function subscribe(more: object): Promise<string> {
  const body = { name: 'risk engine', url: to.url, format: 'caep', ...more };
  const { status, json } = await admin.ask('POST', '/subscriptions', { body });
  expect(status).toBe(201);
  return (json as { id: string }).id;
}

/** As a receiver asks: the URLs of the metadata, at the address where this test reaches the issuer. */
const read = async (url: string): Promise<Response> => fetch(url.replace(ISSUER, world.service.adminUrl));
const open = async <Shape>(url: string): Promise<Shape> => (await (await read(url)).json()) as Shape;
const metadata = () =>
  open<Record<string, string> & { issuer: string; jwks_uri: string }>(
    `${ISSUER}/.well-known/ssf-configuration`,
  );

async function ask(method: string, url: string, body?: object): Promise<{ status: number; json: unknown }> {
  const answer = await fetch(url.replace(ISSUER, world.service.adminUrl), {
    method,
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
}

/** Everything that arrived, each token checked. */
async function events(): Promise<readonly SecurityEvent[]> {
  const known = await metadata();
  const keys = await open<Parameters<typeof readToken>[2]>(known.jwks_uri);
  return to.messages.map(({ body }) => readToken(body.toString('utf8'), known, keys));
}

const eventOf = (type: string, user: string): Promise<SecurityEvent> =>
  until(type, async () =>
    (await events()).find(
      (event) => event.type === type && (event.sub_id['user'] as { sub?: string } | undefined)?.sub === user,
    ),
  );

describe('a transmitter of Shared Signals', () => {
  it('says who it is, without a token', async () => {
    const known = await metadata();
    expect(known).toMatchObject({
      spec_version: '1_0',
      issuer: ISSUER,
      delivery_methods_supported: ['urn:ietf:rfc:8935'],
      authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6750' }],
    });
    const keys = await open<{ keys: readonly Record<string, unknown>[] }>(known.jwks_uri);
    expect(keys.keys).toHaveLength(1);
    expect(Object.keys(keys.keys[0] ?? {}).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  });

  it('tells of a session that began and of its end', async () => {
    const user = world.newUser();
    const session = await user.session();
    const begun = await eventOf(`${CAEP}/session-established`, user.userID);
    expect(begun).toMatchObject({
      iss: ISSUER,
      aud: to.url,
      sub_id: {
        format: 'complex',
        user: { format: 'iss_sub', iss: ISSUER, sub: user.userID },
        session: { format: 'opaque', id: session },
      },
      claims: { event_timestamp: expect.any(Number), initiating_entity: 'user' },
    });
    await world.end(session);
    const ended = await eventOf(`${CAEP}/session-revoked`, user.userID);
    expect(ended.sub_id).toEqual(begun.sub_id);
    expect(ended.claims).toMatchObject({
      initiating_entity: 'admin',
      reason_admin: { en: expect.any(String) },
    });
    expect(to.messages[0]?.contentType).toBe('application/secevent+jwt');
  });

  it('tells of new credentials', async () => {
    const user = world.newUser();
    const body = { password: 'a new password' };
    const { status } = await admin.ask('PUT', `/users/${user.userID}/password`, { body });
    expect(status).toBe(200);
    const changed = await eventOf(`${CAEP}/credential-change`, user.userID);
    expect(changed.sub_id).not.toHaveProperty('session');
    expect(changed.claims).toMatchObject({ credential_type: 'password', change_type: 'update' });
  });

  it('sends a token that was not taken again, with the same jti', async () => {
    const user = world.newUser();
    to.answer = 400;
    await user.session();
    const seen = () =>
      events().then((all) =>
        all.filter(({ sub_id: subject }) => JSON.stringify(subject).includes(user.userID)),
      );
    await until('two attempts', async () => (await seen()).length >= 2);
    to.answer = 202;
    const delivered = await eventOf(`${CAEP}/session-established`, user.userID);
    expect(new Set((await seen()).map(({ jti }) => jti))).toEqual(new Set([delivered.jti]));
  });

  it('signs with a new key an hour after receivers could read it', async () => {
    const database = new pg.Client({ connectionString: world.service.databaseUrl });
    await database.connect();
    const keyOfNext = async (): Promise<string> => {
      const user = world.newUser();
      await user.session();
      return (await eventOf(`${CAEP}/session-established`, user.userID)).kid;
    };
    const first = await keyOfNext();
    await database.query("UPDATE signing_key SET created_at = now() - interval '91 days'");
    expect(await keyOfNext()).toBe(first);
    const published = async () =>
      (await open<{ keys: readonly object[] }>(`${ISSUER}/ssf/v1/jwks.json`)).keys;
    await until('the new key', async () => (await published()).length === 2);
    await database.query("UPDATE signing_key SET created_at = created_at - interval '2 hours'");
    expect(await keyOfNext()).not.toBe(first);
    const { rows } = await database.query<{ private_key: string }>('SELECT private_key FROM signing_key');
    expect(rows.filter(({ private_key: sealed }) => !sealed.startsWith('v1.'))).toEqual([]);
    await database.end();
  });
});

describe('a stream', () => {
  it('says what it has, how it stands, and that it works', async () => {
    const known = await metadata();
    const { json } = await ask('GET', `${known['configuration_endpoint']}?stream_id=${stream}`);
    expect(json).toMatchObject({
      stream_id: stream,
      iss: ISSUER,
      aud: to.url,
      delivery: { method: 'urn:ietf:rfc:8935', endpoint_url: to.url },
      events_delivered: [
        `${CAEP}/session-established`,
        `${CAEP}/session-revoked`,
        `${CAEP}/credential-change`,
      ],
    });
    const asked = { stream_id: stream, state: 'as-the-receiver-chose' };
    expect((await ask('POST', known['verification_endpoint'] ?? '', asked)).status).toBe(204);
    const verified = (await events()).find(({ type }) => type === VERIFICATION);
    expect(verified).toMatchObject({
      sub_id: { format: 'opaque', id: stream },
      claims: { state: 'as-the-receiver-chose' },
    });
  });

  it('that is paused keeps its events', async () => {
    const status = (await metadata())['status_endpoint'] ?? '';
    const paused = { stream_id: stream, status: 'paused' };
    expect(await ask('POST', status, paused)).toEqual({ status: 200, json: paused });
    expect((await ask('GET', `${status}?stream_id=${stream}`)).json).toEqual(paused);
    const user = world.newUser();
    await user.session();
    const before = to.messages.length;
    const enabled = { stream_id: stream, status: 'enabled' };
    expect((await ask('POST', status, enabled)).json).toEqual(enabled);
    await eventOf(`${CAEP}/session-established`, user.userID);
    expect(to.messages.length).toBe(before + 1);
  });

  it.each([
    ['GET', '/streams?stream_id=999999'],
    ['GET', '/streams?stream_id=x'],
    ['GET', '/status?stream_id=999999'],
  ])('that does not exist is not found: %s %s', async (method, path) => {
    expect((await ask(method, `${ISSUER}/ssf/v1${path}`)).status).toBe(404);
  });

  it('cannot have other events, nor batches', async () => {
    const body = { name: 'x', url: to.url, format: 'caep', types: ['user.created'], batch: 2 };
    const { status, json } = await admin.ask('POST', '/subscriptions', { body });
    expect(status).toBe(400);
    expect(JSON.stringify(json)).toMatch(/types.*batch/u);
  });

  it('needs a token of its reader', async () => {
    expect((await read(`${ISSUER}/ssf/v1/status?stream_id=${stream}`)).status).toBe(401);
  });
});
