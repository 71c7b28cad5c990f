import type { DomainRecord } from '@sap2/administration';
import type { SpInfo } from '@sap2/session-core';
import { z } from 'zod';
import { shortText, timeOf } from '../http/fields.js';

export const DOMAIN_PARAM = shortText.describe('The domain, such as `provider.example`.');

/** A logo travels in one SSP message together with others. */
const MAX_LOGO_CHARACTERS = 131_072;
const MAX_SERVICES = 200;

const HTTP_URL = z.url({ protocol: /^https?$/, error: 'It must be an http or https address.' }).max(2048);

export const SP_INFO = z
  .strictObject({
    name: shortText,
    description: shortText.optional(),
    url: HTTP_URL.optional(),
    logo: z
      .strictObject({
        contentType: z
          .string()
          .regex(/^[A-Za-z0-9.+-]{1,64}\/[A-Za-z0-9.+-]{1,64}$/, 'It must be a media type such as image/png.')
          .optional(),
        content: z.base64('It must be base64.').min(1).max(MAX_LOGO_CHARACTERS),
      })
      .optional(),
  })
  .describe('What GetSPInfo tells of the provider.');

export const SERVICES = z
  .array(z.string().regex(/^[A-Za-z0-9]{1,32}$/, 'It must be a name of the service tree, such as GETSPI.'))
  .max(MAX_SERVICES)
  .describe('Functions on offer, by their names in the service tree; left out: all that there are.');

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
