import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Actor, CreationRepeatedError } from '@sap2/administration';
import type { Sql } from '../database.js';
import { type StoreUnderTest, storeUnderTest } from '../store-under-test.fixture.js';
import { rememberCreation } from './creations.js';

let world: StoreUnderTest;
let sql: Sql;
beforeAll(async () => {
  world = await storeUnderTest();
  sql = { rows: (text, parameters) => world.sql(text, [...(parameters ?? [])]) as never };
});
afterAll(() => world.close());

const by = (key: string, contentHash = 'hash'): Actor => ({
  name: 'root',
  from: 'local',
  requestID: 'r1',
  creation: { key, contentHash },
});

describe('a creation under a key', () => {
  it('is found again by its maker, and by no other administrator', async () => {
    await rememberCreation(sql, by('k1'), 'wv:alice@provider.example');
    const { creations } = world.store;
    expect(await creations.find('root', 'k1')).toEqual({
      contentHash: 'hash',
      location: 'wv:alice@provider.example',
    });
    expect(await creations.find('other', 'k1')).toBeUndefined();
    expect(await creations.find('root', 'k2')).toBeUndefined();
  });

  it('happens once', async () => {
    await rememberCreation(sql, by('twice'), 'first');
    await expect(rememberCreation(sql, by('twice'), 'second')).rejects.toBeInstanceOf(CreationRepeatedError);
    expect(await world.store.creations.find('root', 'twice')).toMatchObject({ location: 'first' });
  });

  it('is forgotten after a day, and its key is free again', async () => {
    await rememberCreation(sql, by('old'), 'first');
    await world.sql(`UPDATE creation_key SET created_at = now() - interval '25 hours' WHERE key = 'old'`);
    expect(await world.store.creations.find('root', 'old')).toBeUndefined();
    await rememberCreation(sql, by('old'), 'second');
    expect(await world.store.creations.find('root', 'old')).toMatchObject({ location: 'second' });
  });

  it('without a key is not remembered', async () => {
    await rememberCreation(sql, { name: 'root', from: 'local', requestID: 'r' }, 'somewhere');
    expect(await world.sql(`SELECT * FROM creation_key WHERE location = 'somewhere'`)).toEqual([]);
  });
});
