import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type ServiceUnderTest, startServiceUnderTest } from '../../support/service/service-under-test.js';

interface EntryJson {
  readonly seq: number;
  readonly actor: string;
  readonly action: string;
  readonly hash: string;
  readonly previousHash: string;
}

let service: ServiceUnderTest;
let owner: pg.Client;
let bySeed = 0;

beforeAll(async () => {
  service = await startServiceUnderTest();
  owner = new pg.Client({ connectionString: service.databaseUrl });
  await owner.connect();
  bySeed = (await page('')).items.length;
});
afterAll(async () => {
  await owner.end();
  await service.stop();
});

async function page(
  query: string,
): Promise<{ items: EntryJson[]; nextCursor: string | null; status: number }> {
  const answer = await service.admin('GET', `/admin/v1/audit${query}`);
  return {
    ...((await answer.json()) as { items: EntryJson[]; nextCursor: string | null }),
    status: answer.status,
  };
}

const verdict = async (): Promise<unknown> => (await service.admin('GET', '/admin/v1/audit/verify')).json();

describe('the audit, as administrators see it', () => {
  it('is there from the first start on: that a seed file was applied stands in it', async () => {
    expect(bySeed).toBeGreaterThan(0);
    const { items } = await page('?actor=seed&limit=500');
    expect(items).toHaveLength(bySeed);
    expect(await verdict()).toMatchObject({ sound: true, entries: bySeed });
  });

  it('comes in pages, the newest first, each linked to the one before it', async () => {
    const all: EntryJson[] = [];
    let cursor: string | null = null;
    do {
      const next = await page(`?limit=1${cursor === null ? '' : `&cursor=${cursor}`}`);
      all.push(...next.items);
      cursor = next.nextCursor;
    } while (cursor !== null);
    expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: bySeed }, (_, n) => bySeed - n));
    const links = all.slice(0, -1).map(({ previousHash }, index) => previousHash === all[index + 1]?.hash);
    expect(links.every((linked) => linked)).toBe(true);
    const one = await service.admin('GET', `/admin/v1/audit/${bySeed}`);
    expect(await one.json()).toEqual(all[0]);
  });

  it.each([
    ['/999999', 404],
    ['/0', 400],
    ['/x', 400],
    ['?since=yesterday', 400],
    ['?cursor=forged', 400],
    ['?nonsense=1', 400],
    ['?since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00%2B01:00', 200],
  ])('%s: %d', async (query, status) => {
    expect((await service.admin('GET', `/admin/v1/audit${query}`)).status).toBe(status);
  });

  it('tells when somebody changed it behind the service', async () => {
    await owner.query('SET session_replication_role = replica');
    await owner.query(`UPDATE audit_entry SET actor = 'nobody' WHERE seq = 1`);
    expect(await verdict()).toMatchObject({ sound: false, brokenAt: 1, problem: 'changed' });
    await owner.query(`UPDATE audit_entry SET actor = 'seed' WHERE seq = 1`);
    expect(await verdict()).toMatchObject({ sound: true });
  });
});
