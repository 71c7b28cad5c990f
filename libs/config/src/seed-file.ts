import { readFile, stat } from 'node:fs/promises';
import { err, ok, type Result } from '@sap2/kernel';
import { z } from 'zod';
import { agreementSettings, contradictionsIn } from './agreement-settings.js';
import { jsonFault } from './json-fault.js';

/** Bounds the time and memory of a start; some 100 000 users. */
const MAX_FILE_BYTES = 16_777_216;

/** Longest values; those of ssp-binding §4 where it names one. */
const MAX_NAME_CHARACTERS = 256;
const MAX_SECRET_CHARACTERS = 256;
const MAX_TEXT_CHARACTERS = 1024;
const MAX_URL_CHARACTERS = 2048;
/** A logo travels in one message together with others, whose sender may not take more than 1 MiB. */
const MAX_LOGO_CHARACTERS = 131_072;

const NAMESPACES = [
  'http://www.openmobilealliance.org/DTD/WV-SSP1.3',
  'http://www.openmobilealliance.org/DTD/WV-SSP1.2',
  'http://www.openmobilealliance.org/DTD/IMPS-SSP1.3',
] as const;

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
const services = z.array(name('GETSPI', '[A-Za-z0-9]{1,32}'));

const text = z.string().min(1).max(MAX_TEXT_CHARACTERS);
const secret = z.string().min(1).max(MAX_SECRET_CHARACTERS);

const isPlainHttp = (url: string): boolean => {
  if (!URL.canParse(url)) return false;
  const { protocol, username, password, hash } = new URL(url);
  return /^https?:$/.test(protocol) && `${username}${password}${hash}` === '';
};
const url = z
  .string()
  .max(MAX_URL_CHARACTERS)
  .refine(isPlainHttp, 'must be an http or https address without a user, a password or a fragment');

const spInfo = z.strictObject({
  name: text,
  description: text.optional(),
  url: url.optional(),
  logo: z
    .strictObject({
      contentType: name('image/png', '[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+').optional(),
      content: z.base64('must be base64').min(1).max(MAX_LOGO_CHARACTERS),
    })
    .optional(),
});

const domain = z.strictObject({ name: domainName, spInfo: spInfo.optional(), services: services.optional() });

const agreement = z
  .strictObject({
    serviceID,
    ownServiceID: serviceID.optional(),
    sharedSecret: secret,
    callbackUrl: url.optional(),
    answerMode: z.enum(['inline', 'callback']).default('inline'),
    digestSchemas: z
      .array(z.enum(['HMAC-SHA-256', 'MD5']))
      .min(1)
      .default(['HMAC-SHA-256']),
    namespace: z.enum(NAMESPACES).default(NAMESPACES[0]),
    domains: z.array(domainName),
    services: services.optional(),
    allowPasswordOverHttp: z.boolean().default(false),
    enabled: z.boolean().default(true),
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

const user = z.strictObject({ userID, password: secret });
const administrator = z.strictObject({
  name: text.max(MAX_NAME_CHARACTERS),
  token: secret,
  scopes: z
    .array(z.enum(['read', 'users', 'sessions', 'agreements', 'admin']))
    .min(1)
    .default(['admin']),
  /** Left out: never. */
  expiresAt: z.iso
    .datetime({ offset: true, error: 'must be a time such as 2027-01-31T00:00:00Z' })
    .optional(),
});

export const seed = z.strictObject({
  domains: z.array(domain).default([]),
  agreements: z.array(agreement).default([]),
  users: z.array(user).default([]),
  administrators: z.array(administrator).default([]),
});

/**
 * What a seed file holds, with its defaults filled in and names as they were written. `agreements` are with peers;
 * `services` are names of features and functions of the service tree, not yet looked up.
 */
export type Seed = z.output<typeof seed>;

/** Says what is wrong without repeating what stands there: it may be a secret. Undefined: the schema says it itself. */
function inPlainWords(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') {
    return issue.input === undefined ? 'is missing' : `must be of type ${issue.expected}`;
  }
  if (issue.code === 'too_big') return `must not be longer than ${issue.maximum}`;
  if (issue.code === 'too_small') return 'must not be empty';
  return issue.code === 'invalid_value' ? `must be one of ${issue.values.join(', ')}` : undefined;
}

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

function repeated(entries: string, field: string, keys: readonly string[]): readonly string[] {
  const first = new Map<string, number>();
  return keys.flatMap((key, index) => {
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, index);
    return earlier === undefined ? [] : [`${entries}[${index}].${field}: is that of ${entries}[${earlier}]`];
  });
}

const repetitionsIn = ({ domains, agreements, users, administrators }: Seed): readonly string[] => [
  ...repeated(
    'domains',
    'name',
    domains.map((entry) => fold(entry.name)),
  ),
  ...repeated(
    'agreements',
    'serviceID',
    agreements.map((entry) => fold(entry.serviceID)),
  ),
  ...repeated(
    'users',
    'userID',
    users.map((entry) => fold(entry.userID)),
  ),
  ...repeated(
    'administrators',
    'name',
    administrators.map((entry) => entry.name),
  ),
  ...repeated(
    'administrators',
    'token',
    administrators.map((entry) => entry.token),
  ),
];

/** Every fault names the entry: `agreements[1].callbackUrl: is missing …`. */
export function parseSeed(json: string): Result<Seed, readonly string[]> {
  const syntax = jsonFault(json);
  if (syntax !== undefined) return err([syntax]);
  const parsed = seed.safeParse(JSON.parse(json), { error: inPlainWords });
  if (!parsed.success) return err(parsed.error.issues.flatMap(faultsOf));
  const repetitions = repetitionsIn(parsed.data);
  return repetitions.length === 0 ? ok(parsed.data) : err(repetitions);
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
export async function readSeedFile(path: string): Promise<Result<Seed, readonly string[]>> {
  const read = await textOf(path);
  return read.ok ? parseSeed(read.value) : err([read.error]);
}
