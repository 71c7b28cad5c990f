import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AnchorsVerdict, AuditAnchor } from '@sap2/administration';
import type { Domain } from '@sap2/session-core';
import { createTestDatabase, type TestDatabase } from '@sap2/test-support';
import pg from 'pg';
import { connectIdentityStore, type IdentityStore } from '../connect-identity-store.js';
import { optionsFor } from '../store-under-test.fixture.js';

const BY = { name: 'olive', from: '127.0.0.1', requestID: 'r1' };
const NOW_MS = Date.UTC(2027, 0, 31);
const keyOf = (id: string, fill: number) => ({ id, key: new Uint8Array(32).fill(fill) });
const [FIRST, SECOND] = [keyOf('first', 1), keyOf('second', 2)];

let database: TestDatabase;
let store: IdentityStore;
let owner: pg.Client;
let others: IdentityStore[] = [];
beforeEach(async () => {
  database = await createTestDatabase();
  store = await connectIdentityStore(
    optionsFor(database.serviceUrl, { migrationUrl: database.url, secretKeys: [FIRST] }),
  );
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});
afterEach(async () => {
  await owner.end();
  for (const one of [store, ...others]) await one.close();
  others = [];
  await database.drop();
});

let domains = 0;
const act = (): Promise<unknown> =>
  store.domains.create(BY, {
    name: `d${++domains}.example` as Domain,
    spInfo: undefined,
    services: undefined,
  });

const signed = async (): Promise<AuditAnchor> => {
  const anchor = await store.audit.signHead(NOW_MS);
  if (anchor === undefined) throw new Error('There is no entry to sign.');
  return anchor;
};

/** So many entries, and after each of them the anchor of that moment. */
const anchored = async (entries: number): Promise<AuditAnchor[]> => {
  const anchors: AuditAnchor[] = [];
  for (let n = 0; n < entries; n++) {
    await act();
    anchors.push(await signed());
  }
  return anchors;
};

/** What the owner can do, past the triggers. */
const asOwner = async (...statements: readonly string[]): Promise<void> => {
  await owner.query('SET session_replication_role = replica');
  for (const statement of statements) await owner.query(statement);
  await owner.query('SET session_replication_role = origin');
};

const HEAD_BACK = `UPDATE audit_end SET (seq, at, hash) =
  (SELECT seq, at, hash FROM audit_entry ORDER BY seq DESC LIMIT 1) WHERE which = 'head'`;

const verified = async (
  anchors: readonly (AuditAnchor | undefined)[],
  by = store,
): Promise<{ chain: string; matching: number; retired: number; faults: (string | number)[][] }> => {
  const lines = anchors.map((anchor, index) => ({ number: index + 1, anchor }));
  const { chain, anchors: verdict } = await by.audit.verifyAgainst(lines);
  const { matching, retired, problems }: AnchorsVerdict = verdict;
  return { chain: chain.kind, matching, retired, faults: problems.map(({ line, fault }) => [line, fault]) };
};

const withKeys = async (...secretKeys: (typeof FIRST)[]): Promise<IdentityStore> => {
  const other = await connectIdentityStore(optionsFor(database.serviceUrl, { secretKeys }));
  others.push(other);
  return other;
};

describe('an anchor', () => {
  it('says where the trail ends; there is none before the first entry', async () => {
    expect(await store.audit.signHead(NOW_MS)).toBeUndefined();
    const [first, second] = await anchored(2);
    const entry = await store.audit.find(2);
    expect(second).toEqual({
      installation: await store.installationID(),
      seq: 2,
      hash: entry?.hash,
      at: new Date(entry?.atMs ?? 0).toISOString(),
      signedAt: '2027-01-31T00:00:00.000Z',
      key: 'first',
      mac: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(first?.mac).not.toBe(second?.mac);
  });

  it('vouches for every entry that the trail holds as it was', async () => {
    const anchors = await anchored(3);
    await act();
    expect(await verified([...anchors, ...anchors])).toEqual({
      chain: 'sound',
      matching: 6,
      retired: 0,
      faults: [],
    });
  });

  it('tells that the owner cut the last entries and put the head back, which the chain alone does not', async () => {
    const anchors = await anchored(5);
    await asOwner('DELETE FROM audit_entry WHERE seq > 3', HEAD_BACK);
    expect(await store.audit.verify()).toMatchObject({ kind: 'sound', entries: 3 });
    expect(await verified(anchors)).toEqual({
      chain: 'sound',
      matching: 3,
      retired: 0,
      faults: [
        [4, 'cut'],
        [5, 'cut'],
      ],
    });
  });

  it('tells that others were written in their place', async () => {
    const anchors = await anchored(4);
    await asOwner('DELETE FROM audit_entry WHERE seq > 2', HEAD_BACK);
    for (let n = 0; n < 3; n++) await act();
    expect(await verified(anchors)).toEqual({
      chain: 'sound',
      matching: 2,
      retired: 0,
      faults: [
        [3, 'rewritten'],
        [4, 'rewritten'],
      ],
    });
  });

  it('tells that one is missing', async () => {
    const anchors = await anchored(3);
    await asOwner('DELETE FROM audit_entry WHERE seq = 2');
    expect(await verified(anchors)).toMatchObject({ chain: 'broken', matching: 2, faults: [[2, 'missing']] });
  });

  it.each<[keyof AuditAnchor, string | number]>([
    ['seq', 1],
    ['hash', '0'.repeat(64)],
    ['at', '2020-01-01T00:00:00.000Z'],
    ['signedAt', '2020-01-01T00:00:00.000Z'],
    ['installation', '00000000-0000-0000-0000-000000000000'],
    ['mac', '0'.repeat(64)],
    ['mac', ''],
  ])('does not say another %s (%s): its signature would be wrong', async (field, value) => {
    const anchors = await anchored(2);
    expect(await verified(anchors.map((anchor) => ({ ...anchor, [field]: value })))).toMatchObject({
      faults: field === 'seq' ? [[2, 'wrong-signature']] : [1, 2].map((line) => [line, 'wrong-signature']),
    });
  });

  it('of another installation, and a line without an anchor, prove nothing', async () => {
    const anchors = await anchored(1);
    await owner.query('UPDATE installation SET id = gen_random_uuid()');
    expect(await verified([...anchors, undefined])).toMatchObject({
      matching: 0,
      faults: [
        [1, 'other-installation'],
        [2, 'unreadable'],
      ],
    });
  });

  it('stays good when another key is put in front, and for as long as its own is given', async () => {
    const anchors = await anchored(1);
    const rotated = await withKeys(SECOND, FIRST);
    expect((await rotated.audit.signHead(NOW_MS))?.key).toBe('second');
    expect(await verified(anchors, rotated)).toMatchObject({ matching: 1, faults: [] });
    expect(await verified(anchors, await withKeys(SECOND))).toMatchObject({ faults: [[1, 'unknown-key']] });
    const impostor = await withKeys({ ...FIRST, key: SECOND.key });
    expect(await verified(anchors, impostor)).toMatchObject({ faults: [[1, 'wrong-signature']] });
  });
});

describe('an anchor of an entry that was dropped', () => {
  /** The first two entries are of a month long ago, and were anchored then. */
  const oldAnchors = async (): Promise<AuditAnchor[]> => {
    const entries = await anchored(2);
    await owner.query(
      `CREATE TABLE audit_entry_2020_01 PARTITION OF audit_entry FOR VALUES FROM ('2020-01-01') TO ('2020-02-01')`,
    );
    await asOwner(
      `UPDATE audit_entry SET at = '2020-01-15' WHERE seq <= 2`,
      `UPDATE audit_end SET at = '2020-01-15' WHERE which = 'head'`,
    );
    const last = await signed();
    await act();
    return [...entries.slice(2), last, await signed()];
  };

  it('is no alarm when retention dropped it', async () => {
    const anchors = await oldAnchors();
    await store.dropPartitions({ history: 1200, audit: 12 });
    // The first that stays follows the entry of the last line that went.
    expect(await verified(anchors)).toMatchObject({ matching: 2, retired: 0, faults: [] });
    await asOwner(
      `UPDATE audit_end SET (seq, hash) = (SELECT seq, hash FROM audit_entry WHERE seq = 3) WHERE which = 'anchor'`,
      'DELETE FROM audit_entry WHERE seq = 3',
    );
    expect(await verified(anchors)).toMatchObject({
      chain: 'sound',
      matching: 1,
      retired: 1,
      faults: [],
    });
  });

  it('is one when no entry says so, or when it was too young to be dropped', async () => {
    const anchors = await oldAnchors();
    await act();
    anchors.push(await signed());
    const BEGIN_LATER = `UPDATE audit_end SET (seq, at, hash) =
      (SELECT seq, at, hash FROM audit_entry WHERE seq = 4) WHERE which = 'anchor'`;
    await asOwner(BEGIN_LATER, 'DELETE FROM audit_entry WHERE seq <= 4');
    const before = await verified(anchors);
    expect(before.faults).toEqual([
      [1, 'dropped'],
      [2, 'dropped'],
    ]);
    await store.audit.note(BY, { action: 'retention.drop', target: 'audit', after: { monthsKept: 12 } });
    expect((await verified(anchors)).faults).toEqual([[2, 'dropped']]);
  });
});
