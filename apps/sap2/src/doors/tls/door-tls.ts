import { Server } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { EventLog } from '@sap2/observability';
import type { FastifyInstance } from 'fastify';
import { lookAt, type TlsDoorName, type TlsFiles, type TlsLook, type TlsMaterial } from './tls-files.js';

/** Who has not finished the handshake by then is slow on purpose, or not there. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** The configured files can not be used; the message says which and what to do. */
export class UnusableTlsFiles extends Error {}

/** How the certificate of a door is doing. */
export interface TlsState {
  readonly door: TlsDoorName;
  readonly expiresAtMs: number;
  /** Undefined: the files are in use as they are. */
  readonly refusal: string | undefined;
  /** Since the start. */
  readonly failedHandshakes: number;
}

/** The certificate of one door, and whom it trusts: read at the start, and again whenever the files have changed. */
export class DoorTls {
  private readonly servers: Server[] = [];
  /** Which authorities a connection was checked against. */
  private readonly checkedAgainst = new WeakMap<Socket, string>();
  private refusal: string | undefined;
  private failedHandshakes = 0;
  private turn: Promise<void> = Promise.resolve();

  private constructor(
    private readonly door: TlsDoorName,
    private readonly files: TlsFiles,
    private material: TlsMaterial,
    private seen: string,
    private readonly log: EventLog,
  ) {}

  /** @throws UnusableTlsFiles */
  static async open(door: TlsDoorName, files: TlsFiles, log: EventLog): Promise<DoorTls> {
    const { digest, found } = await lookAt(files, Date.now());
    if (!found.ok) throw new UnusableTlsFiles(found.error);
    const tls = new DoorTls(door, files, found.value, digest, log);
    tls.sayLoaded();
    return tls;
  }

  get state(): TlsState {
    const { door, refusal, failedHandshakes } = this;
    return { door, expiresAtMs: this.material.expiresAtMs, refusal, failedHandshakes };
  }

  /** What makes an adapter of Fastify one of https. */
  get fastifyOptions() {
    const { clientCertificates } = this.files;
    return {
      https: {
        ...this.material.context,
        requestCert: clientCertificates !== 'none',
        rejectUnauthorized: clientCertificates === 'required',
        handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      },
    };
  }

  /**
   * Follows the files from now on. When the authorities have changed, a connection that was checked against the old ones is
   * closed with its next answer, which is how HTTP says it: nothing is lost, and nobody stays in by an authority that is gone.
   */
  protect(fastify: FastifyInstance): void {
    const server: unknown = fastify.server;
    if (!(server instanceof Server)) throw new Error('A door with TLS was made without it.');
    this.servers.push(server);
    server.on('secureConnection', (socket) => this.checkedAgainst.set(socket, this.material.authorities));
    server.on('tlsClientError', (error: NodeJS.ErrnoException, { authorizationError }) => {
      this.failedHandshakes++;
      const reason = authorizationError ?? error.code ?? error.message;
      this.log.debug('tls_handshake_failed', { detail: `${this.door}: ${String(reason)}` });
    });
    fastify.addHook('onSend', async ({ socket }, reply) => {
      const isOld =
        socket instanceof TLSSocket && this.checkedAgainst.get(socket) !== this.material.authorities;
      if (isOld) void reply.header('Connection', 'close');
    });
  }

  /** Looks at the files, and takes them if they have changed and are sound; those in use stay otherwise. */
  reload(): Promise<void> {
    // One after the other: an older look must not be taken after a newer one.
    const look = async (): Promise<void> => this.take(await lookAt(this.files, Date.now()));
    this.turn = this.turn.then(look, look);
    return this.turn;
  }

  private take({ digest, found }: TlsLook): void {
    if (digest === this.seen) return;
    this.seen = digest;
    if (!found.ok) {
      this.refusal = found.error;
      this.log.warn('tls_files_refused', { detail: `${found.error}. What was in use stays in use.` });
      return;
    }
    this.refusal = undefined;
    this.material = found.value;
    for (const server of this.servers) server.setSecureContext(found.value.context);
    this.sayLoaded();
  }

  private sayLoaded(): void {
    const { fingerprint, expiresAtMs } = this.material;
    const until = new Date(expiresAtMs).toISOString();
    this.log.event('tls_files_loaded', {
      detail: `${this.door}: certificate ${fingerprint.slice(0, 12)}…, valid until ${until}`,
    });
  }
}
