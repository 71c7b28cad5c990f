import { ADMIN_SCOPES, type AdministratorRecord } from '@sap2/administration';
import { entryRules } from '@sap2/administration';
import { z } from 'zod';
import { time, timeOf, timeOrNull } from '../http/fields.js';
import { Problem } from '../problem.filter.js';

export const ADMIN_NAME = entryRules.adminName.describe(
  'The administrator, 1 to 64 letters, digits, "_", "-", "." or "@".',
);

export const ADMIN_SETTINGS = {
  scopes: z
    .array(z.enum(ADMIN_SCOPES))
    .min(1)
    .max(ADMIN_SCOPES.length)
    .describe(
      '`read` allows every read, `users`, `sessions` and `agreements` allow changes of these, and `admin` allows everything.',
    ),
  expiresAt: time.nullable().optional().describe('Null: never.'),
} as const;

export const ADMINISTRATOR = z.object({
  name: z.string(),
  scopes: z.array(z.enum(ADMIN_SCOPES)),
  expiresAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable().describe('Exact to the minute.'),
});

export const WITH_TOKEN = ADMINISTRATOR.extend({
  token: z.string().describe('Shown only in this answer; the service stores only a hash of it.'),
});

export type AdministratorDto = z.output<typeof ADMINISTRATOR>;
export type WithTokenDto = z.output<typeof WITH_TOKEN>;

export const administratorDto = (record: AdministratorRecord): AdministratorDto => ({
  name: record.name,
  scopes: [...record.scopes],
  expiresAt: timeOrNull(record.expiresAtMs),
  createdAt: timeOf(record.createdAtMs),
  updatedAt: timeOf(record.updatedAtMs),
  lastUsedAt: timeOrNull(record.lastUsedAtMs),
});

export const unknownAdministrator = (): Problem => new Problem(404, 'There is no such administrator.');

/** What an act on administrators is refused with. */
export const ADMINISTRATOR_REFUSALS = {
  unknown: unknownAdministrator,
  exists: () => new Problem(409, 'There is an administrator of this name already.'),
  'last-one': () =>
    new Problem(
      409,
      'One administrator with the scope "admin" and without an end must stay: make another one first.',
    ),
} as const;
