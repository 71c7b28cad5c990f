import { entryRules } from '@sap2/administration';
import { z } from 'zod';
import { choice, text } from '../variable.js';
import { FILE, RELOADED } from './tls.variables.js';

const networks = z
  .string()
  .transform((list) => list.split(',').map((network) => network.trim()))
  .pipe(
    z.array(
      z
        .string()
        .refine((entry) => entry === 'loopback' || entry === 'private' || entryRules.isNetwork(entry)),
    ),
  )
  .optional();

/** Our calls to peers: their URLs are written by others. */
export const CALL_VARIABLES = {
  SAP2_PEER_NETWORKS: text({
    schema: networks,
    expected: 'loopback, private, or networks such as 10.20.0.0/16, separated by commas',
    says: 'Networks besides the public internet that our calls to peers, webhooks and user directories may reach. SAP 2 never calls link-local addresses and those where clouds keep the secrets of a machine.',
    why: 'The URL of a peer must not lead into your own network. Not set: `loopback` if `SAP2_BIND` is a loopback address, since then only this machine can connect; otherwise no networks.',
  }),
  SAP2_PEER_HTTP: choice(['allowed-networks', 'anywhere'], 'allowed-networks', {
    says: 'Where calls by plain http may go: only to the networks above, or `anywhere`.',
    why: 'A stranger on the line can read and change plain http. Use `anywhere` only on a line that you trust.',
  }),
  SAP2_PEER_TLS_CA_FILE: text({
    ...FILE,
    says: `Authorities that may sign the certificates of peers, webhooks and user directories that we call. ${RELOADED}`,
    why: 'Not set: the authorities that Node trusts. Set: these and no others.',
  }),
  SAP2_PEER_TLS_CERTIFICATE_FILE: text({
    ...FILE,
    says: `Certificate that we show to peers that request one, followed by the intermediate authorities. ${RELOADED}`,
    why: 'Not set: we show no certificate.',
  }),
  SAP2_PEER_TLS_KEY_FILE: text({
    ...FILE,
    says: `Private key of that certificate, not encrypted. ${RELOADED}`,
    why: 'Only the user of the service should be able to read it.',
  }),
} as const;
