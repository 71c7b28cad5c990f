import { EVENT_TYPES, type EventType } from '@sap2/event-feed';
import { type Domain, parseDomain } from '@sap2/session-core';
import { z } from 'zod';
import { httpUrl, plainText, type RefusalOfUrl, shortText, type WrongEntry } from './entry-rules.js';

const MAX_NAME_CHARACTERS = 100;
const MAX_DOMAINS = 100;
/** northbound §3 */
const MAX_BATCH = 100;

const types = z.array(z.enum(EVENT_TYPES)).max(EVENT_TYPES.length).describe('Types of events. Empty: all.');
const domains = z
  .array(shortText.refine((text) => parseDomain(text).ok, 'must be a domain'))
  .max(MAX_DOMAINS)
  .describe('Domains of events. Empty: all, also events without a domain.');
const batch = z
  .int()
  .min(1)
  .max(MAX_BATCH)
  .describe('Most events of a message. 1: the event itself; more: an object with `items`.');
const format = z
  .enum(['events', 'caep'])
  .describe('`caep`: signed tokens of Shared Signals. Refused with 422 unless SAP2_SSF_ISSUER is set.');
const name = plainText(MAX_NAME_CHARACTERS).describe('For people.');
const url = httpUrl.describe('Where the messages go. The rules for URLs of peers hold.');

/** What is written of a new subscription. */
export const subscriptionFields = {
  name,
  url,
  types: types.default([]),
  domains: domains.default([]),
  format: format.default('events'),
  batch: batch.default(1),
} as const;

/** The fields of a change: what is left out stays. */
export const subscriptionChanges = {
  name: name.optional(),
  url: url.optional(),
  types: types.optional(),
  domains: domains.optional(),
  format: format.optional(),
  batch: batch.optional(),
} as const;

export type SubscriptionEntry = z.output<z.ZodObject<typeof subscriptionChanges>>;

export interface SubscriptionSettings {
  readonly name: string;
  readonly url: string;
  readonly types: readonly EventType[];
  readonly domains: readonly Domain[];
  readonly format: 'events' | 'caep';
  readonly batch: number;
}

/** Shared Signals are switched off. */
export interface FormatNotEnabled {
  readonly kind: 'format-not-enabled';
}

const NEW: SubscriptionSettings = { name: '', url: '', types: [], domains: [], format: 'events', batch: 1 };

export interface SubscriptionRules {
  readonly refusalOfUrl: RefusalOfUrl;
  /** Types of events that the format `caep` has; undefined: it is switched off. */
  readonly streamTypes: readonly EventType[] | undefined;
}

/** The entry over what stood before, or over the defaults of a new subscription. */
export function readSubscriptionEntry(
  entry: SubscriptionEntry,
  before: SubscriptionSettings | undefined,
  { refusalOfUrl, streamTypes }: SubscriptionRules,
): SubscriptionSettings | WrongEntry | FormatNotEnabled {
  const settings = settingsOf(entry, before ?? NEW);
  const isStream = settings.format === 'caep';
  if (isStream && streamTypes === undefined) return { kind: 'format-not-enabled' };
  const fields = [
    ...faultsOfUrl(settings, refusalOfUrl),
    ...(isStream ? faultsOfStream(settings, streamTypes ?? []) : []),
  ];
  return fields.length === 0 ? settings : { kind: 'wrong-entry', fields };
}

/** The entry over `old`. */
const settingsOf = (entry: SubscriptionEntry, old: SubscriptionSettings): SubscriptionSettings => ({
  name: entry.name ?? old.name,
  url: entry.url ?? old.url,
  types: entry.types === undefined ? old.types : [...new Set(entry.types)],
  domains: entry.domains === undefined ? old.domains : domainsOf(entry.domains),
  format: entry.format ?? old.format,
  batch: entry.batch ?? old.batch,
});

function faultsOfUrl(settings: SubscriptionSettings, refusalOfUrl: RefusalOfUrl): WrongEntry['fields'] {
  const refusal = refusalOfUrl(settings.url);
  return refusal === undefined ? [] : [{ field: 'url', what: `cannot be called: ${refusal}` }];
}

/** A token has one event, and only some events are events of CAEP. */
function faultsOfStream(
  settings: SubscriptionSettings,
  possible: readonly EventType[],
): WrongEntry['fields'] {
  const isPossible = settings.types.every((type) => possible.includes(type));
  const wrongTypes = `may have only ${possible.join(', ')} in the format caep`;
  return [
    ...(isPossible ? [] : [{ field: 'types', what: wrongTypes }]),
    ...(settings.batch === 1 ? [] : [{ field: 'batch', what: 'must be 1 in the format caep' }]),
  ];
}

const domainsOf = (names: readonly string[]): readonly Domain[] => [
  ...new Set(
    names.flatMap((text) => {
      const parsed = parseDomain(text);
      return parsed.ok ? [parsed.value] : [];
    }),
  ),
];
