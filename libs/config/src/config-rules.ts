import { type ValueOf, VARIABLES, type VariableName } from './variables.js';

export interface ConfigFault {
  readonly variable: string;
  /** What is wrong, without the value if that is a secret. */
  readonly problem: string;
  readonly expected: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;
export type Values = { [Name in VariableName]?: ValueOf<Name> };

/** An empty variable is one that is not set: `NAME=${NAME:-}` is how compose files pass them on. */
export const textOf = (env: Environment, name: string): string | undefined =>
  env[name] === '' ? undefined : env[name];

interface Rule extends ConfigFault {
  readonly isBroken: (values: Values, env: Environment) => boolean;
}

const above = (a: number | undefined, b: number | undefined): boolean =>
  a !== undefined && b !== undefined && a > b;

/** Two listeners on one port. 0 means any free port, and never the same. */
const same = (a: number | undefined, b: number | undefined): boolean => a !== undefined && a !== 0 && a === b;

const isSet = (values: Values, name: VariableName): boolean => values[name] !== undefined;

/** Neither is of any use without the other. */
const pairRules = (certificate: VariableName, key: VariableName): readonly Rule[] => [
  {
    variable: key,
    problem: `is not set, but ${certificate} is`,
    expected: 'the file of the private key that belongs to the certificate',
    isBroken: (v) => isSet(v, certificate) && !isSet(v, key),
  },
  {
    variable: certificate,
    problem: `is not set, but ${key} is`,
    expected: 'the file of the certificate that belongs to the key',
    isBroken: (v) => isSet(v, key) && !isSet(v, certificate),
  },
];

/** A listener speaks http or https. If it requires certificates of its callers, it must name their authorities. */
function tlsRules(listener: 'SSP' | 'ADMIN'): readonly Rule[] {
  const certificate = `SAP2_${listener}_TLS_CERTIFICATE_FILE` as const;
  const key = `SAP2_${listener}_TLS_KEY_FILE` as const;
  const wanted = `SAP2_${listener}_TLS_CLIENT_CERTIFICATES` as const;
  const authorities = `SAP2_${listener}_TLS_CLIENT_CA_FILE` as const;
  return [
    ...pairRules(certificate, key),
    {
      variable: wanted,
      problem: `asks for certificates of clients, but ${certificate} is not set`,
      expected: 'none, or a certificate and a key of the service as well: only https asks for certificates',
      isBroken: (v) => v[wanted] !== undefined && v[wanted] !== 'none' && !isSet(v, certificate),
    },
    {
      variable: authorities,
      problem: `is not set, but ${wanted} is required`,
      expected: 'the file of the authorities whose certificates are accepted',
      isBroken: (v) => v[wanted] === 'required' && !isSet(v, authorities),
    },
    {
      variable: authorities,
      problem: `is set, but ${wanted} is "none"`,
      expected: `${wanted} to say that clients are asked for a certificate, or no authorities`,
      isBroken: (v) => v[wanted] === 'none' && isSet(v, authorities),
    },
  ];
}

/** What must hold between variables; each rule looks only at those that could be read. */
export const RULES: readonly Rule[] = [
  {
    variable: 'SAP2_KEEP_ALIVE_MIN_S',
    problem: 'is above SAP2_KEEP_ALIVE_DEFAULT_S',
    expected: 'shortest ≤ default ≤ longest',
    isBroken: (v) => above(v.SAP2_KEEP_ALIVE_MIN_S, v.SAP2_KEEP_ALIVE_DEFAULT_S),
  },
  {
    variable: 'SAP2_KEEP_ALIVE_MAX_S',
    problem: 'is below SAP2_KEEP_ALIVE_DEFAULT_S',
    expected: 'shortest ≤ default ≤ longest',
    isBroken: (v) => above(v.SAP2_KEEP_ALIVE_DEFAULT_S, v.SAP2_KEEP_ALIVE_MAX_S),
  },
  {
    variable: 'SAP2_ADMIN_PORT',
    problem: 'is also SAP2_SSP_PORT',
    expected: 'two different ports',
    isBroken: (v) => same(v.SAP2_ADMIN_PORT, v.SAP2_SSP_PORT),
  },
  {
    variable: 'SAP2_SSP_PLAIN_PORT',
    problem: 'is also another port of this process',
    expected: 'a port of its own',
    isBroken: (v) =>
      same(v.SAP2_SSP_PLAIN_PORT, v.SAP2_SSP_PORT) || same(v.SAP2_SSP_PLAIN_PORT, v.SAP2_ADMIN_PORT),
  },
  {
    variable: 'SAP2_NORTHBOUND_PORT',
    problem: 'is also another port of this process',
    expected: 'a port of its own',
    isBroken: (v) =>
      [v.SAP2_SSP_PORT, v.SAP2_SSP_PLAIN_PORT, v.SAP2_ADMIN_PORT].some((port) =>
        same(v.SAP2_NORTHBOUND_PORT, port),
      ),
  },
  {
    variable: 'SAP2_SSP_PLAIN_PORT',
    problem: 'is set, but SAP2_SSP_TLS_CERTIFICATE_FILE is not',
    expected: 'no second port: without a certificate SAP2_SSP_PORT speaks http already',
    isBroken: (v) => v.SAP2_SSP_PLAIN_PORT !== undefined && v.SAP2_SSP_TLS_CERTIFICATE_FILE === undefined,
  },
  ...tlsRules('SSP'),
  ...tlsRules('ADMIN'),
  ...pairRules('SAP2_PEER_TLS_CERTIFICATE_FILE', 'SAP2_PEER_TLS_KEY_FILE'),
  {
    variable: 'SAP2_MIGRATION_DATABASE_URL',
    problem: 'is set, but DATABASE_URL is not',
    expected: 'both, of the same database',
    isBroken: (_, env) =>
      textOf(env, 'SAP2_MIGRATION_DATABASE_URL') !== undefined && textOf(env, 'DATABASE_URL') === undefined,
  },
  {
    variable: 'SAP2_SECRET_KEYS',
    problem: 'is not set, but DATABASE_URL is',
    expected: VARIABLES.SAP2_SECRET_KEYS.expected,
    isBroken: (_, env) =>
      textOf(env, 'DATABASE_URL') !== undefined && textOf(env, 'SAP2_SECRET_KEYS') === undefined,
  },
];
