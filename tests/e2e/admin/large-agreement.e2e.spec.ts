import { afterEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { newUserSessionID, type AccountID } from '@sap2/session-core';
import { createTestDatabase, startTestRedis, testFolder } from '@sap2/test-support';
import { Redis } from 'ioredis';
import pg from 'pg';
import { AdminClient, type AdminAnswer } from '../../support/service/admin-client.js';
import { CONFORMANCE_SEED, OPERATOR } from '../../support/service/conformance-world.js';
import { RawSap1 } from '../../support/peers/raw-sap1.js';
import { type ServiceProcess, startServiceProcess } from '../../support/service/service-process.js';
import { TEST_ENVIRONMENT } from '../../support/service/service-under-test.js';
import { until } from '../../support/service/until.js';

const SESSIONS = 20_000;
const AT_ONCE = 1_000;
const SAMPLE = 500;
/** Enough for a job of some steps. */
const SOME_SESSIONS = 3_000;
/** Seven processes start, one after the other where the machine is busy. */
const DEADLINE_MS = 600_000;
const toStop: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of toStop.splice(0).toReversed()) await stop();
});

/** The worst moment: both stores have the third batch, and its confirmation is missing. */
const CRASH = { SAP2_FAULT_INJECTION: 'Jobs.confirm:before:3' };

interface Job {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly total: number;
  readonly done: number;
  readonly alreadyEnded: number;
}

/** Two processes that only serve, and one that works on the job. */
async function world(sessions: number, fault: Readonly<Record<string, string>> = {}) {
  const [database, redis] = [await createTestDatabase(), await startTestRedis()];
  toStop.push(
    () => database.drop(),
    () => redis.stop(),
  );
  const seedFile = join(mkdtempSync(join(testFolder(), 'seed-')), 'seed.json');
  writeFileSync(seedFile, JSON.stringify(CONFORMANCE_SEED));
  const stores = { DATABASE_URL: database.url, REDIS_URL: redis.url };
  const environment = { ...TEST_ENVIRONMENT, ...stores, SAP2_ENDED_AT_ONCE: String(AT_ONCE) };
  const started = async (special: Readonly<Record<string, string>>): Promise<ServiceProcess> => {
    const process = await startServiceProcess({ ...environment, ...special });
    toStop.push(() => process.kill());
    return process;
  };
  const seeding = await started({ SAP2_SEED_FILE: seedFile });
  const sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  toStop.push(() => sql.end());
  const ids = await addSessions(sql, sessions);
  await seeding.terminate();
  // The next process fills an empty Redis from the ledger before it is ready.
  const cache = new Redis(redis.url);
  toStop.push(async () => cache.quit());
  await cache.flushall();
  const [worker, serving, other] = await Promise.all([
    started({ SAP2_ROLES: 'sweeper', ...fault }),
    started({ SAP2_ROLES: 'ssp,admin' }),
    started({ SAP2_ROLES: 'ssp,admin' }),
  ]);
  for (const { adminUrl } of [serving, other]) await untilReady(adminUrl);
  const sap1 = await new RawSap1(serving.sspUrl, OPERATOR).connect();
  const elsewhere = await new RawSap1(other.sspUrl, OPERATOR).connect();
  toStop.push(async () => [sap1, elsewhere].forEach((one) => one.close()));
  return { ids, sql, cache, started, worker, serving, other, sap1, elsewhere };
}

async function addSessions(sql: pg.Client, count: number): Promise<readonly string[]> {
  const accounts = Array.from({ length: count }, (_, i) => `wv:many-${i}@provider.example`);
  const chance = { bytes: randomBytes, fraction: () => 0 };
  const ids = accounts.map((account) => newUserSessionID(account as AccountID, chance));
  await sql.query(
    `INSERT INTO account (id, domain, password_hash) SELECT id, 'provider.example', '-' FROM unnest($1::text[]) AS id`,
    [accounts],
  );
  await sql.query(
    `INSERT INTO live_session (id, account, domain, user_id, client, client_key, peer, keep_alive_time_s,
       csp_version, agreed_services, origin_transaction_id, started_at)
     SELECT id, account, 'provider.example', account, '{"url": "p"}', 'p', $3, 3600, '1.3', '{}', id, now()
     FROM unnest($1::text[], $2::text[]) AS s (id, account)`,
    [ids, accounts, OPERATOR.serviceID],
  );
  return ids;
}

const path = `/agreements/${OPERATOR.serviceID}`;
const jobIn = ({ json }: AdminAnswer): Job => (json as { readonly job: Job }).job;

function batch(sap1: RawSap1, ids: readonly string[]) {
  const sessions = ids.map((id) => `<UserSession userSessionID="${id}"/>`).join('');
  return sap1.ask(`<UserKeepAliveRequest>${sap1.metaInfo}${sessions}</UserKeepAliveRequest>`);
}

describe('an agreement with more sessions than one transaction ends', () => {
  it(
    'V1, V2, F2: none of them answers from the answer on, and a job ends each once, though its process is killed',
    async () => {
      const { ids, sql, cache, started, worker, serving, sap1, elsewhere } = await world(SESSIONS, CRASH);
      const sample = ids.slice(0, SAMPLE);
      const admin = new AdminClient(serving.adminUrl);
      expect((await batch(sap1, sample)).code).toBe(200);

      const narrowed = await admin.ask('PATCH', path, { body: { domains: ['silent.example'] } });
      // By the process that made the change, and by one that only heard of it.
      expect([(await batch(sap1, sample)).code, (await batch(elsewhere, sample)).code]).toEqual([601, 601]);
      expect(narrowed.status).toBe(202);
      expect(jobIn(narrowed)).toMatchObject({ kind: 'end-agreement', state: 'running', total: SESSIONS });
      const job = `/jobs/${jobIn(narrowed).id}`;

      await until('the process at work is dead', () => !isAlive(worker.pid));
      expect((await admin.ask('GET', job)).json).toMatchObject({ state: 'running', done: 1_500 });
      expect((await admin.ask('POST', `${job}/abort`)).status).toBe(409);
      const widened = { body: { domains: ['provider.example', 'silent.example'] } };
      expect((await admin.ask('PATCH', path, widened)).status).toBe(409);
      const again = await admin.ask('PATCH', path, { body: { domains: ['silent.example'] } });
      expect([again.status, jobIn(again).id]).toEqual([202, jobIn(narrowed).id]);

      await started({});
      await untilDone(admin, job);
      expect((await admin.ask('GET', job)).json).toMatchObject({ done: SESSIONS, alreadyEnded: 0 });
      const [counts] = (
        await sql.query(`SELECT
          (SELECT count(*)::int FROM live_session) AS live,
          (SELECT count(*)::int FROM session_history WHERE cause = 'agreement-ended') AS ended,
          (SELECT count(*)::int FROM disconnect_outbox) AS owed,
          (SELECT count(DISTINCT session_id)::int FROM disconnect_outbox) AS sessions_owed`)
      ).rows as object[];
      expect(counts).toEqual({ live: 0, ended: SESSIONS, owed: SESSIONS, sessions_owed: SESSIONS });
      expect((await batch(sap1, sample)).code).toBe(601);
      expect((await batch(sap1, ids.slice(1_000, 1_500))).code).toBe(601);
      expect(await cache.keys('sap2:{*}:session:*')).toEqual([]);
      expect(await cache.keys('sap2:{*}:shut-out')).toEqual([]);
      expect((await admin.ask('PATCH', path, widened)).status).toBe(200);
    },
    DEADLINE_MS,
  );

  it(
    'is refused on every process from the moment at which it is disabled',
    async () => {
      const { ids, serving, other, sap1, elsewhere } = await world(SOME_SESSIONS);
      const admin = new AdminClient(serving.adminUrl);
      const disabled = await admin.ask('POST', `${path}/disable`);
      for (const one of [sap1, elsewhere])
        await expect(batch(one, ids.slice(0, 1))).rejects.toThrow('HTTP 403');
      await expect(sap1.otherNode().connect()).rejects.toThrow(/SAP 2|no SSP session/u);
      expect(disabled.status).toBe(202);
      expect((await new AdminClient(other.adminUrl).ask('POST', `${path}/enable`)).status).toBe(409);
      await untilDone(admin, `/jobs/${jobIn(disabled).id}`);
      expect((await new AdminClient(other.adminUrl).ask('POST', `${path}/enable`)).status).toBe(200);
    },
    DEADLINE_MS,
  );
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The time-out of the test bounds both. */
async function untilReady(adminUrl: string): Promise<void> {
  while (!(await fetch(`${adminUrl}/health/ready`)).ok) await pause(100);
}

async function untilDone(admin: AdminClient, job: string): Promise<void> {
  while (((await admin.ask('GET', job)).json as Job).state !== 'done') await pause(100);
}
