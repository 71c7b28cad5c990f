import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Actor } from '@sap2/administration';
import type { Domain, FunctionName } from '@sap2/session-core';
import { type StoreUnderTest, storeUnderTest } from '../../store-under-test.fixture.js';

const ROOT: Actor = { name: 'root', from: 'local', requestID: 'r' };
const PROVIDER = 'provider.example' as Domain;
const NEW = 'new.example' as Domain;
const SP_INFO = {
  name: 'New',
  description: 'A new one',
  url: 'https://new.example',
  logo: { contentType: 'image/png', content: 'aGVsbG8=' },
};

let world: StoreUnderTest;
beforeAll(async () => {
  world = await storeUnderTest();
  await world.reset();
});
afterAll(() => world.close());

const audited = async (): Promise<readonly unknown[]> =>
  world.sql(`SELECT action, before, after FROM audit_entry WHERE target = 'domain ${NEW}' ORDER BY seq`);

describe('domains in PostgreSQL', () => {
  it('are created once, shown by the directory at once, changed and deleted, each act in the audit', async () => {
    const { domains, directory } = world.store;
    const created = await domains.create(ROOT, {
      name: NEW,
      spInfo: SP_INFO,
      services: ['GETSPI' as FunctionName],
    });
    expect(created).toMatchObject({
      kind: 'created',
      domain: { name: NEW, spInfo: SP_INFO, services: ['GETSPI'], revision: 1 },
    });
    expect(directory.domain(NEW)?.spInfo).toEqual(SP_INFO);
    expect(await domains.create(ROOT, { name: NEW, spInfo: undefined, services: undefined })).toEqual({
      kind: 'exists',
    });
    expect(await domains.change(ROOT, NEW, { services: null }, 1)).toMatchObject({
      kind: 'changed',
      domain: { spInfo: SP_INFO, services: undefined, revision: 2 },
    });
    expect(directory.domain(NEW)?.services).toBeUndefined();
    expect(await domains.change(ROOT, NEW, { spInfo: null }, 1)).toEqual({ kind: 'stale' });
    expect(await domains.change(ROOT, NEW, { services: null }, undefined)).toMatchObject({
      domain: { revision: 2 },
    });
    expect(await domains.remove(ROOT, NEW, 1)).toEqual({ kind: 'stale' });
    expect(await domains.remove(ROOT, NEW, 2)).toEqual({ kind: 'deleted' });
    expect(directory.domain(NEW)).toBeUndefined();
    expect(await domains.remove(ROOT, NEW, undefined)).toEqual({ kind: 'unknown' });
    expect(await domains.change(ROOT, NEW, {}, undefined)).toEqual({ kind: 'unknown' });
    const told = { name: 'New', description: 'A new one', url: 'https://new.example', logoCharacters: 8 };
    expect(await audited()).toEqual([
      { action: 'domain.create', before: null, after: { spInfo: told, services: ['GETSPI'] } },
      {
        action: 'domain.change',
        before: { spInfo: told, services: ['GETSPI'] },
        after: { spInfo: told, services: null },
      },
      { action: 'domain.delete', before: { spInfo: told, services: null }, after: null },
    ]);
  });

  it('stay as long as somebody needs them', async () => {
    expect(await world.store.domains.remove(ROOT, PROVIDER, undefined)).toEqual({
      kind: 'in-use',
      users: true,
      agreements: true,
    });
    expect(world.store.directory.domain(PROVIDER)).toBeDefined();
  });

  it('come in the order of their names', async () => {
    const { domains } = world.store;
    for (const name of ['b.example', 'a.example', 'c.example'] as Domain[]) {
      await domains.create(ROOT, { name, spInfo: undefined, services: undefined });
    }
    const names = (page: readonly { name: string }[]): string[] => page.map(({ name }) => name);
    expect(names(await domains.page(undefined, 2))).toEqual(['a.example', 'b.example']);
    expect(names(await domains.page('b.example' as Domain, 1))).toEqual(['c.example']);
    expect((await domains.find('a.example' as Domain))?.revision).toBe(1);
  });
});
