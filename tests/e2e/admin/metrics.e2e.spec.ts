import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { describeLog, OPERATOR, RIVAL } from '../../support/service/conformance-world.js';
import { Exposition } from '../../support/service/exposition.js';
import { until } from '../../support/service/until.js';
import { pushTo, worldWithDoors } from '../../support/service/world-with-doors.js';

/** Scrapes within this time share what was looked up in the stores. */
const SHARED_MS = 1_100;

const { world, door, connected } = worldWithDoors([OPERATOR, RIVAL]);
const scrapes: string[] = [];

async function scrape(): Promise<Exposition> {
  const answer = await fetch(`${world.service.adminUrl}/metrics`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/u);
  const text = await answer.text();
  scrapes.push(text);
  return new Exposition(text);
}

/** What changed by `work`: after a while, when everything was looked up anew. */
async function during(work: () => Promise<unknown>) {
  const before = await scrape();
  await work();
  await pause(SHARED_MS);
  const after = await scrape();
  return {
    after,
    grownBy: (name: string, labels: Readonly<Record<string, string>> = {}): number =>
      after.value(name, labels) - before.value(name, labels),
  };
}

const requests = (primitive: string, code: number, peer = OPERATOR.serviceID) => ({
  peer,
  primitive,
  code: String(code),
});

describe('GET /metrics', () => {
  it('counts a login, a wrong password, a keep-alive and an end by an administrator', async () => {
    const user = world.newUser(await connected(OPERATOR));
    const { after, grownBy } = await during(async () => {
      expect((await user.as({ password: 'guessed' }).logIn()).code).toBe(409);
      const id = await user.session();
      expect((await user.keepAlive(id)).code).toBe(200);
      await world.end(id);
      await pushTo(door(OPERATOR), id);
      await until('the push is settled', async () => {
        const labels = { peer: OPERATOR.serviceID, result: 'delivered' };
        return (await scrape()).value('sap2_disconnects_total', labels) > 0;
      });
    });
    expect(grownBy('sap2_ssp_requests_total', requests('UserLoginRequest', 409))).toBe(1);
    expect(grownBy('sap2_ssp_requests_total', requests('UserLoginRequest', 200))).toBe(1);
    expect(grownBy('sap2_ssp_requests_total', requests('UserKeepAliveRequest', 200))).toBe(1);
    expect(grownBy('sap2_ssp_request_duration_seconds_count', { primitive: 'UserLoginRequest' })).toBe(2);
    const logins = (outcome: string) => grownBy('sap2_logins_total', { peer: OPERATOR.serviceID, outcome });
    expect(logins('wrong-credentials')).toBe(1);
    expect(logins('logged-in')).toBe(1);
    expect(grownBy('sap2_sessions_opened_total')).toBe(1);
    expect(
      grownBy('sap2_store_call_duration_seconds_count', { store: 'redis', port: 'LiveSessions' }),
    ).toBeGreaterThan(0);
    expect(
      grownBy('sap2_store_call_duration_seconds_count', { store: 'postgresql', port: 'SessionLedger' }),
    ).toBeGreaterThan(0);
    expect(grownBy('sap2_sessions_ended_total', { cause: 'administrator' })).toBe(1);
    expect(grownBy('sap2_disconnects_total', { peer: OPERATOR.serviceID, result: 'delivered' })).toBe(1);
    expect(after.value('sap2_outbox_pending')).toBe(0);
  });

  it('counts what each peer did by itself, and what could not be read', async () => {
    const rival = await connected(RIVAL);
    const { grownBy } = await during(async () => {
      await world.newUser(rival).session();
      expect((await rival.ask('<NoSuchRequest/>')).code).toBe(405);
    });
    const login = requests('UserLoginRequest', 200, RIVAL.serviceID);
    expect(grownBy('sap2_ssp_requests_total', login)).toBe(1);
    expect(grownBy('sap2_ssp_requests_total', requests('UserLoginRequest', 200))).toBe(0);
    expect(grownBy('sap2_ssp_requests_total', requests('unreadable', 405, RIVAL.serviceID))).toBe(1);
  });

  it('counts set-ups by their outcome, and refusals by HTTP', async () => {
    const operator = await connected(OPERATOR);
    const { grownBy } = await during(async () => {
      await world.sap1(OPERATOR).connect();
      const impostor = world.sap1({ ...OPERATOR, secret: 'guessed' });
      await expect(impostor.connect()).rejects.toThrow('does not know the secret');
      expect((await operator.ask('<KeepAliveRequest/>')).code).toBe(200);
      expect((await operator.post('not XML')).status).toBe(400);
      expect((await operator.post('{}', { 'Content-Type': 'application/json' })).status).toBe(415);
      expect((await world.sap1().post(world.sap1().message([]))).status).toBe(400);
      expect((await operator.request({ method: 'GET' })).status).toBe(405);
    });
    expect(grownBy('sap2_ssp_setups_total', { outcome: 'opened' })).toBe(1);
    expect(grownBy('sap2_ssp_setups_total', { outcome: 'wrong-digest' })).toBe(1);
    const refusals = (status: string, reason: string, peer: string): number =>
      grownBy('sap2_ssp_http_refusals_total', { status, reason, peer });
    expect(refusals('400', 'malformed', OPERATOR.serviceID)).toBe(1);
    expect(refusals('400', 'malformed', 'unknown')).toBe(1);
    expect(refusals('415', 'content-type', OPERATOR.serviceID)).toBe(1);
    expect(refusals('405', 'method', OPERATOR.serviceID)).toBe(1);
  });

  it('tells how many sessions live, what waits for a peer, and how the stores and the process are', async () => {
    const user = world.newUser(await connected(OPERATOR));
    door(OPERATOR).answer = () => ({ httpStatus: 500 });
    const { after, grownBy } = await during(async () => {
      await user.on('stays').session();
      const id = await user.on('ends').session();
      await world.end(id);
      await pushTo(door(OPERATOR), id);
    });
    expect(grownBy('sap2_live_sessions')).toBe(1);
    expect(grownBy('sap2_domain_live_sessions', { domain: 'provider.example' })).toBe(1);
    expect(grownBy('sap2_peer_live_sessions', { peer: OPERATOR.serviceID })).toBe(1);
    expect(after.value('sap2_jobs_running')).toBe(0);
    expect(after.value('sap2_outbox_pending')).toBe(1);
    expect(after.value('sap2_outbox_peer_pending', { peer: OPERATOR.serviceID })).toBe(1);
    expect(after.value('sap2_outbox_peer_oldest_age_seconds')).toBeGreaterThan(0);
    expect(after.value('sap2_sweeper_lag_seconds')).toBe(0);
    for (const store of ['postgresql', 'redis']) {
      expect(after.value('sap2_store_up', { store })).toBe(1);
      expect(after.value('sap2_store_probe_duration_seconds', { store })).toBeGreaterThan(0);
    }
    expect(after.value('sap2_gate_open')).toBe(1);
    expect(after.kinds.get('sap2_ssp_messages_in_flight')).toBe('gauge');
    expect(after.value('sap2_connections_open', { listener: 'ssp', of: 'peers' })).toBeGreaterThan(0);
    expect(after.value('sap2_connections_open', { listener: 'admin', of: 'peers' })).toBeGreaterThan(0);
    expect(after.value('sap2_ssp_body_bytes', { of: 'peers' })).toBe(0);
    expect(after.value('sap2_process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(after.kinds.get('sap2_nodejs_eventloop_lag_p99_seconds')).toBe('gauge');
    door(OPERATOR).answer = () => undefined;
  });
});

describe('requests of administrators', () => {
  it('are counted by route and answer, and one to nowhere makes no series of its own', async () => {
    const ask = (path: string): Promise<Response> => fetch(`${world.service.adminUrl}/admin/v1${path}`);
    const { grownBy } = await during(async () => {
      expect((await ask('/users/wv:nobody@example.com')).status).toBe(401);
      expect((await ask('/nowhere')).status).toBe(404);
    });
    const operation = 'GET /admin/v1/users/:userID';
    expect(grownBy('sap2_admin_requests_total', { operation, status: '401' })).toBe(1);
    expect(grownBy('sap2_admin_request_duration_seconds_count', { operation })).toBe(1);
    expect(grownBy('sap2_admin_requests_total', { operation: 'elsewhere', status: '404' })).toBe(1);
  });
});

describe('V8: the metrics of all this', () => {
  let labels: readonly string[];
  beforeAll(() => {
    labels = scrapes.flatMap((text) =>
      new Exposition(text).samples.flatMap((sample) => Object.values(sample.labels)),
    );
  });

  it('name peers and words of ours, and no session, user, nonce or secret', () => {
    const sent = world.traffic.flatMap((body) => [
      ...Array.from(
        body.matchAll(/(?:sessionID|userSessionID|userID|transactionID)="([^"]+)"/gu),
        ([, id = '']) => id,
      ),
      ...Array.from(
        body.matchAll(/<(?:Password|SecretToken|Nonce|PasswordDigest)[^>]*>([^<]+)</gu),
        ([, secret = '']) => secret,
      ),
    ]);
    expect(new Set(sent).size).toBeGreaterThan(20);
    expect(labels.filter((label) => sent.some((secret) => label.includes(secret)))).toEqual([]);
    const peers = new Set(labels.filter((label) => label.startsWith('wv:')));
    expect([...peers].toSorted()).toEqual([OPERATOR.serviceID, RIVAL.serviceID]);
  });

  it('are the names that docs/metrics.md explains, and no others', () => {
    const page = readFileSync('docs/metrics.md', 'utf8');
    const explained = Array.from(page.matchAll(/^\| `(sap2_\w+)`/gmu), ([, name = '']) => name);
    const families = scrapes.flatMap((text) => [...new Exposition(text).kinds.keys()]);
    const ours = families.filter((name) => !/^sap2_(?:process|nodejs)_/u.test(name));
    expect([...new Set(ours)].toSorted()).toEqual(explained.toSorted());
  });

  it('all begin with sap2_', () => {
    const names = scrapes.flatMap((text) => new Exposition(text).samples.map(({ name }) => name));
    expect(names.filter((name) => !name.startsWith('sap2_'))).toEqual([]);
  });
});

describeLog(world);
