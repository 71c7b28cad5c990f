import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Actor, type Job, Jobs, type SessionFilter } from '@sap2/administration';
import { type ServiceID, SessionEnd } from '@sap2/session-core';
import { FakeLiveSessions, ManualClock, plain } from '@sap2/test-support';
import { storeUnderTest, type StoreUnderTest } from '../../store-under-test.fixture.js';
import { fill } from '../filled-store.fixture.js';

const ACTOR: Actor = { name: 'tester', from: 'local', requestID: 'r-1' };
const peer = 'wv:@p1.example' as ServiceID;
const COUNT = 3_600;
const PEERS = 3;
const OF_PEER = COUNT / PEERS;

let test: StoreUnderTest;
beforeAll(async () => {
  test = await storeUnderTest();
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.reset();
  await fill(test, COUNT, PEERS);
});

const create = (filter: SessionFilter, ratePerSecond?: number): Promise<Job> =>
  test.store.jobs.create(ACTOR, { filter, reason: 'by order 7', ratePerSecond });

const reporting = (batches: number[]): SessionEnd =>
  new SessionEnd(new FakeLiveSessions(new ManualClock()), (ended) => void batches.push(ended.length));

/** Steps until nothing is due. @returns how many sessions each ended */
async function work(): Promise<number[]> {
  const batches: number[] = [];
  const jobs = new Jobs(test.store.jobs, reporting(batches));
  for (;;) if ((await jobs.run()).kind === 'nothing-due') return batches;
}

const live = async (): Promise<number> => test.store.sessions.count({ peer });

describe('no job', () => {
  it('leaves nothing to do, and says nothing about when', async () => {
    expect(await reporting([]).announce(test.store.jobs.step())).toEqual({
      kind: 'nothing-due',
      nextInMs: undefined,
    });
  });

  it('that is due yet says when the next one is', async () => {
    await create({ peer }, 100);
    const jobs = new Jobs(test.store.jobs, reporting([]));
    expect(await jobs.run()).toMatchObject({ kind: 'worked' });
    const next = await jobs.run();
    expect(next.kind === 'nothing-due' && next.nextInMs).toBeGreaterThan(0);
  });
});

describe('the backlog of jobs', () => {
  it('says how many run, and how long the most overdue step waits', async () => {
    expect(await test.store.jobs.backlog()).toEqual({ running: 0, lagMs: 0 });
    const { id } = await create({ peer });
    await test.sql(`UPDATE job SET due_at = now() - interval '90 seconds' WHERE id = ${id}`);
    const { running, lagMs } = await test.store.jobs.backlog();
    expect(running).toBe(1);
    expect(lagMs).toBeGreaterThanOrEqual(90_000);
    await work();
    expect(await test.store.jobs.backlog()).toEqual({ running: 0, lagMs: 0 });
  });

  it('has no negative lag while the next step is in the future', async () => {
    const { id } = await create({ peer });
    await test.sql(`UPDATE job SET due_at = now() + interval '1 hour' WHERE id = ${id}`);
    expect(await test.store.jobs.backlog()).toEqual({ running: 1, lagMs: 0 });
  });
});

describe('a job that ends sessions', () => {
  it('ends those that matched when it was made, in batches, and says so in history and outbox', async () => {
    const preview = await test.store.sessions.count({ peer });
    const job = await create({ peer });
    expect(job).toMatchObject({ state: 'running', total: preview, done: 0, createdBy: 'tester' });
    await test.sql(
      `INSERT INTO live_session SELECT (jsonb_populate_record(s, '{"id": "00late", "client_key": "late"}')).*
       FROM live_session s WHERE peer = $1 LIMIT 1`,
      [peer],
    );
    expect(await work()).toEqual([500, 500, 200]);
    expect(await test.store.jobs.find(job.id)).toMatchObject({
      state: 'done',
      total: OF_PEER,
      done: OF_PEER,
      alreadyEnded: 0,
      finishedAtMs: expect.any(Number),
    });
    expect(await live()).toBe(1);
    const owed = await test.sql(
      `SELECT 1 FROM disconnect_outbox WHERE cause = 'administrator' AND reason = 'by order 7' AND state = 'pending'`,
    );
    expect(owed).toHaveLength(OF_PEER);
    expect(await test.sql('SELECT 1 FROM live_session')).toHaveLength(COUNT - OF_PEER + 1);
    expect(await test.sql('SELECT 1 FROM job_session')).toEqual([]);
  });

  it('counts what ended by itself meanwhile apart', async () => {
    const job = await create({ peer });
    const [first] = await test.store.sessions.page({ peer }, undefined, 1);
    if (first === undefined) throw new Error('no session');
    await test.store.ledger.end([first.session.id], 'logout', { reason: undefined, onlyOwnedBy: undefined });
    await work();
    expect(await test.store.jobs.find(job.id)).toMatchObject({ done: OF_PEER - 1, alreadyEnded: 1 });
  });

  it('F2: continues in other processes; each session is ended once, whatever process steps', async () => {
    const job = await create({ peer });
    await Promise.all([work(), work(), work(), work()]);
    await work();
    expect(await test.store.jobs.find(job.id)).toMatchObject({
      state: 'done',
      done: OF_PEER,
      alreadyEnded: 0,
    });
    const history = await test.sql(`SELECT 1 FROM session_history WHERE reason = 'by order 7'`);
    expect(history).toHaveLength(OF_PEER);
  });

  it('keeps to its rate: no second batch before the first one’s time is over', async () => {
    const job = await create({ peer }, 100);
    expect(await work()).toEqual([100]);
    const idle = await plain(test.store.jobs).step();
    expect(idle).toMatchObject({ kind: 'nothing-due' });
    expect(idle.kind === 'nothing-due' ? idle.nextInMs : 0).toBeGreaterThan(0);
    expect(await test.store.jobs.find(job.id)).toMatchObject({ state: 'running', done: 100 });
  });

  it('does not hold up another one that may work at once', async () => {
    await create({ peer }, 1);
    const other = await create({ peer: 'wv:@p2.example' as ServiceID });
    await work();
    expect(await test.store.jobs.find(other.id)).toMatchObject({ state: 'done' });
  });

  it('can be aborted: what is ended stays ended, the others live on', async () => {
    const job = await create({ peer });
    await test.store.jobs.step();
    expect(await test.store.jobs.abort(ACTOR, job.id)).toMatchObject({ kind: 'aborted', job: { done: 500 } });
    expect(await work()).toEqual([]);
    expect(await live()).toBe(OF_PEER - 500);
    expect(await test.sql('SELECT 1 FROM job_session')).toEqual([]);
    expect(await test.store.jobs.abort(ACTOR, job.id)).toMatchObject({ kind: 'finished-before' });
    expect(await test.store.jobs.abort(ACTOR, '999999')).toEqual({ kind: 'unknown' });
    const audit = await test.sql(
      `SELECT action FROM audit_entry WHERE actor = 'tester' ORDER BY seq DESC LIMIT 2`,
    );
    expect(audit).toEqual([{ action: 'job.abort' }, { action: 'sessions.end' }]);
  });

  it('of nothing is done at once, and all are listed, newest first', async () => {
    const first = await create({ client: 'nobody' });
    const second = await create({ client: 'nobody' });
    expect(await work()).toEqual([]);
    const [a, b] = await test.store.jobs.page(undefined, 2);
    expect([a, b]).toMatchObject([
      { id: second.id, state: 'done', total: 0 },
      { id: first.id, state: 'done', filter: { client: 'nobody' } },
    ]);
    expect((await test.store.jobs.page(second.id, 1))[0]?.id).toBe(first.id);
  });
});
