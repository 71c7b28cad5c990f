import { describe, expect, it } from '@jest/globals';
import {
  accountNamed,
  OPERATOR,
  ROOT,
  userOf,
  USUAL_PASSWORDS,
  UserWorld,
  withPassword,
} from '@sap2/test-support';
import { IMPORT_BATCH, type ImportLine, type ImportResult } from './user-import.js';
import { Users } from './users.js';

type Unnumbered = ImportLine extends infer Line
  ? Line extends ImportLine
    ? Omit<Line, 'line'>
    : never
  : never;
const line = (local: string, password = 'long enough'): Unnumbered => ({
  kind: 'entry',
  entry: { userID: `wv:${local}@provider.example`, password },
});
const BAD: Unnumbered = { kind: 'unreadable', detail: 'is not JSON' };

const usersOf = ({ users: book, attempts, end }: UserWorld) =>
  new Users(book, attempts, end, USUAL_PASSWORDS);

const importOf = (world: UserWorld, lines: Iterable<Unnumbered>, dryRun = false) =>
  usersOf(world).import(ROOT, numbered(lines), { dryRun });

async function* numbered(lines: Iterable<Unnumbered>): AsyncGenerator<ImportLine> {
  let number = 0;
  for (const one of lines) yield { ...one, line: ++number };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) taken.push(item);
  return taken;
}

const statusesOf = (results: readonly ImportResult[]) => results.map(({ status }) => status);

describe('an import of users', () => {
  it('answers each line in its order, and a bad one stops no other', async () => {
    const world = new UserWorld();
    const lines = [line('a'), BAD, line('b', 'short'), line('c@nowhere.example/'), line('d')];
    expect(await all(importOf(world, lines))).toEqual([
      { line: 1, status: 'created', detail: undefined },
      { line: 2, status: 'refused', detail: 'is not JSON' },
      { line: 3, status: 'refused', detail: 'password must have at least 8 characters' },
      { line: 4, status: 'refused', detail: expect.stringMatching(/^userID /) },
      { line: 5, status: 'created', detail: undefined },
    ]);
  });

  it('of nothing answers nothing', async () => {
    expect(await all(importOf(new UserWorld(), []))).toEqual([]);
  });

  it('that names a user twice changes it twice, in order', async () => {
    const world = new UserWorld();
    const lines = [line('a'), line('A', 'another one'), line('a', 'another one')];
    expect(statusesOf(await all(importOf(world, lines)))).toEqual(['created', 'changed', 'unchanged']);
    expect(world.accounts.now(accountNamed('a'))?.credentials.passwordHash).toBe('another one');
  });

  it('that is only tried says the same and changes nothing', async () => {
    const world = new UserWorld();
    expect(statusesOf(await all(importOf(world, [line('a'), BAD], true)))).toEqual(['created', 'refused']);
    expect(await all(usersOf(world).export(EVERYBODY))).toEqual([]);
  });

  it('V1: ends the sessions of whom it gave a new password in both stores', async () => {
    const world = new UserWorld();
    await all(importOf(world, [line('a')]));
    const account = accountNamed('a');
    const session = await world.logIn({ user: userOf(account), proof: withPassword('long enough') });
    await all(importOf(world, [line('a', 'another one')]));
    expect(await world.live.look(session, { peer: OPERATOR, account, clientKey: undefined })).toMatchObject({
      kind: 'ended',
    });
  });

  it('reads no further than one batch while its caller takes no results, and stops when the caller leaves', async () => {
    const world = new UserWorld();
    let read = 0;
    function* endless(): Generator<Unnumbered> {
      for (;;) yield line(`user-${++read}`);
    }
    const results = importOf(world, endless());
    await results.next();
    expect(read).toBe(IMPORT_BATCH + 1);
    await results.return();
    expect(read).toBe(IMPORT_BATCH + 1);
    expect(await all(usersOf(world).export(EVERYBODY))).toHaveLength(IMPORT_BATCH);
  });
});

const EVERYBODY = { prefix: undefined, domain: undefined, suspended: undefined };

describe('an export of users', () => {
  it('gives each once, in the order of names, however many there are', async () => {
    const world = new UserWorld();
    const names = Array.from({ length: 1201 }, (_, index) => `user-${index}`);
    await all(
      importOf(
        world,
        names.map((name) => line(name)),
      ),
    );
    const exported = (await all(usersOf(world).export(EVERYBODY))).map(({ id }) => id);
    expect(exported).toEqual(names.map(accountNamed).toSorted((a, b) => (a < b ? -1 : 1)));
  });
});
