import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import { OPERATOR, RIVAL, worldForThisFile } from '../../support/service/conformance-world.js';
import { ADMIN_TOKEN } from '../../support/service/service-under-test.js';

const world = worldForThisFile();

/** Every row of every table, as text. */
async function dumpOfPostgres(): Promise<string> {
  const pool = new Pool({ connectionString: world.service.databaseUrl, max: 2 });
  try {
    const { rows } = await pool.query<{ name: string }>(
      "SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'",
    );
    const tables = await Promise.all(
      rows.map(async ({ name }) => {
        const { rows: content } = await pool.query<{ row: string }>(
          `SELECT row_to_json(one)::text AS row FROM ${name} AS one`,
        );
        return content.map(({ row }) => `${name} ${row}`);
      }),
    );
    return tables.flat().join('\n');
  } finally {
    await pool.end();
  }
}

/** Every key and what it holds, as text. */
async function dumpOfRedis(): Promise<string> {
  const redis = new Redis(world.service.redisUrl);
  try {
    const keys = await redis.keys('*');
    const values = await Promise.all(
      keys.map(async (key) => {
        const type = await redis.type(key);
        if (type === 'hash') return JSON.stringify(await redis.hgetall(key));
        if (type === 'set') return (await redis.smembers(key)).join();
        if (type === 'zset') return (await redis.zrange(key, '0', '-1', 'WITHSCORES')).join();
        return redis.get(key);
      }),
    );
    return keys.map((key, index) => `${key} ${String(values[index])}`).join('\n');
  } finally {
    redis.disconnect();
  }
}

/** The secret itself, and every form that a table of hashes may contain. */
const formsOf = (secret: string): readonly string[] => [
  secret,
  ...(['base64', 'hex'] as const).flatMap((encoding) => [
    Buffer.from(secret).toString(encoding),
    ...['md5', 'sha1', 'sha256'].map((algorithm) => createHash(algorithm).update(secret).digest(encoding)),
  ]),
];

describe('V8: who has a dump of a store', () => {
  it('has no password, shared secret, key or digest of ours, nor a hash of one that could be looked up', async () => {
    const [byPassword, byChallenge, guessed] = [world.newUser(), world.newUser(), world.newUser()];
    await byPassword.session();
    const nonce = (await byChallenge.challenge('SHA')).text('Nonce') ?? '';
    const open = (await byPassword.challenge('SHA-256')).text('Nonce') ?? '';
    expect((await byChallenge.respond('SHA', nonce)).code).toBe(200);
    expect((await guessed.as({ password: 'a wrong password' }).logIn()).code).toBe(409);
    const chosen = new Map([
      ['password', byPassword.password],
      ['password of the challenge', byChallenge.password],
      ['wrong password', 'a wrong password'],
      ['secret of the operator', OPERATOR.secret],
      ['secret of the rival', RIVAL.secret],
    ]);
    const dumps = { postgres: await dumpOfPostgres(), redis: await dumpOfRedis() };
    expect(dumps.postgres).toContain(byPassword.userID);
    expect(dumps.postgres).toContain('$argon2id$');
    expect(dumps.redis).toContain('sap2:');
    const found = Object.entries(dumps).flatMap(([store, dump]) =>
      [...chosen].flatMap(([what, secret]) =>
        formsOf(secret).flatMap((form) => (dump.includes(form) ? [`${store}: ${what}`] : [])),
      ),
    );
    expect(found).toEqual([]);
    // Too random for any table: they may stand there as a hash.
    const random = [ADMIN_TOKEN, ...world.service.secrets];
    const plain = random.filter((secret) => dumps.postgres.includes(secret) || dumps.redis.includes(secret));
    expect(plain).toEqual([]);
    // The stored answer contains its nonce, as long as the answer may be repeated. No other place does.
    expect([nonce, open].filter((one) => dumps.postgres.includes(one))).toEqual([]);
    const lines = dumps.redis.split('\n').filter((line) => line.includes(nonce) || line.includes(open));
    expect(lines.filter((line) => !line.startsWith('sap2:transaction:'))).toEqual([]);
  });
});
