import { applySeed, type Seed, type SeedRules, type SeedSummary } from '@sap2/administration';
import type { AccountID } from '@sap2/session-core';
import {
  ALICE,
  BOB,
  createTestDatabase,
  OPERATOR,
  OTHER_OPERATOR,
  PROVIDER,
  type SessionLedgerSubject,
} from '@sap2/test-support';
import pg from 'pg';
import { MIGRATIONS } from '../../../migrations/index.js';
import {
  connectIdentityStore,
  type IdentityStore,
  type IdentityStoreOptions,
} from './connect-identity-store.js';

/** As cheap as argon2 gets: what it costs is not what these tests are about. */
const CHEAP_HASHING = { memoryKiB: 8, passes: 1, parallel: 2 };

export const optionsFor = (
  url: string,
  changes: Partial<IdentityStoreOptions> = {},
): IdentityStoreOptions => ({
  url,
  applicationName: 'sap2-test',
  clock: { nowMs: () => Date.now() },
  migrations: MIGRATIONS,
  secretKeys: [{ id: 'k1', key: new Uint8Array(32).fill(1) }],
  tuning: { passwordHashing: CHEAP_HASHING },
  report: () => undefined,
  checked: () => undefined,
  ...changes,
});

type SeedAgreement = NonNullable<Seed['agreements'][number]>;

export const agreementWith = (serviceID: string, changes: Partial<SeedAgreement> = {}): SeedAgreement => ({
  serviceID,
  sharedSecret: `secret of ${serviceID}`,
  answerMode: 'inline',
  digestSchemas: ['HMAC-SHA-256'],
  namespace: 'http://www.openmobilealliance.org/DTD/WV-SSP1.3',
  domains: [PROVIDER],
  allowPasswordOverHttp: false,
  enabled: true,
  requiredTransport: 'any',
  clientCertificates: [],
  sourceAddresses: [],
  allowUnprotected: false,
  sessionLife: 'time-to-live',
  limits: {},
  ...changes,
});

/** Of a file without a fault, for passwords and addresses of any kind. */
export const ANY_SEED: SeedRules = {
  faults: [],
  passwords: { minCharacters: 1 },
  refusalOfUrl: () => undefined,
};

/** The world of the contracts: one domain, two peers, alice and bob. */
export const WORLD: Seed = {
  domains: [{ name: PROVIDER, spInfo: { name: 'Provider' } }],
  agreements: [agreementWith(OPERATOR), agreementWith(OTHER_OPERATOR)],
  users: [ALICE, BOB].map((userID) => ({ userID, password: `password of ${userID}` })),
  administrators: [],
};

const NOT_CALLED = { probe: () => Promise.reject(new Error('A seed calls no peer.')) };

/** Applies a seed as a start does. */
export async function seed(store: IdentityStore, world: Seed, rules = ANY_SEED): Promise<SeedSummary> {
  const sight = { inForce: store.agreements, lines: store.peerLines, prober: NOT_CALLED };
  return (await store.seeding((books) => applySeed(world, books, sight, rules))).summary;
}

export interface StoreUnderTest {
  readonly url: string;
  readonly store: IdentityStore;
  /** Straight to the database, past the store. */
  readonly sql: <Row extends pg.QueryResultRow>(text: string, parameters?: unknown[]) => Promise<Row[]>;
  /** Back to WORLD, without sessions. */
  reset(): Promise<void>;
  letPass(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** A store on a database of its own; one for each test file. */
export async function storeUnderTest(changes: Partial<IdentityStoreOptions> = {}): Promise<StoreUnderTest> {
  const database = await createTestDatabase();
  const store = await connectIdentityStore(optionsFor(database.url, changes));
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  // `end` returns before the server has closed the connections, and the drop of the database ends those with an error.
  pool.on('error', () => undefined);
  const sql = async <Row extends pg.QueryResultRow>(
    text: string,
    parameters: unknown[] = [],
  ): Promise<Row[]> => (await pool.query<Row>(text, parameters)).rows;
  return {
    url: database.url,
    store,
    sql,
    reset: async () => {
      await sql(
        `TRUNCATE domain, agreement, agreement_domain, agreement_secret,
        account, administrator, day_tally, disconnect_outbox, job,
        job_session, live_session, live_tally, peer_line, session_history, subscription, tally_delta, webhook_delivery`,
      );
      await seed(store, WORLD);
      // Versions begin anywhere; the tests count from here.
      await sql('UPDATE account SET version = 1');
    },
    letPass: async (ms) => {
      const past = `make_interval(secs => ${ms / 1000})`;
      await sql(`UPDATE live_session SET opened_at = opened_at - ${past}, started_at = started_at - ${past}`);
      await sql(`UPDATE session_history SET ended_at = ended_at - ${past}`);
      await sql(`UPDATE disconnect_outbox SET created_at = created_at - ${past}, due_at = due_at - ${past},
        settled_at = settled_at - ${past}`);
      await sql(`UPDATE peer_line SET open_until = open_until - ${past}, resumed_at = resumed_at - ${past}`);
    },
    close: async () => {
      await store.close();
      await pool.end();
      await database.drop();
    },
  };
}

const ACCOUNT_CHANGES = {
  suspend: 'UPDATE account SET suspended = true WHERE id = $1',
  delete: 'DELETE FROM account WHERE id = $1',
  'raise-version': 'UPDATE account SET version = version + 1 WHERE id = $1',
} as const;

export const changeAccount = async (
  { sql }: StoreUnderTest,
  account: AccountID,
  change: Parameters<SessionLedgerSubject['changeAccount']>[1],
): Promise<void> => void (await sql(ACCOUNT_CHANGES[change], [account]));
