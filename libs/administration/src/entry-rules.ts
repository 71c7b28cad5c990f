import { z } from 'zod';

// The forms of what people write: over REST, on the command line and in the seed file. There is one rule for each thing.
// A message completes "The field …". A refinement also runs after a check that failed, so each takes any text.

/** Fields that cannot be as they were written. */
export interface WrongEntry {
  readonly kind: 'wrong-entry';
  /** `field` as a path: `domains/0`. `what` completes "It …". */
  readonly fields: readonly { readonly field: string; readonly what: string }[];
}

/** Why our calls must not go to an address; undefined: they may. */
export type RefusalOfUrl = (url: string) => string | undefined;

/** Longest text in a field, a filter or a path: longer than any name. */
const MAX_TEXT_CHARACTERS = 1024;
const MAX_URL_CHARACTERS = 2048;
const MAX_SERVICES = 200;
/** A logo travels in one message together with others, whose sender may not take more than 1 MiB. */
const MAX_LOGO_CHARACTERS = 131_072;

/** A secret must not be guessable: 16 characters that a person invents are about the work of 64 random bits. */
const MIN_SECRET_CHARACTERS = 16;
const MAX_SECRET_CHARACTERS = 256;

/** Text that PostgreSQL takes (no NUL) and that a terminal shows as it is. */
export const plainText = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be text without control characters');

export const shortText = plainText(MAX_TEXT_CHARACTERS);

/** What two companies share, or an administrator proves itself with. */
export const secret = z.string().min(MIN_SECRET_CHARACTERS).max(MAX_SECRET_CHARACTERS);

/** It travels in a header, where nothing but visible ASCII arrives as it was sent. */
export const adminToken = secret.regex(/^[!-~]*$/, 'must be of visible ASCII characters, without spaces');

export const adminName = z
  .string()
  .regex(/^[\w.@-]{1,64}$/, 'must be 1 to 64 letters, digits, "_", "-", "." or "@"');

const FIRST_TIME_MS = Date.UTC(1970);
const LAST_TIME_MS = Date.UTC(9999, 11, 31);

const isUsual = (text: string): boolean => {
  const ms = Date.parse(text);
  return FIRST_TIME_MS <= ms && ms < LAST_TIME_MS;
};

/** RFC 3339 with an offset, of a year that all of PostgreSQL, JSON and JavaScript write in the same way. */
export const time = z.iso
  .datetime({ offset: true, error: 'must be a time as in RFC 3339, such as 2027-01-31T00:00:00Z' })
  .refine(isUsual, 'must be a time from 1970 to 9999')
  .meta({ format: 'date-time' });

const NO_SPACE = /^[^\s\p{Cc}\p{Cs}]+$/u;

function isPlainHttp(text: string): boolean {
  if (!NO_SPACE.test(text) || !URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  // `http:operator.example` and `http:/operator.example` are mended by URL, and meant otherwise.
  const isWhole = /^https?:\/\/[^/]/i.test(text);
  return isWhole && /^https?:$/.test(protocol) && `${username}${password}${hash}` === '';
}

export const httpUrl = z
  .string()
  .max(MAX_URL_CHARACTERS)
  .refine(isPlainHttp, 'must be an http or https address without a user, a password or a fragment')
  .meta({ format: 'uri' });

const NETWORK = z.union([z.cidrv4(), z.cidrv6()]);

export const isNetwork = (text: string): boolean => NETWORK.safeParse(text).success;

export const services = z
  .array(z.string().regex(/^[A-Za-z0-9]{1,32}$/, 'must be a name of the service tree, such as GETSPI'))
  .max(MAX_SERVICES);

export const spInfo = z.strictObject({
  name: shortText,
  description: shortText.optional(),
  url: httpUrl.optional(),
  logo: z
    .strictObject({
      contentType: z
        .string()
        .regex(/^[A-Za-z0-9.+-]{1,64}\/[A-Za-z0-9.+-]{1,64}$/, 'must be a media type such as image/png')
        .optional(),
      content: z.base64('must be base64').min(1).max(MAX_LOGO_CHARACTERS),
    })
    .optional(),
});

/** Says what is wrong without repeating what was written: it may be a secret. Undefined: the rule says it itself. */
export function whatIsWrong(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') {
    return issue.input === undefined ? 'is missing' : `must be of type ${issue.expected}`;
  }
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  if (issue.code === 'too_big') return `must ${sizeOf(issue.origin, 'at most', issue.maximum)}`;
  if (issue.code !== 'too_small') return undefined;
  const isEmpty = issue.minimum === 1 && COUNTED[issue.origin] !== undefined;
  return isEmpty ? 'must not be empty' : `must ${sizeOf(issue.origin, 'at least', issue.minimum)}`;
}

const COUNTED: Readonly<Record<string, string>> = { string: 'characters', array: 'entries' };

function sizeOf(origin: string, compared: string, bound: number | bigint): string {
  const unit = COUNTED[origin];
  return unit === undefined ? `be ${compared} ${bound}` : `have ${compared} ${bound} ${unit}`;
}
