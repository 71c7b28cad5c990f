import { readFile, stat } from 'node:fs/promises';
import { err, ok, type Result } from '@sap2/kernel';
import { z } from 'zod';
import { agreementSettings, contradictionsIn } from './agreement-settings.js';
import { adminName, adminToken, secret, services, spInfo, time, whatIsWrong } from './entry-rules.js';
import { jsonFault } from './json-fault.js';

/** Bounds the time and memory of a start; some 100 000 users. */
const MAX_FILE_BYTES = 16_777_216;

/** Longest name (ssp-binding §4). */
const MAX_NAME_CHARACTERS = 256;

// How names are folded to one spelling is session-core's knowledge; here they only have to look like names.
const LABEL = String.raw`[^\s@/:]{1,253}`;
const name = (form: string, pattern: string): z.ZodString =>
  z
    .string()
    .max(MAX_NAME_CHARACTERS)
    .regex(new RegExp(`^${pattern}$`, 'u'), `must have the form ${form}`);
const domainName = name('provider.example', LABEL);
const serviceID = name('wv:@operator.example', `([Ww][Vv]:)?@?${LABEL}`);
const userID = name('wv:alice@provider.example', `([Ww][Vv]:)?[^\\s@/:]+@${LABEL}`);

const domain = z.strictObject({ name: domainName, spInfo: spInfo.optional(), services: services.optional() });

const agreement = z
  .strictObject({
    serviceID,
    ownServiceID: serviceID.optional(),
    sharedSecret: secret,
    callbackUrl: agreementSettings.callbackUrl.optional(),
    answerMode: agreementSettings.answerMode.default('inline'),
    digestSchemas: agreementSettings.digestSchemas.default(['HMAC-SHA-256']),
    namespace: agreementSettings.namespace.default('http://www.openmobilealliance.org/DTD/WV-SSP1.3'),
    domains: agreementSettings.domains,
    services: agreementSettings.services.optional(),
    allowPasswordOverHttp: agreementSettings.allowPasswordOverHttp.default(false),
    enabled: agreementSettings.enabled.default(true),
    requiredTransport: agreementSettings.requiredTransport.default('any'),
    clientCertificates: agreementSettings.clientCertificates.default([]),
    sourceAddresses: agreementSettings.sourceAddresses.default([]),
    allowUnprotected: agreementSettings.allowUnprotected.default(false),
    sessionLife: agreementSettings.sessionLife.default('time-to-live'),
    limits: agreementSettings.limits.default({}),
    validFrom: agreementSettings.validFrom.optional(),
    validUntil: agreementSettings.validUntil.optional(),
  })
  .superRefine((entry, context) => {
    for (const { field, what } of contradictionsIn(entry)) {
      context.addIssue({ code: 'custom', path: [field], message: what });
    }
  });

/** Which passwords may be given is the policy of administrators, who are asked when the file is applied. */
const user = z.strictObject({ userID, password: z.string() });
const administrator = z.strictObject({
  name: adminName,
  token: adminToken,
  scopes: z
    .array(z.enum(['read', 'users', 'sessions', 'agreements', 'admin']))
    .min(1)
    .default(['admin']),
  /** Left out: never. */
  expiresAt: time.optional(),
});

export const seed = z.strictObject({
  domains: z.array(domain).default([]),
  agreements: z.array(agreement).default([]),
  users: z.array(user).default([]),
  administrators: z.array(administrator).default([]),
});

type Lists = z.output<typeof seed>;
type Entry<List extends keyof Lists> = Lists[List][number];

/**
 * What a seed file holds, with its defaults filled in and names as they were written. `agreements` are with peers;
 * `services` are names of features and functions of the service tree, not yet looked up. Undefined: an entry with a fault,
 * which keeps its place so that the others keep their numbers.
 */
export type Seed = { readonly [List in keyof Lists]: readonly (Entry<List> | undefined)[] };

/** Entries that are valid by themselves go through further checks. So one run reports all faults. */
export interface SeedFile {
  readonly seed: Seed;
  /** Each names its entry: `agreements[1].callbackUrl: is missing …`. */
  readonly faults: readonly string[];
}

const NOTHING: Seed = { domains: [], agreements: [], users: [], administrators: [] };

const entryOf = (path: readonly PropertyKey[]): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');

const faultsOf = (issue: z.core.$ZodIssue): readonly string[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => `${entryOf([...issue.path, key])}: there is no such field`)
    : [`${entryOf(issue.path) || 'the file'}: ${issue.message}`];

/** Two spellings of one name fold to the same text, whatever `wv:` and `@` they carry. */
const fold = (spelling: string): string =>
  spelling
    .normalize('NFKC')
    .toLowerCase()
    .replace(/^(wv:)?@?/, '')
    .replace(/\.$/, '');

function repeated<List extends keyof Seed>(
  entries: Seed,
  list: List,
  field: string & keyof Entry<List>,
  keyOf: (text: string) => string = String,
): readonly string[] {
  const first = new Map<string, number>();
  return entries[list].flatMap((entry, index) => {
    if (entry === undefined) return [];
    const key = keyOf(String(entry[field]));
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, index);
    return earlier === undefined ? [] : [`${list}[${index}].${field}: is that of ${list}[${earlier}]`];
  });
}

const repetitionsIn = (entries: Seed): readonly string[] => [
  ...repeated(entries, 'domains', 'name', fold),
  ...repeated(entries, 'agreements', 'serviceID', fold),
  ...repeated(entries, 'users', 'userID', fold),
  ...repeated(entries, 'administrators', 'name'),
  ...repeated(entries, 'administrators', 'token'),
];

/** Of a file that has faults: each entry by itself. */
function legibleIn(file: unknown): Seed {
  const given = (typeof file === 'object' && file !== null ? file : {}) as Readonly<Record<string, unknown>>;
  const legible = <Output>(entries: unknown, schema: z.ZodType<Output>): readonly (Output | undefined)[] =>
    Array.isArray(entries) ? entries.map((entry) => schema.safeParse(entry).data) : [];
  return {
    domains: legible(given['domains'], domain),
    agreements: legible(given['agreements'], agreement),
    users: legible(given['users'], user),
    administrators: legible(given['administrators'], administrator),
  };
}

function parseSeed(json: string): SeedFile {
  const syntax = jsonFault(json);
  if (syntax !== undefined) return { seed: NOTHING, faults: [syntax] };
  const file: unknown = JSON.parse(json);
  const parsed = seed.safeParse(file, { error: whatIsWrong });
  const entries = parsed.data ?? legibleIn(file);
  return {
    seed: entries,
    faults: [...(parsed.error?.issues.flatMap(faultsOf) ?? []), ...repetitionsIn(entries)],
  };
}

async function textOf(path: string): Promise<Result<string, string>> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) return err(`the file: must not be larger than ${MAX_FILE_BYTES} bytes`);
    return ok(await readFile(path, 'utf8'));
  } catch (error) {
    return err(`the file: cannot be read (${String((error as NodeJS.ErrnoException).code)})`);
  }
}

/** `path` relative to where the process was started. A file that cannot be read is a fault like any other. */
export async function readSeedFile(path: string): Promise<SeedFile> {
  const read = await textOf(path);
  return read.ok ? parseSeed(read.value) : { seed: NOTHING, faults: [read.error] };
}
