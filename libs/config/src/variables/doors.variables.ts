import { z } from 'zod';
import { integer, text } from '../variable.js';

const ADDRESS = {
  schema: z.string().regex(/^[A-Za-z0-9_.:%-]{1,253}$/),
  expected: 'a host name or an IP address',
  fallback: '127.0.0.1',
} as const;
const PORT = { from: 0, to: 65_535 } as const;

export const DOOR_VARIABLES = {
  SAP2_BIND: text(ADDRESS, {
    says: 'Address that the door towards peers listens on.',
    why: 'Nothing is open to the network until somebody says so; `0.0.0.0` or `::` opens it on every interface.',
  }),
  SAP2_ADMIN_BIND: text(ADDRESS, {
    says: 'Address that the door towards administrators listens on.',
    why: 'To open the door towards peers does not open this one. Beyond the loopback interface give it TLS as well: tokens travel through it.',
  }),
  SAP2_SSP_PORT: integer(
    { ...PORT, fallback: 7070 },
    { says: 'TCP port of the door towards peers.', why: '0 takes any free port.', source: 'ssp-binding §2' },
  ),
  SAP2_ADMIN_PORT: integer(
    { ...PORT, fallback: 7080 },
    {
      says: 'TCP port of the door towards administrators, and of the health checks.',
      why: 'A port of its own, so that a firewall can keep the two apart; 0 takes any free port.',
    },
  ),
  SAP2_ADMIN_REQUESTS_PER_SECOND: integer(
    { from: 1, to: 1_000_000, fallback: 200 },
    {
      says: 'Requests that one administrator may make in a second, in this process; more are answered with HTTP 429.',
      why: 'A script that has gone wild leaves room for people.',
    },
  ),
  SAP2_ADMIN_FAILURES_PER_MINUTE: integer(
    { from: 1, to: 1_000_000, fallback: 30 },
    {
      says: 'Requests without a valid token that one address may make in a minute; more are answered with HTTP 429.',
      why: 'A token is not to be guessed; this keeps the log readable. Whoever has a valid one is not held up.',
    },
  ),
  SAP2_SSP_BODY_LIMIT_BYTES: integer(
    { from: 1024, to: 67_108_864, fallback: 1_048_576, unit: 'bytes' },
    {
      says: 'Largest SSP message; a larger one is answered with HTTP 413.',
      why: 'A batch of 1000 keep-alives takes a tenth of the default.',
      source: 'ssp-binding §2',
    },
  ),
  SAP2_REQUEST_TIMEOUT_S: integer(
    { from: 1, to: 3600, fallback: 30, unit: 'seconds' },
    {
      says: 'Time for a request of a peer to arrive whole, headers and body; then the connection is cut, within a second or two.',
      why: 'Slow headers and bodies that never end hold memory and connections.',
      source: 'ssp-binding §2',
    },
  ),
  SAP2_BODIES_BYTES: integer(
    { from: 1_048_576, to: 4_294_967_296, fallback: 67_108_864, unit: 'bytes' },
    {
      says: 'Bytes of all SSP messages in this process that are arriving or not answered yet. One peer may hold as much of it as it leaves free. Beyond it the oldest arriving message of the peer that holds most gets HTTP 503.',
      why: '64 messages of the largest size.',
      source: 'ssp-binding §2',
    },
  ),
  SAP2_STRANGERS_BODIES_BYTES: integer(
    { from: 65_536, to: 4_294_967_296, fallback: 16_777_216, unit: 'bytes' },
    {
      says: 'The same of connections that have not carried a message of a peer yet, by source address.',
      why: 'A message that never ends is old, an honest one is whole in a moment. Each source address has a share.',
      source: 'ssp-binding §2',
    },
  ),
  SAP2_CONNECTIONS_PER_ADDRESS: integer(
    { from: 1, to: 100_000, fallback: 512 },
    {
      says: 'Connections of one source address to one port that have not carried a message of a peer yet. One more closes the oldest of them.',
      why: 'A peer opens some at a time, and each of its connections proves itself by its first message.',
      source: 'ssp-binding §2',
    },
  ),
  SAP2_CONNECTIONS_OF_STRANGERS: integer(
    { from: 1, to: 1_000_000, fallback: 4096 },
    {
      says: 'The same of all source addresses. One more closes the oldest of the most crowded address.',
      why: 'Each connection takes some 20 KB.',
      source: 'ssp-binding §2',
    },
  ),
  SAP2_CONNECTIONS: integer(
    { from: 1, to: 1_000_000, fallback: 8192 },
    {
      says: 'Connections of all senders to one port, of peers and administrators too. One more closes one of a stranger, or else the least recently used one of the peer that has most.',
      why: 'Memory and file descriptors have an end.',
      source: 'ssp-binding §2',
    },
  ),
  SAP2_MAX_IN_FLIGHT: integer(
    { from: 1, to: 100_000, fallback: 1000 },
    {
      says: 'Requests at work at once; one more is answered with HTTP 503 and a time to try again. Logins are refused at 60 % of it, logouts at 80 %.',
      why: 'Waiting longer than a peer does would be work for nobody.',
      source: 'ssp-binding §2',
    },
  ),
} as const;
