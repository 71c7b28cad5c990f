import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { AdminClient, linesIn } from '../../support/service/admin-client.js';
import { RawSap1 } from '../../support/peers/raw-sap1.js';
import { RawUser } from '../../support/peers/raw-user.js';
import {
  ADMIN_TOKEN,
  type ServiceUnderTest,
  startServiceUnderTest,
} from '../../support/service/service-under-test.js';
import { until } from '../../support/service/until.js';

interface Result {
  readonly line: number;
  readonly status: string;
  readonly detail?: string;
}

let service: ServiceUnderTest;
let admin: AdminClient;
let database: pg.Client;
beforeAll(async () => {
  service = await startServiceUnderTest();
  admin = new AdminClient(service.adminUrl);
  database = new pg.Client({ connectionString: service.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await service.stop();
});

const NDJSON = { 'Content-Type': 'application/x-ndjson' };
const importOf = async (text: string, query = ''): Promise<Result[]> => {
  const answer = await admin.ask('POST', `/users/import${query}`, { body: text, headers: NDJSON });
  expect(answer.status).toBe(200);
  return linesIn(answer.text);
};
const entry = (name: string, fields: object = {}): string =>
  JSON.stringify({ userID: `wv:${name}@provider.example`, password: `secret of ${name}`, ...fields });
const tally = (results: readonly Result[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { status } of results) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};
const accounts = async (): Promise<unknown[]> =>
  (await database.query('SELECT * FROM account ORDER BY id')).rows as unknown[];
/** What administrators did; the seed imports its users too. */
const auditOf = async (action: string): Promise<{ readonly after: object }[]> => {
  const { json } = await admin.ask('GET', `/audit?action=${action}&limit=500`);
  return (json as { items: { actor: string; after: object }[] }).items.filter(
    ({ actor }) => actor !== 'seed',
  );
};

const COUNT = 2000;
const BAD: Readonly<Record<number, string>> = {
  7: 'not JSON',
  100: '{"userID": "wv:a@provider.example"}',
  101: entry('b', { password: 'short' }),
  600: '{"userID": "wv:c@nowhere.example", "password": "long enough"}',
  601: '[]',
  602: entry('d', { role: 'king' }),
  1000: `"${'x'.repeat(100_000)}"`,
  1001: '{"userID": 7}',
  1500: entry('e', { password: undefined, passwordHash: '$argon2i$v=19$m=64,t=1,p=1$x$y' }),
  1999: '{"userID": "f", "password": "long enough"}',
};
/** Of the password "correct horse", each made by another program than ours. */
const FOREIGN: Readonly<Record<string, string>> = {
  bcrypt: '$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e',
  scrypt: '$scrypt$ln=14,r=8,p=1$c2FsdHNhbHRzYWx0c2FsIQ$0J7OPNSpie6TCrywU8tz7lVQm2k3pcBIjC/gLkKNlgc',
  pbkdf2: '$pbkdf2-sha256$29000$c2FsdHNhbHRzYWx0c2FsIQ$Nb4Yz1E00PCNbrkAoiMHyLuMxNLNOVuT7/GWaekvR4Q',
  django: 'pbkdf2_sha256$260000$abcdefGH12$A6uJ13EckjwUyCz/Mq4LLEZDWp/95m01KC0VkIzQ6r8=',
  sha256crypt: '$5$rounds=10000$saltsalt$zoVzFxtD/FUIWmi1BdjqRCHLUq8RVIwaCrFcb2X8/B9',
  sha512crypt:
    '$6$saltsaltsaltsalt$GkzgkzVbauGAKXpOTbypQEKy/9yJWVjcvXvDw7CxoJjnJ1.w.g1rV8bhCVTpHrRrO/h6b3DAwPN3y5qmHXZ1R1',
};
const LINES = Array.from({ length: COUNT }, (_, index) => BAD[index + 1] ?? entry(`import-${index + 1}`));
const TEXT = LINES.join('\n');

describe('an import of 2000 lines, 10 of them bad', () => {
  it('tried only, says what would happen and changes nothing', async () => {
    const before = await accounts();
    const results = await importOf(TEXT, '?dryRun=true');
    expect(tally(results)).toEqual({ created: COUNT - 10, refused: 10 });
    expect(await accounts()).toEqual(before);
    expect(await auditOf('user.import')).toEqual([]);
  });

  it('answers every line in its order; the bad ones are refused and all others are there', async () => {
    const results = await importOf(TEXT);
    expect(results.map(({ line }) => line)).toEqual(LINES.map((_, index) => index + 1));
    const refused = results.filter(({ status }) => status === 'refused');
    expect(refused.map(({ line }) => line)).toEqual(Object.keys(BAD).map(Number));
    expect(refused.every(({ detail }) => (detail ?? '').length > 5)).toBe(true);
    expect(tally(results)).toEqual({ created: COUNT - 10, refused: 10 });
    const created = (await auditOf('user.import')).map(({ after }) => (after as { created: number }).created);
    expect(created.reduce((sum, one) => sum + one, 0)).toBe(COUNT - 10);
  });

  it('sent again changes nothing and ends nothing', async () => {
    const sap1 = await connected();
    const user = new RawUser(sap1, 'import-1@provider.example', 'secret of import-1');
    const session = await user.session();
    const [before, audited] = [await accounts(), await auditOf('user.import')];
    expect(tally(await importOf(TEXT))).toEqual({ unchanged: COUNT - 10, refused: 10 });
    expect(await accounts()).toEqual(before);
    expect(await auditOf('user.import')).toEqual(audited);
    expect((await user.keepAlive(session)).code).toBe(200);
    sap1.close();
  });
});

const connected = (): Promise<RawSap1> =>
  new RawSap1(service.sspUrl, {
    serviceID: 'wv:@operator.example',
    secret: 'operator-secret-0001',
  }).connect();

describe('an import', () => {
  it('V1: ends the sessions of those whose password it changes, and of no other', async () => {
    const sap1 = await connected();
    const users = ['alice', 'bob'].map(
      (name) => new RawUser(sap1, `${name}@provider.example`, `${name}-secret`),
    );
    const sessions = [];
    for (const user of users) sessions.push(await user.session());
    const text = [
      entry('alice', { password: 'a new secret' }),
      entry('bob', { password: 'bob-secret' }),
    ].join('\n');
    expect((await importOf(text)).map(({ status }) => status)).toEqual(['changed', 'unchanged']);
    const codes = [];
    for (const [index, user] of users.entries())
      codes.push((await user.keepAlive(sessions[index] ?? '')).code);
    expect(codes).toEqual([601, 200]);
    expect((await users[0]?.as({ password: 'a new secret' }).logIn())?.code).toBe(200);
    sap1.close();
  });

  it('takes argon2id hashes of the same parameters, and the user logs in with its password', async () => {
    const { rows } = await database.query<{ hash: string }>(
      `SELECT password_hash AS hash FROM account WHERE id = 'wv:carol@provider.example'`,
    );
    const line = entry('moved', { password: undefined, passwordHash: rows[0]?.hash });
    expect((await importOf(`\n${line}\n\n`)).map(({ line: at, status }) => [at, status])).toEqual([
      [2, 'created'],
    ]);
    const sap1 = await connected();
    expect((await new RawUser(sap1, 'moved@provider.example', 'carol-secret').logIn()).code).toBe(200);
    sap1.close();
  });

  it('takes hashes of other systems, and a login leaves a hash of ours in their place', async () => {
    const names = Object.keys(FOREIGN);
    const lines = names.map((name) => entry(name, { password: undefined, passwordHash: FOREIGN[name] }));
    const statuses = (await importOf(lines.join('\n'))).map(({ status }) => status);
    expect(statuses).toEqual(names.map(() => 'created'));
    const hashes = async (): Promise<string[]> => {
      const { rows } = await database.query<{ hash: string }>(
        'SELECT password_hash AS hash FROM account WHERE id = ANY ($1)',
        [names.map((name) => `wv:${name}@provider.example`)],
      );
      return rows.map(({ hash }) => hash);
    };
    const sap1 = await connected();
    for (const name of names) {
      const user = new RawUser(sap1, `${name}@provider.example`, 'not the password');
      expect([name, (await user.logIn()).code]).toEqual([name, 409]);
    }
    expect(new Set(await hashes())).toEqual(new Set(Object.values(FOREIGN)));
    for (const name of names) {
      const user = new RawUser(sap1, `${name}@provider.example`, 'correct horse');
      expect([name, (await user.logIn()).code]).toEqual([name, 200]);
      expect([name, (await user.logIn()).code]).toEqual([name, 200]);
    }
    for (const hash of await hashes()) expect(hash).toMatch(/^\$argon2id\$v=19\$/);
    sap1.close();
  });

  it('of nothing is an empty answer, and of anything but NDJSON is refused', async () => {
    expect(await importOf('')).toEqual([]);
    expect((await admin.ask('POST', '/users/import', { body: '{}' })).status).toBe(415);
    expect((await admin.ask('POST', '/users/import')).status).toBe(415);
    const elsewhere = await admin.ask('POST', '/users', {
      body: entry('x'),
      headers: { ...NDJSON, 'Idempotency-Key': 'k' },
    });
    expect(elsewhere.status).toBe(415);
    expect(
      (await admin.ask('POST', '/users/import?dryRun=perhaps', { body: '', headers: NDJSON })).status,
    ).toBe(400);
  });

  it('whose client is gone stops, and what it did is whole', async () => {
    const count = async (): Promise<number> => {
      const { rows } = await database.query(`SELECT id FROM account WHERE id LIKE 'wv:gone-%'`);
      return rows.length;
    };
    const client = request(`${service.adminUrl}/admin/v1/users/import`, {
      method: 'POST',
      headers: { ...NDJSON, Authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    client.on('error', () => undefined);
    for (let index = 0; index < 600; index++) client.write(`${entry(`gone-${index}`)}\n`);
    await until('the first users', async () => (await count()) > 0);
    client.destroy();
    let seen = -1;
    await until('that nothing is written any more', async () => {
      const before = seen;
      seen = await count();
      await pause(300);
      return seen === before;
    });
    // Whole batches only, and never the lines that waited for more to come.
    expect([250, 500]).toContain(seen);
    const audited = (await auditOf('user.import')).map(({ after }) => (after as { created: number }).created);
    expect(audited.slice(0, seen / 250)).toEqual(Array<number>(seen / 250).fill(250));
  });
});

describe('an export', () => {
  it('gives every user once, in the order of names, and nothing secret', async () => {
    const { text, headers } = await admin.ask('GET', '/users/export?prefix=import-');
    expect(headers.get('Content-Type')).toBe('application/x-ndjson');
    const ids = linesIn<{ userID: string }>(text).map(({ userID }) => userID);
    expect(ids).toHaveLength(COUNT - 10);
    expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => (a < b ? -1 : 1)));
    expect(text).not.toMatch(/secret|argon2|v1\./);
    expect((await admin.ask('GET', '/users/export?suspended=true')).text).toBe('');
    expect((await admin.ask('GET', '/users/export?domain=%20')).status).toBe(400);
  });
});
