import { z } from 'zod';
import { agreementFields } from './agreement-entry.js';
import { contradictionsIn } from './agreement-rules.js';
import { domainFields } from './domains.js';
import { adminName, adminToken, secret } from './entry-rules.js';
import { administratorFields } from './administrators.js';

/** Longest name (ssp-binding §4). */
const MAX_NAME_CHARACTERS = 256;

// How names are folded to one spelling is session-core's knowledge; here they only have to look like names.
const LABEL = String.raw`[^\s@/:]{1,253}`;
const name = (form: string, pattern: string): z.ZodString =>
  z
    .string()
    .max(MAX_NAME_CHARACTERS)
    .regex(new RegExp(`^${pattern}$`, 'u'), `must have the form ${form}`);
const domainName = name('provider.example', LABEL);
const serviceID = name('wv:@operator.example', `([Ww][Vv]:)?@?${LABEL}`);
const userID = name('wv:alice@provider.example', `([Ww][Vv]:)?[^\\s@/:]+@${LABEL}`);

const domain = z.strictObject({
  name: domainName,
  spInfo: domainFields.spInfo.optional(),
  services: domainFields.services.optional(),
  userDirectory: domainFields.userDirectory.optional(),
  userDirectorySecret: domainFields.userDirectorySecret.optional(),
});

const msOf = (text: string | null | undefined): number | undefined =>
  typeof text === 'string' ? Date.parse(text) : undefined;

const agreement = z
  .strictObject({
    serviceID,
    sharedSecret: secret,
    ...agreementFields,
    // A file says all of an agreement.
    domains: agreementFields.domains.unwrap(),
  })
  .superRefine(({ callbackUrl, validFrom, validUntil, ...entry }, context) => {
    const settings = {
      ...entry,
      callbackUrl: callbackUrl ?? undefined,
      validFromMs: msOf(validFrom),
      validUntilMs: msOf(validUntil),
    };
    for (const { field, what } of contradictionsIn(settings)) {
      context.addIssue({ code: 'custom', path: [field], message: what });
    }
  });

/** Which passwords may be given is a policy of the service, which is asked when the file is applied. */
const user = z.strictObject({ userID, password: z.string() });
const administrator = z.strictObject({
  name: adminName,
  token: adminToken,
  ...administratorFields,
  scopes: administratorFields.scopes.default(['admin']),
});

export const seedFile = z.strictObject({
  domains: z.array(domain).default([]),
  agreements: z.array(agreement).default([]),
  users: z.array(user).default([]),
  administrators: z.array(administrator).default([]),
});

type Lists = z.output<typeof seedFile>;

/**
 * What a seed file holds, with its defaults filled in and names as they were written. Undefined: an entry with a fault,
 * which keeps its place so that the others keep their numbers.
 */
export type Seed = { readonly [List in keyof Lists]: readonly (Lists[List][number] | undefined)[] };
