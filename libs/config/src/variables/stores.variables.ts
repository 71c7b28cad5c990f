import { z } from 'zod';
import { databaseUrl } from '../database-url.js';
import { redisAddress } from '../redis-address.js';
import { secretKeys } from '../secret-keys.js';
import { count, days, integer, months, text } from '../variable.js';

/** What Linux takes as a path. */
const PATH = z.string().max(4095);

export const STORE_VARIABLES = {
  DATABASE_URL: text({
    schema: databaseUrl.optional(),
    expected: 'an address of the form postgres://user:password@host:port/database',
    isSecret: true,
    says: 'PostgreSQL to use. Several hosts (`host:port,host:port`) are a primary and its standbys: the service connects to the one that takes writes.',
    why: 'Not set: the service starts a private one under `SAP2_DATA_DIR`. For TLS add `?sslmode=verify-full`. The modes `prefer`, `require` and `verify-ca` mean the same here. `&sslrootcert=/path/to/ca.pem` names the authority that signed the certificate of the server.',
  }),
  SAP2_MIGRATION_DATABASE_URL: text({
    schema: databaseUrl.optional(),
    expected: 'an address of the form postgres://user:password@host:port/database',
    isSecret: true,
    says: 'The same database for the role that owns the tables. Migrations use it at the start, and give the role of `DATABASE_URL` its rights.',
    why: 'Then the role of the service can only add entries to the audit trail, and drop months after `SAP2_AUDIT_KEEP_MONTHS`. An attacker who controls a process reads this address in its environment. So run `sap2 migrate` with it, and start the service without it. Without this role the service owns its tables and could change the whole trail.',
  }),
  REDIS_URL: text({
    schema: redisAddress.optional(),
    expected:
      'an address of the form redis://[user:password@]host:port[/number] (rediss:// with TLS), or redis-cluster://[user:password@]host:port,host:port (rediss-cluster:// with TLS)',
    isSecret: true,
    says: 'Redis or Valkey to use, one server or a cluster. Its `maxmemory-policy` must be `noeviction`.',
    why: 'Not set: the service starts a private one under `SAP2_DATA_DIR`.',
  }),
  SAP2_REDIS_PREFIX: text({
    schema: z.string().regex(/^[A-Za-z0-9_.:-]{0,64}$/),
    expected: 'at most 64 letters, digits and _ . : -',
    fallback: '',
    says: 'First part of each key in Redis, before `sap2:`.',
    why: 'Several installations can share one Redis, each with its own prefix. All processes of an installation need the same one. After a change the service rebuilds the sessions under the new prefix.',
  }),
  SAP2_SECRET_KEYS: text({
    schema: secretKeys.optional(),
    expected: 'id:key pairs separated by commas, each key being 32 bytes in base64 (openssl rand -base64 32)',
    isSecret: true,
    says: 'Keys that encrypt recoverable secrets in the database. The first key encrypts, and all keys decrypt.',
    why: 'No secret has a default value. For the embedded stores the service makes a key once and keeps it under `SAP2_DATA_DIR`. With `DATABASE_URL` you must set it. To change the key, put a new one in front.',
  }),
  SAP2_DATA_DIR: text({
    schema: PATH,
    expected: 'a path',
    fallback: '.sap2',
    says: 'Folder of the embedded stores and their secrets.',
    why: 'It is relative to the folder in which the service starts. It stays between runs.',
  }),
  SAP2_SEED_FILE: text({
    schema: PATH.optional(),
    expected: 'a path',
    says: 'JSON file of domains, agreements, users and administrators that the service applies at every start.',
    why: 'Applying it again changes nothing. If the file has a fault, the service does not start.',
  }),
  SAP2_HISTORY_KEEP_MONTHS: integer(13, months(1, 1200), {
    says: 'Whole months before the present one for which the history keeps ended sessions. The service drops older months.',
    why: 'You can compare a month with the same month of the last year.',
  }),
  SAP2_AUDIT_KEEP_MONTHS: integer(36, months(1, 1200), {
    says: 'Whole months before the present one for which the service keeps the audit trail. It drops older months, and the rest of the chain can still be verified. `sap2 migrate`, and each start with the address of the owner, write this number to the database. The role of the service cannot drop more.',
    why: 'Questions about the acts of administrators come later than questions about sessions.',
  }),
  SAP2_EVENTS_KEEP_DAYS: integer(7, days(1, 3650), {
    says: 'Whole days before the present one for which the service keeps events. It drops older days.',
    why: 'A reader that was away for a week can continue where it stopped. A reader that was away longer gets HTTP 410 and starts with a snapshot.',
    source: 'northbound §1',
  }),
  SAP2_DB_POOL: integer(10, count(1, 1000), {
    says: 'Connections to PostgreSQL that this process holds at most.',
    why: 'All processes together stay below `max_connections` of the server.',
  }),
} as const;
