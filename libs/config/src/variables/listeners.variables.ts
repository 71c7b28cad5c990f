import { z } from 'zod';
import { bytes, count, integer, seconds, text } from '../variable.js';

const ADDRESS = {
  schema: z.string().regex(/^[A-Za-z0-9_.:%-]{1,253}$/),
  expected: 'a host name or an IP address',
  fallback: '127.0.0.1',
} as const;
const PORT = count(0, 65_535);

const ORIGIN = /^https?:\/\/[a-z0-9.[\]:-]{1,253}$/;

const origins = z
  .string()
  .transform((list) => list.split(',').flatMap((one) => one.trim() || []))
  .pipe(z.array(z.string().regex(ORIGIN)));

export const LISTENER_VARIABLES = {
  SAP2_BIND: text({
    ...ADDRESS,
    says: 'Address of the listener for peers.',
    why: 'By default the network cannot reach it. `0.0.0.0` or `::` opens it on every interface.',
  }),
  SAP2_ADMIN_BIND: text({
    ...ADDRESS,
    says: 'Address of the listener for administrators.',
    why: '`SAP2_BIND` does not open this one. Beyond the loopback interface use TLS as well, because tokens travel through it.',
  }),
  SAP2_SSP_PORT: integer(7070, PORT, {
    says: 'TCP port of the listener for peers.',
    why: '0 uses any free port.',
    source: 'ssp-binding §2',
  }),
  SAP2_ADMIN_PORT: integer(7080, PORT, {
    says: 'TCP port of the listener for administrators and of the health checks.',
    why: 'It is a separate port, so that a firewall can protect it. 0 uses any free port.',
  }),
  SAP2_NORTHBOUND_PORT: text({
    schema: z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .pipe(z.int().max(65_535))
      .optional(),
    expected: 'a whole number from 0 to 65535',
    says: 'TCP port of the listener for service elements: `/events/v1` and `/internal/v1`. It has the address and the certificate of the listener for administrators.',
    why: 'Not set: `SAP2_ADMIN_PORT` serves them too. A separate port keeps service elements away from the operations of administrators. 0 uses any free port.',
    source: 'northbound',
  }),
  SAP2_ADMIN_REQUESTS_PER_SECOND: integer(200, count(1, 1_000_000), {
    says: 'Requests that one administrator may make per second in this process. More get HTTP 429.',
    why: 'A script in an endless loop leaves room for people.',
  }),
  SAP2_ADMIN_FAILURES_PER_MINUTE: integer(30, count(1, 1_000_000), {
    says: 'Requests without a valid token that one address may make per minute. More get HTTP 429.',
    why: 'A token cannot be guessed, so this only keeps the log short. It does not delay requests with a valid token.',
  }),
  SAP2_ADMIN_CORS_ORIGINS: text({
    schema: origins,
    expected: 'origins such as https://desk.example, separated by commas',
    fallback: '',
    says: 'Origins whose web pages may call the operations of administrators and service elements with a token (CORS).',
    why: 'By default no other page may. The cookie of the console is never sent from another origin.',
  }),
  SAP2_CONSOLE_IDLE_S: integer(900, seconds(60, 86_400), {
    says: 'A session of the console ends after this time without an act of the person.',
    why: 'A page that refreshes itself does not count. A stranger may find the browser open.',
  }),
  SAP2_CONSOLE_LIFE_S: integer(43_200, seconds(60, 604_800), {
    says: 'A session of the console ends this time after its login, whatever happens.',
    why: 'The default is a long working day.',
  }),
  SAP2_SSP_BODY_LIMIT_BYTES: integer(1_048_576, bytes(1024, 67_108_864), {
    says: 'Largest SSP message. A larger one gets HTTP 413.',
    why: 'A batch of 1000 keep-alives takes a tenth of the default.',
    source: 'ssp-binding §2',
  }),
  SAP2_REQUEST_TIMEOUT_S: integer(30, seconds(1, 3600), {
    says: 'Time in which a request of a peer must arrive completely, headers and body. After it the service closes the connection within two seconds.',
    why: 'Slow headers and endless bodies would occupy memory and connections.',
    source: 'ssp-binding §2',
  }),
  SAP2_BODIES_BYTES: integer(67_108_864, bytes(1_048_576, 4_294_967_296), {
    says: 'Bytes of all SSP messages in this process that arrive or are not answered yet. One peer may hold as much as it leaves free. Beyond that, the oldest arriving message of the peer with the most bytes gets HTTP 503.',
    why: 'The default has room for 64 messages of the largest size.',
    source: 'ssp-binding §2',
  }),
  SAP2_STRANGERS_BODIES_BYTES: integer(16_777_216, bytes(65_536, 4_294_967_296), {
    says: 'The same limit for connections that have not carried a message of a peer yet, by source address.',
    why: 'An endless message is old, while an honest message arrives in a moment. Each source address has a share.',
    source: 'ssp-binding §2',
  }),
  SAP2_CONNECTIONS_PER_ADDRESS: integer(512, count(1, 100_000), {
    says: 'Connections of one source address to one port that have not carried a message of a peer yet. One more closes the oldest of them.',
    why: 'A peer opens a few at a time, and the first message of each identifies the peer.',
    source: 'ssp-binding §2',
  }),
  SAP2_CONNECTIONS_OF_STRANGERS: integer(4096, count(1, 1_000_000), {
    says: 'The same limit for all source addresses together. One more closes the oldest connection of the address with the most connections.',
    why: 'Each connection takes about 20 KB.',
    source: 'ssp-binding §2',
  }),
  SAP2_CONNECTIONS: integer(8192, count(1, 1_000_000), {
    says: 'Connections of all senders to one port, of peers and administrators too. One more closes the connection of a stranger. Without one it closes the least recently used connection of the peer with the most.',
    why: 'Memory and file descriptors are limited.',
    source: 'ssp-binding §2',
  }),
  SAP2_CONNECTIONS_WAITING: integer(4096, count(1, 65_535), {
    says: 'Connections of one port that the kernel holds until the service accepts them. The limit of the kernel (Linux: net.core.somaxconn) holds as well.',
    why: 'With the usual 511, a busy process lets connections of an honest burst be reset.',
    source: 'ssp-binding §2',
  }),
  SAP2_MAX_IN_FLIGHT: integer(1000, count(1, 100_000), {
    says: 'Requests in progress at the same time. One more gets HTTP 503 and a time to try again. The service refuses logins at 60 % of this limit, and logouts at 80 %.',
    why: 'If a request waits longer than its peer, the work is lost.',
    source: 'ssp-binding §2',
  }),
} as const;
