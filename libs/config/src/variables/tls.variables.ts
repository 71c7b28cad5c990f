import { z } from 'zod';
import { choice, integer, text } from '../variable.js';

/** What Linux takes as a path. */
export const FILE = { schema: z.string().max(4095).optional(), expected: 'a path of a PEM file' } as const;

const CLIENT_CERTIFICATES = ['none', 'optional', 'required'] as const;
export type ClientCertificates = (typeof CLIENT_CERTIFICATES)[number];

export const RELOADED = 'It is read again when it changes, and at SIGHUP.';

export const TLS_VARIABLES = {
  SAP2_SSP_TLS_CERTIFICATE_FILE: text(FILE, {
    says: `Certificate of the door towards peers, followed by the authorities below the root that vouch for it. ${RELOADED}`,
    why: 'Set, and `SAP2_SSP_PORT` speaks https (TLS 1.2 or newer) and nothing else; not set, it speaks http.',
    source: 'ssp-binding §2',
  }),
  SAP2_SSP_TLS_KEY_FILE: text(FILE, {
    says: `Private key of that certificate, not encrypted. ${RELOADED}`,
    why: 'Only the user of the service should be able to read it.',
  }),
  SAP2_SSP_TLS_CLIENT_CERTIFICATES: choice(CLIENT_CERTIFICATES, 'none', {
    says: 'Whether peers are asked for a certificate. `optional`: whoever has none, or one of another authority, is connected too, and each agreement says which certificate it wants. `required`: only one that an authority of `SAP2_SSP_TLS_CLIENT_CA_FILE` vouches for is connected.',
    why: 'Agreements with `clientCertificates` need `optional` or `required`; self-signed certificates, named by their fingerprint, need `optional`.',
    source: 'ssp-binding §2',
  }),
  SAP2_SSP_TLS_CLIENT_CA_FILE: text(FILE, {
    says: `Authorities that may vouch for the names in certificates of peers. ${RELOADED}`,
    why: 'The public authorities of the system are never among them. Not needed where agreements name fingerprints only.',
  }),
  SAP2_SSP_PLAIN_PORT: text(
    {
      schema: z
        .string()
        .regex(/^\d{1,5}$/)
        .transform(Number)
        .pipe(z.int().max(65_535))
        .optional(),
      expected: 'a whole number from 0 to 65535',
    },
    {
      says: 'TCP port of a second door towards peers that speaks http, beside the one that speaks https.',
      why: 'Not set: with a certificate there is no http. Only for peers that cannot do TLS, on a line that you trust; an agreement with `requiredTransport` https is refused here. 0 takes any free port.',
      source: 'ssp-binding §2',
    },
  ),
  SAP2_ADMIN_TLS_CERTIFICATE_FILE: text(FILE, {
    says: `Certificate of the door towards administrators, and the authorities below the root. ${RELOADED}`,
    why: 'Set, and `SAP2_ADMIN_PORT` speaks https and nothing else, health checks and metrics included.',
  }),
  SAP2_ADMIN_TLS_KEY_FILE: text(FILE, {
    says: `Private key of that certificate, not encrypted. ${RELOADED}`,
    why: 'Only the user of the service should be able to read it.',
  }),
  SAP2_ADMIN_TLS_CLIENT_CERTIFICATES: choice(['none', 'required'], 'none', {
    says: 'Whether administrators need a certificate. `required`: nobody is connected without one that an authority of `SAP2_ADMIN_TLS_CLIENT_CA_FILE` vouches for, health checks and Prometheus included.',
    why: 'The token says who it is; a certificate keeps everybody else from trying. It does not replace the token.',
  }),
  SAP2_ADMIN_TLS_CLIENT_CA_FILE: text(FILE, {
    says: `Authorities that vouch for the certificates of administrators. ${RELOADED}`,
    why: 'Better one of your own than a public one.',
  }),
  SAP2_TLS_RELOAD_S: integer(
    { from: 1, to: 86_400, fallback: 10, unit: 'seconds' },
    {
      says: 'Pause between two looks whether one of these files has changed.',
      why: 'Read and compared whole: also a mounted secret that is swapped by a link is noticed.',
    },
  ),
} as const;
