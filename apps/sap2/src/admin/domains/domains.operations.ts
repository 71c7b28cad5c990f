import { domainFields } from '@sap2/administration';
import { z } from 'zod';
import { PAGE_QUERY, pageOf, shortText } from '../http/fields.js';
import { operations } from '../http/operation.js';

const { spInfo, services, userDirectory, userDirectorySecret } = domainFields;
const params = { name: shortText.describe('The domain, such as `provider.example`.') } as const;

export const DOMAIN = z
  .object({
    name: z.string(),
    spInfo: spInfo.nullable().describe('Provider information, for GetSPInfo; null: no information.'),
    services: z.array(z.string()).nullable().describe('Offered functions; null: all functions.'),
    userDirectory: userDirectory.nullable().describe('Checks the passwords of the users; null: SAP 2 does.'),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Domain' });

export const DOMAINS = operations('domains', {
  createDomain: {
    command: { name: 'domain create', places: ['name'] },
    route: 'POST /domains',
    summary: 'Adds a domain.',
    scope: 'agreements',
    body: z
      .strictObject({
        ...params,
        spInfo: spInfo.optional(),
        services: services.optional(),
        userDirectory: userDirectory.optional(),
        userDirectorySecret: userDirectorySecret.optional(),
      })
      .meta({ id: 'NewDomain' }),
    answer: { status: 201, says: 'The domain.', schema: DOMAIN },
    refusals: [409],
    creates: true,
  },
  listDomains: {
    command: 'domain list',
    route: 'GET /domains',
    summary: 'The served domains, in the order of their names.',
    scope: 'read',
    query: PAGE_QUERY,
    answer: { status: 200, says: 'A page of domains.', schema: pageOf(DOMAIN) },
  },
  getDomain: {
    command: 'domain show',
    route: 'GET /domains/:name',
    summary: 'One domain.',
    scope: 'read',
    params,
    answer: { status: 200, says: 'The domain.', schema: DOMAIN },
  },
  changeDomain: {
    command: 'domain change',
    route: 'PATCH /domains/:name',
    summary: 'Changes the provider information, the offer and the user directory of a domain.',
    description:
      'Fields that are left out stay; null removes a value. Live sessions keep their agreed services, and a new user directory ends none.',
    scope: 'agreements',
    params,
    body: z
      .strictObject({
        spInfo: spInfo.nullable().optional(),
        services: services.nullable().optional(),
        userDirectory: userDirectory.nullable().optional(),
        userDirectorySecret: userDirectorySecret.optional(),
      })
      .meta({ id: 'DomainChange' }),
    answer: { status: 200, says: 'The domain as it is now.', schema: DOMAIN },
    changes: true,
  },
  deleteDomain: {
    command: 'domain delete',
    route: 'DELETE /domains/:name',
    summary: 'Removes a domain.',
    description: 'Refused while it has users, or while an agreement allows it or uses it in ownServiceID.',
    scope: 'agreements',
    params,
    answer: { status: 204, says: 'It is deleted.' },
    refusals: [409],
    changes: true,
  },
});
