import type { DomainRecord } from '@sap2/administration';
import type { SpInfo } from '@sap2/session-core';
import { entryRules } from '@sap2/administration';
import { z } from 'zod';
import { shortText, timeOf } from '../http/fields.js';

export const DOMAIN_PARAM = shortText.describe('The domain, such as `provider.example`.');

export const SP_INFO = entryRules.spInfo.describe('What GetSPInfo tells of the provider.');

export const SERVICES = entryRules.services.describe(
  'Functions on offer, by their names in the service tree; left out: all that there are.',
);

export const DOMAIN = z.object({
  name: z.string(),
  spInfo: SP_INFO.nullable().describe('What GetSPInfo tells; null: nothing.'),
  services: z.array(z.string()).nullable().describe('Functions on offer; null: all that there are.'),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export const domainDto = (domain: DomainRecord): z.output<typeof DOMAIN> => ({
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
