import { z } from 'zod';
import { isNetwork } from '../front/trusted-networks.js';

/** Service ids and domains as people write them; comparisons fold their case. */
const SERVICE_ID = /^wv:@[^\s@]{1,250}$/i;
const DOMAIN = /^[^\s@/]{1,250}$/;
const MAX_PORT = 65_535;

const port = (usual: number) =>
  z.int().min(0).max(MAX_PORT).default(usual).describe('The port; 0: any free one.');
const bind = z.string().min(1).default('127.0.0.1').describe('The address of the interface.');
const file = z.string().min(1);

const serverTls = z
  .strictObject({
    certificateFile: file.describe('PEM: the certificate of this listener, with its chain.'),
    keyFile: file.describe('PEM: its private key.'),
    clientCaFile: file.optional().describe('PEM: only clients with a certificate of these authorities.'),
  })
  .describe('With it the listener speaks https.');

/** Limits of the front. An operator’s WAP gateway sends for many handsets, so one address may send much. */
const limits = z
  .strictObject({
    perAddressPerS: z.int().min(1).default(2000).describe('Requests of one address in a second.'),
    perUserPerS: z.int().min(1).default(50).describe('Requests of one user in a second.'),
    bodyBytes: z.int().min(1024).max(1_048_576).default(65_536).describe('The longest message.'),
    sessions: z.int().min(1).default(200_000).describe('CSP sessions in memory. Then logins get 503.'),
    connections: z.int().min(1).default(20_000).describe('Open connections of handsets.'),
    headerTimeoutMs: z.int().min(100).default(10_000).describe('Time until the header of a request is here.'),
    requestTimeoutMs: z.int().min(100).default(30_000).describe('Time until a whole request is here.'),
  })
  .prefault({});

const front = z
  .strictObject({
    bind,
    port: port(7171),
    path: z.string().startsWith('/').default('/csp').describe('Any path below it is served, too.'),
    longPollS: z.number().min(0).max(300).default(10).describe('How long a poll may wait; 0: not at all.'),
    keepAliveWindowMs: z
      .int()
      .min(0)
      .max(10_000)
      .default(50)
      .describe('Keep-alives that arrive within this time share a message to SAP 2.'),
    serverPollMinS: z
      .int()
      .min(1)
      .default(10)
      .describe('ServerPollMin: the pause that handsets keep between polls.'),
    tls: serverTls.optional(),
    msisdn: z
      .strictObject({
        header: z.string().min(1).default('MSISDN').describe('The header with the number of the caller.'),
        trustedNetworks: z
          .array(z.string().refine(isNetwork, 'must be an address or a network such as 10.0.0.0/8'))
          .min(1)
          .describe('Addresses and networks (CIDR) whose header is believed.'),
      })
      .optional()
      .describe('The number of the caller, as a gateway of the operator adds it.'),
    limits,
  })
  .prefault({});

const pushes = z
  .strictObject({ bind, port: port(7170), tls: serverTls.optional() })
  .prefault({})
  .describe('The listener for SAP 2. The agreement names it as callbackUrl.');

const stcp = z.strictObject({
  bind,
  port: port(3171),
  reachableAs: z
    .string()
    .regex(/^.+:\d{1,5}$/, 'must be host:port')
    .optional()
    .describe('Where handsets reach it. Without it no handset learns of STCP.'),
  idleS: z.int().min(1).default(1800).describe('A connection that is silent for this time is closed.'),
  connectionsPerAddress: z.int().min(1).default(1000).describe('Open connections of one address.'),
});

const admin = z.strictObject({ bind, port: port(7181) });

/** An entry of `providers`. Entries with the same serviceID are one SAP 2 with several domains. */
export const providerEntry = z.strictObject({
  domain: z.string().regex(DOMAIN, 'must be a domain').describe('Users of this domain log in there.'),
  serviceID: z.string().regex(SERVICE_ID, 'must look like wv:@domain').describe('The name of SAP 2.'),
  url: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .describe('Where SAP 2 listens.'),
  sharedSecret: z.string().min(1).optional().describe('The secret of the agreement.'),
  sharedSecretFile: file.optional().describe('A file with the secret.'),
  sharedSecretEnv: z.string().min(1).optional().describe('An environment variable with the secret.'),
  answerMode: z
    .enum(['inline', 'callback'])
    .default('inline')
    .describe(
      'How SAP 2 answers, as in the agreement: by HTTP answers, or by messages to the listener for pushes.',
    ),
  tls: z
    .strictObject({
      caFile: file.optional().describe('PEM: the authorities of SAP 2; default: the public ones.'),
      certificateFile: file.optional().describe('PEM: our certificate, where the agreement wants one.'),
      keyFile: file.optional().describe('PEM: its private key.'),
    })
    .optional()
    .describe('For https.'),
});

export const clientProfile = z.strictObject({
  clientID: z.string().min(1).describe('The beginning of a ClientID. The first profile that fits counts.'),
  challengeCode: z
    .union([z.literal(200), z.literal(401)])
    .default(401)
    .describe('The code of a challenge.'),
  emptyGetList: z.boolean().default(false).describe('Answer GetList-Request with an empty list.'),
});

/** The whole file. `docs/sap1.schema.json` is made from it. */
export const gatewayFile = z.strictObject({
  serviceID: z
    .string()
    .regex(SERVICE_ID, 'must look like wv:@domain')
    .describe('Our name in the agreements.'),
  node: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,20}$/, 'must have 1 to 20 letters, digits, - or _')
    .default('n1')
    .describe('The name of this process. Two gateways of one serviceID need two names.'),
  front,
  pushes,
  stcp: stcp.optional().describe('A TCP port by which the gateway wakes handsets.'),
  admin: admin
    .optional()
    .describe('Health, metrics and sessions. It has no token, so keep it on a trusted network.'),
  defaultDomain: z.string().regex(DOMAIN, 'must be a domain').describe('For users without a domain.'),
  providers: z
    .array(providerEntry)
    .min(1)
    .describe('Where users log in. Entries with one serviceID are one SAP 2 with several domains.'),
  clientProfiles: z
    .array(clientProfile)
    .default([])
    .describe('Habits of products that differ from the usual.'),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('The least important events that the log has.'),
});

export type GatewayFile = z.output<typeof gatewayFile>;
export type ProviderEntry = z.output<typeof providerEntry>;
export type ClientProfile = z.output<typeof clientProfile>;
export type ServerTlsFiles = z.output<typeof serverTls>;

/** One SAP 2, with its secret and all domains that are routed there. */
export interface ProviderSettings {
  readonly serviceID: string;
  /** Folded to lower case. */
  readonly domains: readonly string[];
  readonly url: string;
  readonly sharedSecret: string;
  readonly answerMode: ProviderEntry['answerMode'];
  readonly tls: ProviderEntry['tls'];
}

export interface GatewaySettings extends Omit<GatewayFile, 'providers'> {
  readonly providers: readonly ProviderSettings[];
}
