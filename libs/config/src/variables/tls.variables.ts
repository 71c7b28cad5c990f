import { z } from 'zod';
import { choice, integer, seconds, text } from '../variable.js';

/** What Linux takes as a path. */
export const FILE = { schema: z.string().max(4095).optional(), expected: 'a path of a PEM file' } as const;

const CLIENT_CERTIFICATES = ['none', 'optional', 'required'] as const;
export type ClientCertificates = (typeof CLIENT_CERTIFICATES)[number];

export const RELOADED = 'It is read again when it changes, and at SIGHUP.';

export const TLS_VARIABLES = {
  SAP2_SSP_TLS_CERTIFICATE_FILE: text({
    ...FILE,
    says: `Certificate of the listener for peers, followed by the intermediate authorities that signed it. ${RELOADED}`,
    why: 'Set: `SAP2_SSP_PORT` speaks only https (TLS 1.2 or newer). Not set: it speaks http.',
    source: 'ssp-binding §2',
  }),
  SAP2_SSP_TLS_KEY_FILE: text({
    ...FILE,
    says: `Private key of that certificate, not encrypted. ${RELOADED}`,
    why: 'Only the user of the service should be able to read it.',
  }),
  SAP2_SSP_TLS_CLIENT_CERTIFICATES: choice(CLIENT_CERTIFICATES, 'none', {
    says: 'Whether the service asks peers for a certificate. `optional`: it also connects peers without one or with one of another authority, and each agreement names its certificate. `required`: it connects only peers whose certificate an authority of `SAP2_SSP_TLS_CLIENT_CA_FILE` signed.',
    why: 'Agreements with `clientCertificates` need `optional` or `required`. Self-signed certificates, named by their fingerprint, need `optional`.',
    source: 'ssp-binding §2',
  }),
  SAP2_SSP_TLS_CLIENT_CA_FILE: text({
    ...FILE,
    says: `Authorities that may sign the certificates of peers. ${RELOADED}`,
    why: 'SAP 2 never accepts the public authorities of the system here. You do not need this file if agreements name only fingerprints.',
  }),
  SAP2_SSP_PLAIN_PORT: text({
    schema: z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .pipe(z.int().max(65_535))
      .optional(),
    expected: 'a whole number from 0 to 65535',
    says: 'TCP port of a second listener for peers that speaks http, beside the https one.',
    why: 'Not set: with a certificate there is no http. Use it only for peers without TLS, on a line that you trust. This port refuses an agreement with `requiredTransport` https. 0 uses any free port.',
    source: 'ssp-binding §2',
  }),
  SAP2_ADMIN_TLS_CERTIFICATE_FILE: text({
    ...FILE,
    says: `Certificate of the listener for administrators, followed by the intermediate authorities. ${RELOADED}`,
    why: 'Set: `SAP2_ADMIN_PORT` speaks only https, including health checks and metrics.',
  }),
  SAP2_ADMIN_TLS_KEY_FILE: text({
    ...FILE,
    says: `Private key of that certificate, not encrypted. ${RELOADED}`,
    why: 'Only the user of the service should be able to read it.',
  }),
  SAP2_ADMIN_TLS_CLIENT_CERTIFICATES: choice(['none', 'required'], 'none', {
    says: 'Whether administrators need a certificate. `required`: the service connects only clients whose certificate an authority of `SAP2_ADMIN_TLS_CLIENT_CA_FILE` signed. This includes health checks and Prometheus.',
    why: 'A certificate keeps strangers from trying tokens. It does not replace the token, which identifies the administrator.',
  }),
  SAP2_ADMIN_TLS_CLIENT_CA_FILE: text({
    ...FILE,
    says: `Authorities that sign the certificates of administrators. ${RELOADED}`,
    why: 'A private authority is better than a public one.',
  }),
  SAP2_TLS_RELOAD_S: integer(10, seconds(1, 86_400), {
    says: 'Pause between two checks for changes of these files.',
    why: 'The service compares whole files, so it also notices a mounted secret that a link replaces.',
  }),
} as const;
