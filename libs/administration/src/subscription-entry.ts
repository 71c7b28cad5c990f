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
  .describe('`caep` (Shared Signals) is not enabled in this version, and refused with 422.');
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
  readonly format: 'events';
  readonly batch: number;
}

/** Shared Signals, which this version does not have. */
export interface FormatNotEnabled {
  readonly kind: 'format-not-enabled';
}

const NEW: SubscriptionSettings = { name: '', url: '', types: [], domains: [], format: 'events', batch: 1 };

/** The entry over what stood before, or over the defaults of a new subscription. */
export function readSubscriptionEntry(
  entry: SubscriptionEntry,
  before: SubscriptionSettings | undefined,
  refusalOfUrl: RefusalOfUrl,
): SubscriptionSettings | WrongEntry | FormatNotEnabled {
  if (entry.format === 'caep') return { kind: 'format-not-enabled' };
  const old = before ?? NEW;
  const settings: SubscriptionSettings = {
    name: entry.name ?? old.name,
    url: entry.url ?? old.url,
    types: entry.types === undefined ? old.types : [...new Set(entry.types)],
    domains: entry.domains === undefined ? old.domains : domainsOf(entry.domains),
    format: 'events',
    batch: entry.batch ?? old.batch,
  };
  const refusal = refusalOfUrl(settings.url);
  if (refusal === undefined) return settings;
  return { kind: 'wrong-entry', fields: [{ field: 'url', what: `cannot be called: ${refusal}` }] };
}

const domainsOf = (names: readonly string[]): readonly Domain[] => [
  ...new Set(
    names.flatMap((text) => {
      const parsed = parseDomain(text);
      return parsed.ok ? [parsed.value] : [];
    }),
  ),
];
