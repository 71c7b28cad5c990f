import { readFileSync } from 'node:fs';
import { jsonFault } from '@sap2/config';
import { err, ok, type Result } from '@sap2/kernel';
import type { z } from 'zod';
import {
  gatewayFile,
  type GatewaySettings,
  providerEntry,
  type ProviderEntry,
  type ProviderSettings,
} from './gateway-settings.js';

/** Bounds the time and memory of a start. */
const MAX_FILE_BYTES = 1_048_576;

export type Environment = Readonly<Record<string, string | undefined>>;
type Faults = readonly string[];

/** The configuration of the gateway, or every fault in it. No fault contains a secret. */
export function readGatewaySettings(path: string, env: Environment): Result<GatewaySettings, Faults> {
  const text = contentOf(path);
  if (!text.ok) return err([`${path}: ${text.error}`]);
  const syntax = jsonFault(text.value);
  if (syntax !== undefined) return err([`${path}: ${syntax}`]);
  return parseGatewaySettings(JSON.parse(text.value), env);
}

export function parseGatewaySettings(file: unknown, env: Environment): Result<GatewaySettings, Faults> {
  const parsed = gatewayFile.safeParse(file);
  const entries = parsed.data?.providers ?? legibleProviders(file);
  const secrets = entries.map((entry, index) => entry && secretOf(entry, `providers[${index}]`, env));
  const faults = [
    ...(parsed.error?.issues.flatMap(faultsOf) ?? []),
    ...secrets.flatMap((secret) => (secret === undefined || secret.ok ? [] : [secret.error])),
    ...repeatedDomains(entries),
    ...unlikeEntries(entries),
    ...unservedDefault(file, entries),
    ...halfPairs(entries),
  ];
  if (parsed.data === undefined || faults.length > 0) return err(faults);
  const read = secrets.map((secret) => (secret?.ok === true ? secret.value : ''));
  return ok({ ...parsed.data, providers: grouped(parsed.data.providers, read) });
}

function contentOf(path: string): Result<string, string> {
  try {
    const text = readFileSync(path, 'utf8');
    return text.length > MAX_FILE_BYTES ? err(`is longer than ${MAX_FILE_BYTES} bytes`) : ok(text);
  } catch (error) {
    return err(`cannot be read (${String((error as NodeJS.ErrnoException).code)})`);
  }
}

const pathOf = (path: readonly PropertyKey[]): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');

const faultsOf = (issue: z.core.$ZodIssue): Faults =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => `${pathOf([...issue.path, key])}: there is no such field`)
    : [`${pathOf(issue.path) || 'the file'}: ${issue.message}`];

/** Of a file with faults: each entry that is valid by itself, so that one run reports all faults. */
function legibleProviders(file: unknown): readonly (ProviderEntry | undefined)[] {
  const given = fieldsOf(file)['providers'];
  return Array.isArray(given) ? given.map((entry) => providerEntry.safeParse(entry).data) : [];
}

const fieldsOf = (file: unknown): Readonly<Record<string, unknown>> =>
  (typeof file === 'object' && file !== null ? file : {}) as Readonly<Record<string, unknown>>;

/** From one of three places; a file and a variable keep it out of the configuration. */
function secretOf(entry: ProviderEntry, place: string, env: Environment): Result<string, string> {
  const { sharedSecret, sharedSecretFile, sharedSecretEnv } = entry;
  const given = [sharedSecret, sharedSecretFile, sharedSecretEnv].filter((one) => one !== undefined);
  if (given.length !== 1) {
    return err(`${place}: needs exactly one of sharedSecret, sharedSecretFile and sharedSecretEnv`);
  }
  if (sharedSecret !== undefined) return ok(sharedSecret);
  if (sharedSecretEnv !== undefined) {
    const value = env[sharedSecretEnv] ?? '';
    return value === '' ? err(`${place}.sharedSecretEnv: ${sharedSecretEnv} is not set`) : ok(value);
  }
  const read = contentOf(sharedSecretFile ?? '');
  if (!read.ok) return err(`${place}.sharedSecretFile: ${read.error}`);
  const secret = read.value.replace(/\r?\n$/, '');
  return secret === '' ? err(`${place}.sharedSecretFile: is empty`) : ok(secret);
}

export const foldDomain = (domain: string): string => domain.toLowerCase().replace(/\.$/, '');

function repeatedDomains(entries: readonly (ProviderEntry | undefined)[]): Faults {
  const first = new Map<string, number>();
  return entries.flatMap((entry, index) => {
    if (entry === undefined) return [];
    const domain = foldDomain(entry.domain);
    const earlier = first.get(domain);
    if (earlier === undefined) first.set(domain, index);
    return earlier === undefined ? [] : [`providers[${index}].domain: is that of providers[${earlier}]`];
  });
}

const sameText = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What belongs to the SAP 2 and not to the domain. */
const sap2Of = (entry: ProviderEntry): object => ({ ...entry, domain: '' });

/** One SAP 2 has one address and one secret, whatever number of domains it serves. */
function unlikeEntries(entries: readonly (ProviderEntry | undefined)[]): Faults {
  const first = new Map<string, { readonly index: number; readonly entry: ProviderEntry }>();
  return entries.flatMap((entry, index) => {
    if (entry === undefined) return [];
    const name = entry.serviceID.toLowerCase();
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, { index, entry });
    return earlier === undefined || sameText(sap2Of(entry), sap2Of(earlier.entry))
      ? []
      : [`providers[${index}]: has the serviceID of providers[${earlier.index}], but differs from it`];
  });
}

function unservedDefault(file: unknown, entries: readonly (ProviderEntry | undefined)[]): Faults {
  const given = fieldsOf(file)['defaultDomain'];
  if (typeof given !== 'string' || entries.includes(undefined)) return [];
  return entries.some((entry) => entry && foldDomain(entry.domain) === foldDomain(given))
    ? []
    : ['defaultDomain: is not the domain of a provider'];
}

const halfPairs = (entries: readonly (ProviderEntry | undefined)[]): Faults =>
  entries.flatMap((entry, index) =>
    entry?.tls && (entry.tls.certificateFile === undefined) !== (entry.tls.keyFile === undefined)
      ? [`providers[${index}].tls: certificateFile and keyFile belong together`]
      : [],
  );

/** One for each SAP 2, in the order of the file. */
function grouped(entries: readonly ProviderEntry[], secrets: readonly string[]): readonly ProviderSettings[] {
  const found = new Map<string, ProviderSettings>();
  for (const [index, { serviceID, domain, url, answerMode, tls }] of entries.entries()) {
    const name = serviceID.toLowerCase();
    const domains = [...(found.get(name)?.domains ?? []), foldDomain(domain)];
    found.set(name, { serviceID, domains, url, sharedSecret: secrets[index] ?? '', answerMode, tls });
  }
  return [...found.values()];
}
