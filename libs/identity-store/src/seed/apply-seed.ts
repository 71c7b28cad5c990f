import type { AccountID, Domain, EndedSession } from '@sap2/session-core';
import type { Actor } from '@sap2/administration';
import { type Administration, administered } from '../administration/administer.js';
import { lockAgreement } from '../agreement-locks.js';
import type { Argon2Credentials } from '../argon2-credentials.js';
import type { Sql } from '../database.js';
import { endSessions } from '../ending.js';
import { SEED_LOCK } from '../migrate.js';
import type { AccountRow } from '../rows/account.row.js';
import type { AgreementSecretRow } from '../rows/agreement-secret.row.js';
import { DIRECTIONS, replaceSecret } from '../agreement-secrets.js';
import { secretOfAccount, secretOfAgreement, type SecretVault } from '../secret-vault.js';
import { type KnownState, readSeed, type WantedAccount, type WantedAgreement } from './read-seed.js';
import { ACCOUNT_UPSERT, AGREEMENT_DOMAINS, AGREEMENT_UPSERT, DOMAIN_UPSERT } from './seed-sql.js';
import { applyAdministrators } from './seed-administrators.js';
import type { Seed, SeedRules, SeedSummary } from './seed.js';

/** Bounds what is in memory at once; a file may hold 100 000 users. */
const ACCOUNTS_AT_ONCE = 1_000;

interface SeedTools {
  readonly rules: SeedRules;
  readonly vault: SecretVault;
  readonly credentials: Argon2Credentials;
}

/**
 * Inserts or updates by natural key, in the caller's transaction; what is as the file says is not touched, and what is
 * not in the file stays. Two processes take turns (advisory lock). Sessions end with the change that ends them.
 */
export function applySeed(sql: Sql, seed: Seed, tools: SeedTools): Promise<SeedSummary> {
  return administered(sql, SEEDER, async (administration) => {
    const { audit } = administration;
    const summary = await applied(administration, seed, tools);
    const { domains, agreements, users, administrators } = summary;
    if (domains + agreements + users + administrators > 0) {
      audit({ action: 'seed.apply', target: 'seed file', after: { ...summary } });
    }
    return summary;
  });
}

/** A seed file is applied by whoever starts the service. */
const SEEDER: Actor = { name: 'seed', from: 'local', requestID: 'start' };

async function applied(administration: Administration, seed: Seed, tools: SeedTools): Promise<SeedSummary> {
  const { sql } = administration;
  await sql.rows('SELECT pg_advisory_xact_lock($1, $2)', [...SEED_LOCK]);
  const wanted = readSeed(seed, await knownState(sql, seed), tools.rules);
  const domains = await sql.rows(DOMAIN_UPSERT, [JSON.stringify(wanted.domains)]);
  const agreements = await applyAgreements(sql, wanted.agreements, tools.vault);
  for (const { service_id } of agreements) await lockAgreement(sql, service_id);
  const accounts = await applyAccounts(sql, wanted.accounts, tools);
  const administrators = await applyAdministrators(administration, wanted.administrators);
  // Accounts before sessions, as a login locks them: nobody waits in a circle.
  const ended = await endChanged(sql, agreements, accounts.withNewPassword);
  return {
    domains: domains.length,
    agreements: agreements.length,
    users: accounts.changed,
    administrators,
    endedSessions: ended.length,
  };
}

async function knownState(sql: Sql, { administrators }: Seed): Promise<KnownState> {
  const domains = await sql.rows<{ name: Domain }>('SELECT name FROM domain');
  const tokens = await sql.rows<{ token_hash: string }>(
    'SELECT token_hash FROM administrator WHERE name <> ALL($1)',
    [administrators.flatMap((one) => one?.name ?? [])],
  );
  return {
    domains: domains.map(({ name }) => name),
    tokens: new Set(tokens.map(({ token_hash }) => token_hash)),
  };
}

async function applyAgreements(
  sql: Sql,
  wanted: readonly WantedAgreement[],
  vault: SecretVault,
): Promise<readonly WantedAgreement[]> {
  const rows = JSON.stringify(
    wanted.map(({ shared_secret: _secret, ...row }) => ({ ...row, deleted_at: null })),
  );
  const changed = await sql.rows<{ key: string }>(AGREEMENT_UPSERT, [rows]);
  const narrowed = await sql.rows<{ key: string }>(AGREEMENT_DOMAINS, [rows]);
  const keys = new Set([...changed, ...narrowed].map(({ key }) => key));
  for (const key of await applySecrets(sql, wanted, vault)) keys.add(key);
  return wanted.filter(({ service_id }) => keys.has(service_id));
}

/**
 * Those of a direction stay as they are if the wanted one is among them: another may be there for a rotation that is
 * under way. Returns the agreements that have a new secret.
 */
async function applySecrets(
  sql: Sql,
  wanted: readonly WantedAgreement[],
  vault: SecretVault,
): Promise<ReadonlySet<string>> {
  const stored = await sql.rows<Pick<AgreementSecretRow, 'service_id' | 'direction' | 'secret'>>(
    `SELECT service_id, direction, secret FROM agreement_secret
     WHERE service_id = ANY($1) AND (valid_until IS NULL OR valid_until > now())`,
    [wanted.map(({ service_id }) => service_id)],
  );
  const changed = new Set<string>();
  for (const { service_id: serviceID, shared_secret: secret } of wanted) {
    const owner = secretOfAgreement(serviceID);
    for (const direction of DIRECTIONS) {
      const isThere = stored.some(
        (row) =>
          row.service_id === serviceID &&
          row.direction === direction &&
          vault.open(row.secret, owner) === secret,
      );
      if (isThere) continue;
      await replaceSecret(sql, { serviceID, direction, sealed: vault.seal(secret, owner), overlapS: 0 });
      changed.add(serviceID);
    }
  }
  return changed;
}

interface AppliedAccounts {
  readonly changed: number;
  readonly withNewPassword: readonly AccountID[];
}

async function applyAccounts(
  sql: Sql,
  wanted: readonly WantedAccount[],
  tools: SeedTools,
): Promise<AppliedAccounts> {
  const withNewPassword: AccountID[] = [];
  let changed = 0;
  for (let start = 0; start < wanted.length; start += ACCOUNTS_AT_ONCE) {
    const chunk = wanted.slice(start, start + ACCOUNTS_AT_ONCE);
    const stored = await storedSecrets(sql, chunk);
    const toWrite = chunk.filter((account) => !hasPassword(account, stored.get(account.id), tools.vault));
    await sql.rows(ACCOUNT_UPSERT, [
      JSON.stringify(await Promise.all(toWrite.map((one) => rowOf(one, tools)))),
    ]);
    changed += toWrite.length;
    withNewPassword.push(...toWrite.map(({ id }) => id).filter((id) => stored.has(id)));
  }
  return { changed, withNewPassword };
}

async function storedSecrets(
  sql: Sql,
  accounts: readonly WantedAccount[],
): Promise<ReadonlyMap<string, AccountRow['recoverable_secret']>> {
  const rows = await sql.rows<Pick<AccountRow, 'id' | 'recoverable_secret'>>(
    'SELECT id, recoverable_secret FROM account WHERE id = ANY($1)',
    [accounts.map(({ id }) => id)],
  );
  return new Map(rows.map((row) => [row.id, row.recoverable_secret]));
}

/** By the recoverable secret and not by the hash, which would cost 20 ms for each unchanged user at every start. */
const hasPassword = (
  { id, password }: WantedAccount,
  sealed: string | null | undefined,
  vault: SecretVault,
): boolean => typeof sealed === 'string' && vault.open(sealed, secretOfAccount(id)) === password;

async function rowOf(
  { id, domain, password }: WantedAccount,
  { vault, credentials }: SeedTools,
): Promise<Pick<AccountRow, 'id' | 'domain' | 'password_hash' | 'recoverable_secret'>> {
  return {
    id,
    domain,
    password_hash: await credentials.hash(password),
    recoverable_secret: vault.seal(password, secretOfAccount(id)),
  };
}

async function endChanged(
  sql: Sql,
  agreements: readonly WantedAgreement[],
  accounts: readonly AccountID[],
): Promise<readonly EndedSession[]> {
  const ended: EndedSession[] = [];
  for (const { service_id: peer, enabled, domains } of agreements) {
    const left = enabled ? domains : [];
    ended.push(...(await endSessions(sql, ['peerOutsideDomains', peer, left], 'agreement-ended', undefined)));
  }
  if (accounts.length > 0) {
    ended.push(...(await endSessions(sql, ['accounts', accounts], 'credentials-changed', undefined)));
  }
  return ended;
}
