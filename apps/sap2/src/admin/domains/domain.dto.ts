import type { DeleteDomainOutcome, DomainRecord, UnknownServices } from '@sap2/administration';
import type { SpInfo } from '@sap2/session-core';
import { entryRules } from '@sap2/administration';
import { z } from 'zod';
import { shortText, timeOf } from '../http/fields.js';
import { Problem } from '../problem.filter.js';

export const DOMAIN_PARAM = shortText.describe('The domain, such as `provider.example`.');

export const SP_INFO = entryRules.spInfo.describe('Provider information, for GetSPInfo.');

export const SERVICES = entryRules.services.describe(
  'Offered functions, by their names in the service tree. Left out: all functions.',
);

export const DOMAIN = z.object({
  name: z.string(),
  spInfo: SP_INFO.nullable().describe('Provider information, for GetSPInfo; null: no information.'),
  services: z.array(z.string()).nullable().describe('Offered functions; null: all functions.'),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export type DomainDto = z.output<typeof DOMAIN>;

export const domainDto = (domain: DomainRecord): DomainDto => ({
  name: domain.name,
  spInfo: domain.spInfo ?? null,
  services: domain.services === undefined ? null : [...domain.services],
  createdAt: timeOf(domain.createdAtMs),
  updatedAt: timeOf(domain.updatedAtMs),
});

export const spInfoOf = ({ name, description, url, logo }: z.output<typeof SP_INFO>): SpInfo => ({
  name,
  description,
  url,
  logo: logo && { contentType: logo.contentType, content: logo.content },
});

export const unknownDomain = (): Problem => new Problem(404, 'No such domain is served here.');

/** What an act on domains is refused with. */
export const DOMAIN_REFUSALS = {
  unknown: unknownDomain,
  exists: () => new Problem(409, 'This domain is served already; change it with PATCH.'),
  'not-a-domain': () =>
    new Problem(400, 'The name is not a domain.', [
      { pointer: '/name', detail: 'It must be a domain such as provider.example.' },
    ]),
  'unknown-services': ({ names }: UnknownServices) => {
    const detail = `The service tree has no ${names.join(', ')}.`;
    return new Problem(400, detail, [{ pointer: '/services', detail }]);
  },
  'in-use': ({ users, agreements }: Extract<DeleteDomainOutcome, { kind: 'in-use' }>) => {
    const first = [
      ...(users ? ['Delete its users first.'] : []),
      ...(agreements ? ['Take it out of the domains and ownServiceID of the agreements first.'] : []),
    ];
    return new Problem(409, ['The domain is in use.', ...first].join(' '));
  },
} as const;
