import type { UserDirectorySettings } from '@sap2/user-directories';
import { z } from 'zod';
import { httpUrl, plainText, type RefusalOfUrl, shortText, type WrongEntry } from './entry-rules.js';

const MAX_URL_CHARACTERS = 2048;
const MIN_DEADLINE_MS = 100;
/** A peer waits about 10 s for the answer to a login. */
const MAX_DEADLINE_MS = 8_000;
const USUAL_DEADLINE_MS = 3_000;
/** So long a password that was taken away may still open sessions. */
const MAX_REMEMBER_S = 300;
const MAX_SECRET_CHARACTERS = 256;
/** As for webhooks (Standard Webhooks): 24 to 64 bytes. */
const SIGNING_KEY = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/;

const deadlineMs = z
  .int()
  .min(MIN_DEADLINE_MS)
  .max(MAX_DEADLINE_MS)
  .describe('Longest time for a check. After it the login gets 503.')
  .default(USUAL_DEADLINE_MS);
const rememberS = z
  .int()
  .min(0)
  .max(MAX_REMEMBER_S)
  .describe('For so long a right password needs no further check. 0: each login asks the directory.')
  .default(0);

function isLdapUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, pathname, search, hash } = new URL(text);
  const more = `${username}${password}${pathname.replace(/^\/$/, '')}${search}${hash}`;
  return /^ldaps?:$/.test(protocol) && hostname !== '' && more === '';
}

const STEPS: Readonly<Record<string, number>> = { '(': 1, ')': -1 };

/** The first parenthesis is closed at the end and not before, and there is a place for the user. */
function isFilter(text: string): boolean {
  let depth = 0;
  const depths = Array.from(text, (character) => (depth += STEPS[character] ?? 0));
  const isClosed = depths.indexOf(0) === depths.length - 1;
  return isClosed && text.startsWith('(') && text.includes('{user}');
}

const distinguishedName = plainText(MAX_SECRET_CHARACTERS).refine(
  (text) => text.includes('='),
  'must be a distinguished name such as ou=people,dc=provider,dc=example',
);

const ldap = z.strictObject({
  kind: z.literal('ldap'),
  url: z
    .string()
    .max(MAX_URL_CHARACTERS)
    .refine(isLdapUrl, 'must have the form ldaps://host or ldap://host:port')
    .describe('`ldaps://host`, or `ldap://host` with startTls.'),
  startTls: z.boolean().describe('true: StartTLS before the first request.').default(false),
  bindDN: distinguishedName
    .describe('Searches as this entry, with userDirectorySecret. Left out: anonymously.')
    .optional(),
  base: distinguishedName.describe('The search begins at this entry.'),
  filter: shortText
    .refine(isFilter, 'must be a filter such as (uid={user}), with {user} for the name')
    .describe('Finds the entry of a user. `{user}` is the part of the user id before the "@".')
    .default('(uid={user})'),
  deadlineMs,
  rememberS,
});

const http = z.strictObject({
  kind: z.literal('http'),
  url: httpUrl.describe('Gets a signed POST for each password.'),
  deadlineMs,
  rememberS,
});

export const userDirectory = z
  .discriminatedUnion('kind', [ldap, http])
  .describe('Directory of the provider, which checks the passwords of the users (docs/directories.md).');

export const userDirectorySecret = z
  .string()
  .min(1)
  .max(MAX_SECRET_CHARACTERS)
  .describe('Password of bindDN, or the signing key of an http directory. No answer ever contains it.');

const needsSecret = (settings: UserDirectorySettings): boolean =>
  settings.kind === 'http' || settings.bindDN !== undefined;

const wrong = (field: string, what: string): WrongEntry => ({
  kind: 'wrong-entry',
  fields: [{ field, what }],
});

/** Settings that cannot be, whatever the secret is. */
export function wrongUserDirectory(
  settings: UserDirectorySettings | null | undefined,
  refusalOfUrl: RefusalOfUrl,
): WrongEntry | undefined {
  if (settings === undefined || settings === null) return undefined;
  const isLdaps = settings.url.startsWith('ldaps:');
  const isStartTls = settings.kind === 'ldap' && settings.startTls;
  if (isLdaps && isStartTls)
    return wrong('userDirectory/startTls', 'is for ldap: URLs; ldaps: is encrypted already');
  // The rules for addresses know http and https.
  const refusal = refusalOfUrl(settings.url.replace(/^ldaps?:/, isLdaps || isStartTls ? 'https:' : 'http:'));
  return refusal === undefined ? undefined : wrong('userDirectory/url', `cannot be called: ${refusal}`);
}

/**
 * Which secret goes with the settings. The stored one is never sent to another place than the one that it was given for.
 */
export function secretAfter(
  before: { readonly settings: UserDirectorySettings | undefined; readonly hasSecret: boolean },
  after: UserDirectorySettings | undefined,
  given: string | undefined,
): 'given' | 'stored' | 'none' | WrongEntry {
  if (given !== undefined) return wrongSecret(after, given) ?? 'given';
  if (after === undefined || !needsSecret(after)) return 'none';
  if (before.hasSecret && before.settings !== undefined && isSamePlace(before.settings, after))
    return 'stored';
  return wrong('userDirectorySecret', 'must be given with a new directory or another URL');
}

function wrongSecret(settings: UserDirectorySettings | undefined, given: string): WrongEntry | undefined {
  if (settings === undefined || !needsSecret(settings))
    return wrong('userDirectorySecret', 'needs a userDirectory with bindDN, or of the kind http');
  return settings.kind === 'http' && !SIGNING_KEY.test(given)
    ? wrong('userDirectorySecret', 'must be "whsec_" and the base64 of 24 to 64 bytes')
    : undefined;
}

const isSamePlace = (before: UserDirectorySettings, after: UserDirectorySettings): boolean =>
  before.url === after.url && isStartTlsIn(before) === isStartTlsIn(after);

const isStartTlsIn = (settings: UserDirectorySettings): boolean =>
  settings.kind === 'ldap' && settings.startTls;
