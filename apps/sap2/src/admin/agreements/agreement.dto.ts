import {
  type AgreementEntry,
  type AgreementRecord,
  type AgreementRefusal,
  type WrongEntry,
} from '@sap2/administration';
import { agreementSettings } from '@sap2/config';
import { z } from 'zod';
import { SERVICES } from '../domains/domain.dto.js';
import { msOf, shortText, time, timeOf } from '../http/fields.js';
import { type FieldProblem, Problem } from '../problem.filter.js';

const NAMESPACES = [
  'http://www.openmobilealliance.org/DTD/WV-SSP1.3',
  'http://www.openmobilealliance.org/DTD/WV-SSP1.2',
  'http://www.openmobilealliance.org/DTD/IMPS-SSP1.3',
] as const;
const MAX_DOMAINS = 1000;
const MAX_SECRET = 256;

export const SECRET = z
  .string()
  .min(16)
  .max(MAX_SECRET)
  .describe('Goes in and never comes out; 16 to 256 characters.');

const callbackUrl = z
  .url({ protocol: /^https?$/, error: 'It must be an http or https address.' })
  .max(2048)
  .refine((url) => {
    const { username, password, hash } = new URL(url);
    return `${username}${password}${hash}` === '';
  }, 'It must not have a user, a password or a fragment.');

/** All that an administrator settles; what is left out has its default, or stays. */
export const SETTINGS = {
  ownServiceID: shortText
    .optional()
    .describe('Our name towards the peer; default: that of the first domain.'),
  enabled: z.boolean().optional().describe('false: nobody gets in by it, and its sessions end.'),
  callbackUrl: callbackUrl.nullable().optional().describe('Where the peer is told something; null: nowhere.'),
  answerMode: z.enum(['inline', 'callback']).optional(),
  digestSchemas: z
    .array(z.enum(['HMAC-SHA-256', 'MD5']))
    .min(1)
    .max(2)
    .optional(),
  namespace: z.enum(NAMESPACES).optional().describe('Of the messages that SAP 2 starts.'),
  domains: z.array(shortText).max(MAX_DOMAINS).optional().describe('Whose users the peer may log in.'),
  services: SERVICES.nullable()
    .optional()
    .describe('Narrower than the offer of the domains; null: not narrower.'),
  allowPasswordOverHttp: z
    .boolean()
    .optional()
    .describe('Whether the peer may send passwords in clear where there is no TLS.'),
  requiredTransport: agreementSettings.requiredTransport.optional(),
  clientCertificates: agreementSettings.clientCertificates
    .optional()
    .describe('SHA-256 fingerprints; the peer has to show one of them. None: any or no certificate.'),
  sourceAddresses: agreementSettings.sourceAddresses
    .optional()
    .describe('Addresses or networks (CIDR) that the peer may call from. None: any.'),
  allowUnprotected: agreementSettings.allowUnprotected
    .optional()
    .describe(
      'true: MD5 is allowed without sourceAddresses and clientCertificates, so that anybody can speak as this peer.',
    ),
  sessionLife: agreementSettings.sessionLife
    .optional()
    .describe(
      'How long an SSP session of the peer lives: as announced, or (for peers that know no time to live) until another replaces it.',
    ),
  limits: agreementSettings.limits
    .optional()
    .describe('What the peer may use; what is left out has no limit of its own.'),
  validFrom: time
    .nullable()
    .optional()
    .describe('Before it the agreement does not count; null: no beginning.'),
  validUntil: time.nullable().optional().describe('From it on the agreement does not count; null: no end.'),
} as const;

export const AGREEMENT = z.object({
  serviceID: z.string(),
  ownServiceID: z.string(),
  enabled: z.boolean(),
  callbackUrl: z.string().nullable(),
  answerMode: z.enum(['inline', 'callback']),
  digestSchemas: z.array(z.string()),
  namespace: z.string(),
  domains: z.array(z.string()),
  services: z.array(z.string()).nullable(),
  allowPasswordOverHttp: z.boolean(),
  requiredTransport: z.enum(['any', 'https']),
  clientCertificates: z.array(z.string()),
  sourceAddresses: z.array(z.string()),
  allowUnprotected: z.boolean(),
  sessionLife: z.enum(['time-to-live', 'until-replaced']),
  limits: z.object({
    requestsPerSecond: z.int().nullable(),
    loginsPerSecond: z.int().nullable(),
    inFlight: z.int().nullable(),
    sspSessions: z.int().nullable(),
    unfinishedSetups: z.int().nullable(),
  }),
  validFrom: z.iso.datetime().nullable(),
  validUntil: z.iso.datetime().nullable(),
  secrets: z
    .object({ inbound: z.int(), outbound: z.int() })
    .describe('How many are good; two in a direction while a rotation overlaps.'),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

const timeOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : timeOf(ms));

export function agreementDto(record: AgreementRecord): z.output<typeof AGREEMENT> {
  const { limits } = record;
  return {
    serviceID: record.serviceID,
    ownServiceID: record.ownServiceID,
    enabled: record.enabled,
    callbackUrl: record.callbackUrl ?? null,
    answerMode: record.answerMode,
    digestSchemas: [...record.digestSchemas],
    namespace: record.namespace,
    domains: [...record.domains],
    services: record.services === undefined ? null : [...record.services],
    allowPasswordOverHttp: record.allowPasswordOverHttp,
    requiredTransport: record.requiredTransport,
    clientCertificates: [...record.clientCertificates],
    sourceAddresses: [...record.sourceAddresses],
    allowUnprotected: record.allowUnprotected,
    sessionLife: record.sessionLife,
    limits: {
      requestsPerSecond: limits.requestsPerSecond ?? null,
      loginsPerSecond: limits.loginsPerSecond ?? null,
      inFlight: limits.inFlight ?? null,
      sspSessions: limits.sspSessions ?? null,
      unfinishedSetups: limits.unfinishedSetups ?? null,
    },
    validFrom: timeOrNull(record.validFromMs),
    validUntil: timeOrNull(record.validUntilMs),
    secrets: record.secrets,
    createdAt: timeOf(record.createdAtMs),
    updatedAt: timeOf(record.updatedAtMs),
  };
}

type Written = Partial<{ readonly [Field in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[Field]> }>;

const msOrAbsent = (text: string | null | undefined): number | null | undefined =>
  typeof text === 'string' ? msOf(text) : text;

export const entryOf = ({ validFrom, validUntil, ...rest }: Written): AgreementEntry => ({
  ...rest,
  validFromMs: msOrAbsent(validFrom),
  validUntilMs: msOrAbsent(validUntil),
});

export const unknownAgreement = (): Problem => new Problem(404, 'There is no such agreement.');

export function refusedEntry(refusal: WrongEntry | AgreementRefusal): Problem {
  const errors: readonly FieldProblem[] =
    refusal.kind === 'wrong-entry'
      ? refusal.fields.map(({ field, what }) => ({ pointer: `/${field}`, detail: `It ${what}.` }))
      : refusal.domains.map((domain) => ({ pointer: '/domains', detail: `${domain} is not served here.` }));
  return new Problem(400, 'The agreement is not valid; `errors` says where.', errors);
}
