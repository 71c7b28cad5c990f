import type { Config } from '@sap2/config';
import { LedgerUnavailableError, StatementRefusedError } from '@sap2/identity-store';
import { UnsuitableRedisError } from '@sap2/live-store';
import { LiveStoreUnavailableError } from '@sap2/session-core';

/** The settings that an operator can change about it. */
export type Addressed = Pick<
  Config,
  | 'bind'
  | 'adminBind'
  | 'sspPort'
  | 'sspPlainPort'
  | 'adminPort'
  | 'databaseUrl'
  | 'migrationDatabaseUrl'
  | 'redisUrl'
>;

/** A failure of a start in one sentence or two: what failed, where, and which variable or command mends it. */
export function fatalReason(error: unknown, config: Addressed): string {
  if (!(error instanceof Error)) return String(error);
  if (isOfPort(error)) return portReason(error, config);
  if (error instanceof LedgerUnavailableError || error instanceof StatementRefusedError)
    return `${error.message}${postgresAdvice(error, config)}`;
  if (
    error instanceof LiveStoreUnavailableError ||
    error instanceof UnsuitableRedisError ||
    error.name === 'ReplyError'
  )
    return redisReason(error, config);
  return error.message;
}

/** An error of ours, whose message needs its stack. */
export const isDefect = (error: unknown): boolean =>
  error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;

interface PortError extends Error {
  readonly code: string;
  readonly address: string;
  readonly port: number;
}

const PORT_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses it',
  EACCES: 'this user must not open it: ports below 1024 need a right',
  EADDRNOTAVAIL: 'this machine does not have that address',
};

const isOfPort = (error: Error): error is PortError =>
  'code' in error && String(error.code) in PORT_PROBLEMS && 'port' in error && 'address' in error;

function portReason({ code, address, port }: PortError, config: Addressed): string {
  const listeners = [
    { portVariable: 'SAP2_SSP_PORT', addressVariable: 'SAP2_BIND', port: config.sspPort },
    { portVariable: 'SAP2_SSP_PLAIN_PORT', addressVariable: 'SAP2_BIND', port: config.sspPlainPort },
    { portVariable: 'SAP2_ADMIN_PORT', addressVariable: 'SAP2_ADMIN_BIND', port: config.adminPort },
  ];
  const listener = listeners.find((one) => one.port === port);
  const variable = code === 'EADDRNOTAVAIL' ? listener?.addressVariable : listener?.portVariable;
  const advice = variable === undefined ? '' : ` Set ${variable} to another value.`;
  return `The port ${port} of ${address} can not be opened: ${PORT_PROBLEMS[code]} (${code}).${advice}`;
}

/** What SQLSTATE and driver leave to the operator's knowledge. */
const POSTGRES_ADVICE: readonly (readonly [RegExp, (role: string) => string])[] = [
  [
    /permission denied for schema (\S+)/,
    (role) =>
      `Since PostgreSQL 15 the owner must allow it: GRANT USAGE, CREATE ON SCHEMA public TO "${role}";`,
  ],
  [/28P01/, () => 'The password in the address is wrong.'],
  [/28000/, () => 'Look into pg_hba.conf: it does not let this role in from here.'],
  [/3D000/, (role) => `Make the database first: createdb --owner="${role}".`],
  [
    /does not support SSL/,
    () => 'The server has no TLS: leave sslmode out of the address, or switch TLS on in the server.',
  ],
  [
    /certificate|CERT_|ERR_TLS/,
    () => 'Name the file of its authority in the address: sslmode=verify-full&sslrootcert=/path/to/ca.pem.',
  ],
];

function postgresAdvice(error: LedgerUnavailableError | StatementRefusedError, config: Addressed): string {
  const { url } = error;
  if (url === undefined) return '';
  const variable = url === config.migrationDatabaseUrl ? 'SAP2_MIGRATION_DATABASE_URL' : 'DATABASE_URL';
  const role = roleIn(url);
  const advice = POSTGRES_ADVICE.find(([pattern]) => pattern.test(error.message))?.[1](role);
  return ` (${placeIn(url)}, role "${role}", by ${variable}).${advice === undefined ? '' : ` ${advice}`}`;
}

const REDIS_ADVICE: readonly (readonly [RegExp, string])[] = [
  [/NOAUTH/, 'The address must hold the password of the server.'],
  [/WRONGPASS|ERR AUTH/, 'User or password in the address is wrong.'],
  [/NOPERM/, 'The user of the address may not run the commands that the service needs.'],
  [
    /wrong version number|packet length|SSL|ECONNRESET|Connection is closed|does not answer/i,
    'Is it started? One side may also speak TLS and the other not: rediss:// is with TLS, redis:// is without.',
  ],
];

function redisReason(error: Error, { redisUrl }: Addressed): string {
  const place =
    redisUrl === undefined
      ? 'the private Redis'
      : redisUrl.kind === 'single'
        ? placeIn(redisUrl.url)
        : redisUrl.nodes.map(({ host, port }) => `${host}:${port}`).join(',');
  const advice = REDIS_ADVICE.find(([pattern]) => pattern.test(error.message))?.[1];
  const sentence = /[.!]$/.test(error.message) ? error.message.slice(0, -1) : error.message;
  const named = /redis/i.test(sentence) ? sentence : `Redis is not available: ${sentence}`;
  return `${named} (${place}, by REDIS_URL).${advice === undefined ? '' : ` ${advice}`}`;
}

/** Without user and password. */
function placeIn(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname === '' ? 'the local socket' : hostname}${port === '' ? '' : `:${port}`}${pathname.length > 1 ? pathname : ''}`;
}

const roleIn = (url: string): string => decodeURIComponent(new URL(url).username) || 'of this user';
