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
  SAP2_PEER_NETWORKS: text(
    {
      schema: networks,
      expected: 'loopback, private, or networks such as 10.20.0.0/16, separated by commas',
    },
    {
      says: 'Networks besides the public internet that our calls to peers may go to. Link-local addresses and those where clouds keep the secrets of a machine are never called.',
      why: 'The URL of a peer must not lead into your own network. Not set: `loopback` if `SAP2_BIND` is a loopback address, since then nobody but this machine is there; nothing otherwise.',
    },
  ),
  SAP2_PEER_HTTP: choice(['allowed-networks', 'anywhere'], 'allowed-networks', {
    says: 'Where calls by plain http may go: to the networks above only, or `anywhere`.',
    why: 'Beyond a line that you trust, what SAP 2 tells a peer is for everybody to read and to change.',
  }),
  SAP2_PEER_TLS_CA_FILE: text(FILE, {
    says: `Authorities that may vouch for peers that we call. ${RELOADED}`,
    why: 'Not set: those that Node trusts. Set, it is these and no others.',
  }),
  SAP2_PEER_TLS_CERTIFICATE_FILE: text(FILE, {
    says: `Certificate that we show to peers that ask for one, followed by the authorities below the root. ${RELOADED}`,
    why: 'Not set: we show none.',
  }),
  SAP2_PEER_TLS_KEY_FILE: text(FILE, {
    says: `Private key of that certificate, not encrypted. ${RELOADED}`,
    why: 'Only the user of the service should be able to read it.',
  }),
} as const;
