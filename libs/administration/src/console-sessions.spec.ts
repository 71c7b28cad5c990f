import { beforeEach, describe, expect, it } from '@jest/globals';
import { SeededRandomness } from '@sap2/test-support';
import type { Administrator } from './console-sessions.js';
import { type ConsoleSessionBook, ConsoleSessions } from './console-sessions.js';

const TIMES = { idleMs: 1_000, lifeMs: 10_000 };
const ROOT: Administrator = { name: 'root', scopes: ['admin'] };

/** By id; the times are those of Redis, and its own test is about them. */
class Book implements ConsoleSessionBook {
  readonly credentials = new Map<string, string>();

  async open(id: string, credential: string): Promise<void> {
    this.credentials.set(id, credential);
  }

  async credentialOf(id: string): Promise<string | undefined> {
    return this.credentials.get(id);
  }

  async end(id: string): Promise<void> {
    this.credentials.delete(id);
  }
}

let book: Book;
let administrators: Map<string, Administrator>;
let sessions: ConsoleSessions;
beforeEach(() => {
  book = new Book();
  administrators = new Map([['hash of token', ROOT]]);
  sessions = new ConsoleSessions(
    book,
    {
      credentialOf: async (token) =>
        administrators.has(`hash of ${token}`) ? `hash of ${token}` : undefined,
      byCredential: async (credential) => administrators.get(credential),
    },
    new SeededRandomness(),
    TIMES,
  );
});

describe('a session of the console', () => {
  it('is of the administrator with the token, under an id of 256 random bits', async () => {
    const [first, second] = [await sessions.signIn('token'), await sessions.signIn('token')];
    expect(first).toMatchObject({ administrator: ROOT, id: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(second?.id).not.toBe(first?.id);
    await expect(sessions.administratorOf(first?.id ?? '', true)).resolves.toEqual(ROOT);
  });

  it('does not begin with a wrong token', async () => {
    await expect(sessions.signIn('another')).resolves.toBeUndefined();
    expect(book.credentials.size).toBe(0);
  });

  it('ends at once with its token, and has new scopes at once', async () => {
    const { id = '' } = (await sessions.signIn('token')) ?? {};
    administrators.set('hash of token', { name: 'root', scopes: ['read'] });
    await expect(sessions.administratorOf(id, true)).resolves.toMatchObject({ scopes: ['read'] });
    administrators.clear();
    await expect(sessions.administratorOf(id, true)).resolves.toBeUndefined();
  });

  it('ends with the log-out, and no other session does', async () => {
    const [first, second] = [await sessions.signIn('token'), await sessions.signIn('token')];
    await sessions.signOut(first?.id ?? '');
    await expect(sessions.administratorOf(first?.id ?? '', true)).resolves.toBeUndefined();
    await expect(sessions.administratorOf(second?.id ?? '', true)).resolves.toEqual(ROOT);
  });
});
