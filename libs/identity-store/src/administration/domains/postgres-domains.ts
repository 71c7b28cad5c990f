import {
  type ChangeDomainOutcome,
  type CreateDomainOutcome,
  type DeleteDomainOutcome,
  type DomainRecord,
  type DomainBook,
  type Json,
  secretAfter,
  type WrongEntry,
} from '@sap2/administration';
import type { Domain } from '@sap2/session-core';
import type { UserDirectorySettings } from '@sap2/user-directories';
import type { Sql, Transactions } from '../../database.js';
import { INSERT, recordOf, sealedSecretOf, UPDATE, writtenOf } from '../../rows/domain.row.js';
import { secretOfUserDirectory, type SecretVault } from '../../secret-vault.js';
import { administer, asExpected } from '../administer.js';
import { rememberCreation } from '../creations.js';

/** Sorts before every name. */
const BEFORE_ALL = '';

/** No other transaction changes the row until this one ends. */
interface LockedDomain {
  readonly revision: number;
  readonly record: DomainRecord;
  readonly sealedSecret: string | undefined;
}

export class PostgresDomains implements DomainBook {
  constructor(
    private readonly database: Transactions,
    private readonly vault: SecretVault,
  ) {}

  readonly create: DomainBook['create'] = (actor, { name, userDirectorySecret, ...entry }) =>
    administer<CreateDomainOutcome>(this.database, actor, async ({ sql, audit }) => {
      const sealed = this.sealedSecret(name, undefined, entry.userDirectory, userDirectorySecret);
      if (typeof sealed === 'object') return sealed;
      const [row] = await sql.rows(`${INSERT} ON CONFLICT DO NOTHING RETURNING *`, [
        name,
        ...writtenOf(entry, sealed),
      ]);
      if (row === undefined) return { kind: 'exists' };
      await rememberCreation(sql, actor, name);
      const domain = recordOf(row);
      audit({ action: 'domain.create', target: `domain ${name}`, after: told(domain) });
      return { kind: 'created', domain };
    });

  readonly find: DomainBook['find'] = async (name) => {
    const [row] = await this.database.rows('SELECT * FROM domain WHERE name = $1', [name]);
    return row && recordOf(row);
  };

  readonly page: DomainBook['page'] = async (after, limit) => {
    const rows = await this.database.rows('SELECT * FROM domain WHERE name > $1 ORDER BY name LIMIT $2', [
      after ?? BEFORE_ALL,
      limit,
    ]);
    return rows.map(recordOf);
  };

  readonly change: DomainBook['change'] = (actor, name, change, expectedRevision) =>
    administer<ChangeDomainOutcome>(this.database, actor, async ({ sql, audit }) => {
      const before = asExpected(await locked(sql, name), expectedRevision);
      if ('kind' in before) return before;
      const { record } = before;
      const wanted = {
        spInfo: changed(record.spInfo, change.spInfo),
        services: changed(record.services, change.services),
        userDirectory: changed(record.userDirectory, change.userDirectory),
      };
      const sealed = this.sealedSecret(name, before, wanted.userDirectory, change.userDirectorySecret);
      if (typeof sealed === 'object') return sealed;
      const [row] = await sql.rows(UPDATE, [name, ...writtenOf(wanted, sealed)]);
      if (row === undefined) return { kind: 'changed', domain: record };
      const after = recordOf(row);
      const isSecretNew = sealed !== undefined && sealed !== before.sealedSecret;
      audit({
        action: 'domain.change',
        target: `domain ${name}`,
        before: told(record),
        after: { ...told(after), ...(isSecretNew && { userDirectorySecretChanged: true }) },
      });
      return { kind: 'changed', domain: after };
    });

  readonly remove: DomainBook['remove'] = (actor, name, expectedRevision) =>
    administer<DeleteDomainOutcome>(this.database, actor, async ({ sql, audit }) => {
      const before = asExpected(await locked(sql, name), expectedRevision);
      if ('kind' in before) return before;
      const [use] = await sql.rows<{ users: boolean; agreements: boolean }>(IN_USE, [name]);
      if (use?.users || use?.agreements) return { kind: 'in-use', ...use };
      await sql.rows('DELETE FROM domain WHERE name = $1', [name]);
      audit({ action: 'domain.delete', target: `domain ${name}`, before: told(before.record) });
      return { kind: 'deleted' };
    });

  /** What is stored after it. The same secret stays as it is sealed. */
  private sealedSecret(
    name: Domain,
    before: LockedDomain | undefined,
    settings: UserDirectorySettings | undefined,
    given: string | undefined,
  ): string | undefined | WrongEntry {
    const sealed = before?.sealedSecret;
    const stood = { settings: before?.record.userDirectory, hasSecret: sealed !== undefined };
    const next = secretAfter(stood, settings, given);
    if (typeof next === 'object') return next;
    if (next === 'stored') return sealed;
    if (next === 'none' || given === undefined) return undefined;
    const owner = secretOfUserDirectory(name);
    if (sealed !== undefined && this.vault.openIfReadable(sealed, owner) === given) return sealed;
    return this.vault.seal(given, owner);
  }
}

/** Undefined: it stays. Null: it goes. */
const changed = <T>(before: T | undefined, change: T | null | undefined): T | undefined =>
  change === undefined ? before : (change ?? undefined);

/** The lock delays new users and agreements of the domain: their foreign keys wait. */
async function locked(sql: Sql, name: Domain): Promise<LockedDomain | undefined> {
  const [row] = await sql.rows('SELECT * FROM domain WHERE name = $1 FOR UPDATE', [name]);
  if (row === undefined) return undefined;
  const record = recordOf(row);
  return { revision: record.revision, record, sealedSecret: sealedSecretOf(row) };
}

/** For the audit: of a logo only how large it is. */
function told({ spInfo, services, userDirectory }: DomainRecord): { readonly [field: string]: Json } {
  const { logo, ...words } = spInfo ?? {};
  return {
    spInfo: spInfo === undefined ? null : { ...words, logoCharacters: logo?.content.length ?? 0 },
    services: services ?? null,
    ...(userDirectory !== undefined && { userDirectory: { ...userDirectory } }),
  };
}

const IN_USE = `
  SELECT EXISTS (SELECT FROM account WHERE domain = $1) AS users,
    EXISTS (SELECT FROM agreement_domain WHERE domain = $1)
      OR EXISTS (SELECT FROM agreement WHERE own_service_id = 'wv:@' || $1 AND deleted_at IS NULL) AS agreements`;
