import { type Entry, Filter, ResultCodeError } from 'ldapts';
import type { Randomness } from '@sap2/kernel';
import { type AskedUser, localPartOf, type Said } from './asked-directory.js';
import { LdapConnection } from './ldap-connection.js';
import type { DirectoryNetwork } from './ports/directory-calls.port.js';
import type { LdapSettings, UserDirectoryEntry } from './ports/user-directory-book.port.js';

/** Directories compare other letters in their own ways, so that one person would have several names here. */
const COMPARABLE_NAME = /^[!-~]+$/;
const MS_PER_S = 1000;
const DECOY_BYTES = 12;

/** Answers to a bind that say nothing about the password (RFC 4511): operationsError, busy and unavailable. */
const NO_VERDICT = new Set([1, 51, 52]);
const NO_SUCH_OBJECT = 32;
const SIZE_LIMIT_EXCEEDED = 4;

/** Asks an LDAP directory: search for the entry of the user, then bind as it, on one connection. */
export class LdapDirectory {
  constructor(
    private readonly network: DirectoryNetwork,
    private readonly randomness: Pick<Randomness, 'bytes'>,
  ) {}

  async check(settings: LdapSettings, secret: UserDirectoryEntry['secret'], user: AskedUser): Promise<Said> {
    const connection = new LdapConnection(settings, this.network);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Said>((resolve) => {
      const detail = `no answer within ${settings.deadlineMs} ms`;
      timer = setTimeout(() => resolve({ kind: 'failed', detail }), settings.deadlineMs);
    });
    const said = this.ask(connection, settings, secret, user).catch(failed);
    try {
      return await Promise.race([late, said]);
    } finally {
      clearTimeout(timer);
      connection.close();
    }
  }

  /** An unknown user costs a bind too: the answer takes as many round trips as that to a wrong password. */
  private async ask(
    connection: LdapConnection,
    settings: LdapSettings,
    secret: UserDirectoryEntry['secret'],
    user: AskedUser,
  ): Promise<Said> {
    await connection.open();
    await searcher(connection, settings, secret);
    const found = await this.entryOf(connection, settings, user);
    // A bind with a name and an empty password succeeds for everybody (RFC 4513 §5.1.2).
    if (found.kind === 'wrong' || user.password === '') {
      await binds(connection, `cn=${this.text()},${settings.base}`, this.text());
      return found.kind === 'wrong' ? found : WRONG_PASSWORD;
    }
    return (await binds(connection, found.dn, user.password)) ? { kind: 'right' } : WRONG_PASSWORD;
  }

  private async entryOf(
    { client }: LdapConnection,
    { base, filter, deadlineMs }: LdapSettings,
    user: AskedUser,
  ): Promise<Extract<Said, { kind: 'wrong' }> | { readonly kind: 'found'; readonly dn: string }> {
    const name = localPartOf(user);
    // The search for a random name costs as much.
    const sought = COMPARABLE_NAME.test(name) ? name : this.text();
    const search = client.search(base, {
      scope: 'sub',
      filter: filter.replaceAll('{user}', () => Filter.escape(sought)),
      attributes: ['1.1'],
      sizeLimit: 2,
      timeLimit: Math.ceil(deadlineMs / MS_PER_S),
    });
    const entries = await search.then(({ searchEntries }) => searchEntries, moreThanTwo);
    const [first, second] = entries;
    // A user must not open the circuit of a domain, so this is no failure of the directory.
    if (second !== undefined) return { kind: 'wrong', why: 'ambiguous-user' };
    return first === undefined || first.dn === ''
      ? { kind: 'wrong', why: 'unknown-user' }
      : { kind: 'found', dn: first.dn };
  }

  private text(): string {
    return Buffer.from(this.randomness.bytes(DECOY_BYTES)).toString('hex');
  }
}

async function searcher(
  { client }: LdapConnection,
  { bindDN }: LdapSettings,
  secret: UserDirectoryEntry['secret'],
): Promise<void> {
  if (bindDN === undefined) return;
  try {
    await client.bind(bindDN, secret() ?? '');
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined || NO_VERDICT.has(code)) throw error;
    throw new Error(`the directory refuses bindDN and its password (LDAP result ${code})`, { cause: error });
  }
}

/** Whether it does. A locked or expired entry is refused like a wrong password. */
async function binds({ client }: LdapConnection, dn: string, password: string): Promise<boolean> {
  try {
    await client.bind(dn, password);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined || NO_VERDICT.has(code)) throw error;
    return false;
  }
}

/** The library throws the two entries away. */
function moreThanTwo(error: unknown): readonly Pick<Entry, 'dn'>[] {
  if (codeOf(error) === SIZE_LIMIT_EXCEEDED) return [{ dn: '' }, { dn: '' }];
  throw error;
}

const WRONG_PASSWORD = { kind: 'wrong', why: 'wrong-password' } as const;

const codeOf = (error: unknown): number | undefined =>
  error instanceof ResultCodeError ? error.code : undefined;

/** Nothing of what was sent stands in these. */
function failed(error: unknown): Said {
  const code = codeOf(error);
  if (code === NO_SUCH_OBJECT) return { kind: 'failed', detail: 'the directory has no entry "base"' };
  if (code !== undefined) return { kind: 'failed', detail: `LDAP result ${code}` };
  return { kind: 'failed', detail: error instanceof Error ? error.message : String(error) };
}
