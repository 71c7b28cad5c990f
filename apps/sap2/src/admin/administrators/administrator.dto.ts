import { ADMIN_SCOPES, type AdministratorRecord } from '@sap2/administration';
import { entryRules } from '@sap2/administration';
import { z } from 'zod';
import { time, timeOf } from '../http/fields.js';
import { Problem } from '../problem.filter.js';

export const ADMIN_NAME = entryRules.adminName.describe(
  'The administrator, 1 to 64 letters, digits, "_", "-", "." or "@".',
);

export const ADMIN_SETTINGS = {
  scopes: z
    .array(z.enum(ADMIN_SCOPES))
    .min(1)
    .max(ADMIN_SCOPES.length)
    .describe('`read` sees everything, `users`, `sessions` and `agreements` change these, `admin` is all.'),
  expiresAt: time.nullable().optional().describe('Null: never.'),
} as const;

export const ADMINISTRATOR = z.object({
  name: z.string(),
  scopes: z.array(z.enum(ADMIN_SCOPES)),
  expiresAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable().describe('To the minute.'),
});

export const WITH_TOKEN = ADMINISTRATOR.extend({
  token: z.string().describe('Told this once; only a hash of it is stored.'),
});

const timeOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : timeOf(ms));

export const administratorDto = (record: AdministratorRecord): z.output<typeof ADMINISTRATOR> => ({
  name: record.name,
  scopes: [...record.scopes],
  expiresAt: timeOrNull(record.expiresAtMs),
  createdAt: timeOf(record.createdAtMs),
  updatedAt: timeOf(record.updatedAtMs),
  lastUsedAt: timeOrNull(record.lastUsedAtMs),
});

export const unknownAdministrator = (): Problem => new Problem(404, 'There is no such administrator.');

export const lastOne = (): Problem =>
  new Problem(
    409,
    'Somebody must be left with the scope "admin" and without an end: make another one first.',
  );
