import { ADMIN_SCOPES, administratorFields, entryRules } from '@sap2/administration';
import { z } from 'zod';
import { PAGE_QUERY, pageOf } from '../http/fields.js';
import { operations } from '../http/operation.js';

const ADMIN_NAME = entryRules.adminName.describe(
  'The administrator, 1 to 64 letters, digits, "_", "-", "." or "@".',
);

export const ADMINISTRATOR = z
  .object({
    name: z.string(),
    scopes: z.array(z.enum(ADMIN_SCOPES)),
    expiresAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable().describe('Exact to the minute.'),
  })
  .meta({ id: 'Administrator' });

export const WITH_TOKEN = ADMINISTRATOR.extend({
  token: z.string().describe('Shown only in this answer; the service stores only a hash of it.'),
}).meta({ id: 'AdministratorWithToken' });

const params = { name: ADMIN_NAME } as const;

export const ADMINISTRATORS = operations('administrators', {
  createAdministrator: {
    command: { name: 'admin create', places: ['name'] },
    route: 'POST /administrators',
    summary: 'Creates an administrator and its token.',
    description: 'Only this answer has the token. If the answer is lost, replace the token.',
    scope: 'admin',
    body: z.strictObject({ name: ADMIN_NAME, ...administratorFields }).meta({ id: 'NewAdministrator' }),
    answer: { status: 201, says: 'The administrator with its token.', schema: WITH_TOKEN },
    refusals: [409],
  },
  listAdministrators: {
    command: 'admin list',
    route: 'GET /administrators',
    summary: 'The administrators, in the order of their names.',
    scope: 'admin',
    query: PAGE_QUERY,
    answer: { status: 200, says: 'A page of administrators.', schema: pageOf(ADMINISTRATOR) },
  },
  getAdministrator: {
    command: 'admin show',
    route: 'GET /administrators/:name',
    summary: 'One administrator, without its token.',
    scope: 'admin',
    params,
    answer: { status: 200, says: 'The administrator.', schema: ADMINISTRATOR },
  },
  changeAdministrator: {
    command: 'admin change',
    route: 'PATCH /administrators/:name',
    summary: 'Changes the scopes and the end of a token.',
    scope: 'admin',
    params,
    body: z
      .strictObject({ ...administratorFields, scopes: administratorFields.scopes.optional() })
      .meta({ id: 'AdministratorChange' }),
    answer: { status: 200, says: 'The administrator as it is now.', schema: ADMINISTRATOR },
    refusals: [409],
    changes: true,
  },
  replaceToken: {
    command: 'admin token',
    route: 'POST /administrators/:name/token',
    summary: 'Makes a new token; the previous one is invalid from then on.',
    scope: 'admin',
    params,
    answer: {
      status: 200,
      says: 'The administrator with its new token. Only this answer has the token.',
      schema: WITH_TOKEN,
    },
  },
  deleteAdministrator: {
    command: 'admin delete',
    route: 'DELETE /administrators/:name',
    summary: 'Deletes an administrator; its token is invalid from then on.',
    scope: 'admin',
    params,
    answer: { status: 204, says: 'It is deleted.' },
    refusals: [409],
    changes: true,
  },
});
