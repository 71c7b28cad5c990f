import { z } from 'zod';
import { PAGE_QUERY, pageOf } from '../http/fields.js';
import { operations } from '../http/operation.js';
import { ADMIN_NAME, ADMIN_SETTINGS, ADMINISTRATOR, WITH_TOKEN } from './administrator.dto.js';

const params = { name: ADMIN_NAME } as const;

export const ADMINISTRATORS = operations('administrators', {
  createAdministrator: {
    command: { noun: 'admin', verb: 'create', places: ['name'] },
    method: 'POST',
    path: '/administrators',
    summary: 'Creates an administrator and its token.',
    description: 'Only this answer has the token. If the answer is lost, replace the token.',
    scope: 'admin',
    body: z.strictObject({ name: ADMIN_NAME, ...ADMIN_SETTINGS }),
    answer: { status: 201, says: 'The administrator with its token.', schema: WITH_TOKEN },
    refusals: [409],
  },
  listAdministrators: {
    command: { noun: 'admin', verb: 'list' },
    method: 'GET',
    path: '/administrators',
    summary: 'The administrators, in the order of their names.',
    scope: 'admin',
    query: PAGE_QUERY,
    answer: { status: 200, says: 'A page of administrators.', schema: pageOf(ADMINISTRATOR) },
  },
  getAdministrator: {
    command: { noun: 'admin', verb: 'show' },
    method: 'GET',
    path: '/administrators/:name',
    summary: 'One administrator, without its token.',
    scope: 'admin',
    params,
    answer: { status: 200, says: 'The administrator.', schema: ADMINISTRATOR },
    refusals: [404],
  },
  changeAdministrator: {
    command: { noun: 'admin', verb: 'change' },
    method: 'PATCH',
    path: '/administrators/:name',
    summary: 'Changes the scopes and the end of a token.',
    scope: 'admin',
    params,
    body: z.strictObject({ ...ADMIN_SETTINGS, scopes: ADMIN_SETTINGS.scopes.optional() }),
    answer: { status: 200, says: 'The administrator as it is now.', schema: ADMINISTRATOR },
    refusals: [404, 409, 412],
    changes: true,
  },
  replaceToken: {
    command: { noun: 'admin', verb: 'token' },
    method: 'POST',
    path: '/administrators/:name/token',
    summary: 'Makes a new token; the previous one is invalid from then on.',
    scope: 'admin',
    params,
    answer: {
      status: 200,
      says: 'The administrator with its new token. Only this answer has the token.',
      schema: WITH_TOKEN,
    },
    refusals: [404],
  },
  deleteAdministrator: {
    command: { noun: 'admin', verb: 'delete' },
    method: 'DELETE',
    path: '/administrators/:name',
    summary: 'Deletes an administrator; its token is invalid from then on.',
    scope: 'admin',
    params,
    answer: { status: 204, says: 'It is deleted.' },
    refusals: [404, 409, 412],
    changes: true,
  },
});
