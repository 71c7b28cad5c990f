import { z } from 'zod';
import { databaseUrl } from '../database-url.js';
import { redisAddress } from '../redis-address.js';
import { secretKeys } from '../secret-keys.js';
import { integer, text } from '../variable.js';

/** What Linux takes as a path. */
const PATH = z.string().max(4095);

export const STORE_VARIABLES = {
  DATABASE_URL: text(
    {
      schema: databaseUrl.optional(),
      expected: 'an address of the form postgres://user:password@host:port/database',
      isSecret: true,
    },
    {
      says: 'PostgreSQL to use.',
      why: 'Not set: a private one is started under `SAP2_DATA_DIR`.',
    },
  ),
  SAP2_MIGRATION_DATABASE_URL: text(
    {
      schema: databaseUrl.optional(),
      expected: 'an address of the form postgres://user:password@host:port/database',
      isSecret: true,
    },
    {
      says: 'The same database for the role that owns the tables: migrations use it at the start, and give the role of `DATABASE_URL` what it needs.',
      why: 'Then the role of the service appends to the audit trail and changes nothing in it. Whoever takes over a process reads this address in its environment: run `sap2 migrate` with it, and start the service without it. Not set there either: the service owns its tables, and could change all of the trail.',
    },
  ),
  REDIS_URL: text(
    {
      schema: redisAddress.optional(),
      expected:
        'an address of the form redis://[user:password@]host:port[/number] (rediss:// with TLS), or redis-cluster://[user:password@]host:port,host:port (rediss-cluster:// with TLS)',
      isSecret: true,
    },
    {
      says: 'Redis or Valkey to use, one server or a cluster; its `maxmemory-policy` has to be `noeviction`.',
      why: 'Not set: a private one is started under `SAP2_DATA_DIR`.',
    },
  ),
  SAP2_REDIS_PREFIX: text(
    {
      schema: z.string().regex(/^[A-Za-z0-9_.:-]{0,64}$/),
      expected: 'at most 64 letters, digits and _ . : -',
      fallback: '',
    },
    {
      says: 'Each key in Redis begins with it, before the `sap2:` that all of them have.',
      why: 'Several installations share one Redis, each with a prefix of its own. The same for all processes of an installation; after a change the sessions are put back under the new one.',
    },
  ),
  SAP2_SECRET_KEYS: text(
    {
      schema: secretKeys.optional(),
      expected:
        'id:key pairs separated by commas, each key being 32 bytes in base64 (openssl rand -base64 32)',
      isSecret: true,
    },
    {
      says: 'Keys that recoverable secrets are encrypted with in the database. The first encrypts, all of them decrypt.',
      why: 'No secret has a default value: for the embedded stores a key is made once and kept under `SAP2_DATA_DIR`; with `DATABASE_URL` it has to be given. To change the key, put a new one in front.',
    },
  ),
  SAP2_DATA_DIR: text(
    { schema: PATH, expected: 'a path', fallback: '.sap2' },
    {
      says: 'Folder of the embedded stores and their secrets.',
      why: 'Relative to where the service is started; it is kept between runs.',
    },
  ),
  SAP2_SEED_FILE: text(
    { schema: PATH.optional(), expected: 'a path' },
    {
      says: 'JSON file of domains, agreements, users and administrators that is applied at every start.',
      why: 'Applying it again changes nothing. With a fault in it the service does not start.',
    },
  ),
  SAP2_HISTORY_KEEP_MONTHS: integer(
    { from: 1, to: 1200, fallback: 13, unit: 'months' },
    {
      says: 'Whole months before the present one for which ended sessions stay in the history; older months are dropped.',
      why: 'A month can be compared with the same one a year ago.',
    },
  ),
  SAP2_AUDIT_KEEP_MONTHS: integer(
    { from: 1, to: 1200, fallback: 36, unit: 'months' },
    {
      says: 'Whole months before the present one for which the audit trail is kept; older months are dropped, and the chain of what stays can still be verified. Each start with the address of the owner, and `sap2 migrate`, write it down in the database: the role of the service cannot drop more.',
      why: 'What was done is asked about later than what happened.',
    },
  ),
  SAP2_DB_POOL: integer(
    { from: 1, to: 1000, fallback: 10 },
    {
      says: 'Connections to PostgreSQL that this process holds at most.',
      why: 'All processes together stay below `max_connections` of the server.',
    },
  ),
} as const;
