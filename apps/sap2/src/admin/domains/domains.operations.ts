import { z } from 'zod';
import { PAGE_QUERY, pageOf } from '../http/fields.js';
import { operations } from '../http/operation.js';
import { DOMAIN, DOMAIN_PARAM, SERVICES, SP_INFO } from './domain.dto.js';

const params = { name: DOMAIN_PARAM } as const;

export const DOMAINS = operations('domains', {
  createDomain: {
    command: { noun: 'domain', verb: 'create', places: ['name'] },
    method: 'POST',
    path: '/domains',
    summary: 'Adds a domain.',
    scope: 'agreements',
    body: z.strictObject({ name: DOMAIN_PARAM, spInfo: SP_INFO.optional(), services: SERVICES.optional() }),
    answer: { status: 201, says: 'The domain.', schema: DOMAIN },
    refusals: [409, 422],
    creates: true,
  },
  listDomains: {
    command: { noun: 'domain', verb: 'list' },
    method: 'GET',
    path: '/domains',
    summary: 'The served domains, in the order of their names.',
    scope: 'read',
    query: PAGE_QUERY,
    answer: { status: 200, says: 'A page of domains.', schema: pageOf(DOMAIN) },
  },
  getDomain: {
    command: { noun: 'domain', verb: 'show' },
    method: 'GET',
    path: '/domains/:name',
    summary: 'One domain.',
    scope: 'read',
    params,
    answer: { status: 200, says: 'The domain.', schema: DOMAIN },
    refusals: [404],
  },
  changeDomain: {
    command: { noun: 'domain', verb: 'change' },
    method: 'PATCH',
    path: '/domains/:name',
    summary: 'Changes the provider information and the offer of a domain.',
    description:
      'Fields that are left out stay; null removes a value. Live sessions keep their agreed services.',
    scope: 'agreements',
    params,
    body: z.strictObject({ spInfo: SP_INFO.nullable().optional(), services: SERVICES.nullable().optional() }),
    answer: { status: 200, says: 'The domain as it is now.', schema: DOMAIN },
    refusals: [404, 412],
    changes: true,
  },
  deleteDomain: {
    command: { noun: 'domain', verb: 'delete' },
    method: 'DELETE',
    path: '/domains/:name',
    summary: 'Removes a domain.',
    description: 'Refused while it has users, or while an agreement allows it or uses it in ownServiceID.',
    scope: 'agreements',
    params,
    answer: { status: 204, says: 'It is deleted.' },
    refusals: [404, 409, 412],
    changes: true,
  },
});
