import { Server } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { EventLog } from '@sap2/observability';
import type { FastifyInstance } from 'fastify';
import { FollowedFiles } from './followed-files.js';
import { lookAt, sayLoaded, type TlsListenerName, type TlsFiles, type TlsMaterial } from './tls-files.js';

/** Who has not finished the handshake by then is slow on purpose, or not there. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** How a certificate of ours is doing. */
export interface TlsState {
  /** The listener that shows it; `calls`: we show it to peers that we call. */
  readonly listener: TlsListenerName | 'calls';
  readonly expiresAtMs: number;
  /** Undefined: the files are in use as they are. */
  readonly refusal: string | undefined;
  /** Since the start of a listener; undefined for `calls`. */
  readonly failedHandshakes: number | undefined;
}

/** The certificate of one listener, and the authorities that it trusts. */
export class ListenerTls {
  /** Which authorities a connection was checked against. */
  private readonly checkedAgainst = new WeakMap<Socket, string>();
  private failedHandshakes = 0;

  private constructor(
    private readonly listener: TlsListenerName,
    private readonly files: TlsFiles,
    private readonly followed: FollowedFiles<TlsMaterial>,
    private readonly servers: Server[],
    private readonly log: EventLog,
  ) {}

  /** @throws UnusableTlsFiles */
  static async open(listener: TlsListenerName, files: TlsFiles, log: EventLog): Promise<ListenerTls> {
    const servers: Server[] = [];
    const taken = (material: TlsMaterial): void => {
      for (const server of servers) server.setSecureContext(material.context);
      sayLoaded(log, listener, material);
    };
    const followed = await FollowedFiles.open(() => lookAt(files, Date.now()), taken, log);
    return new ListenerTls(listener, files, followed, servers, log);
  }

  get state(): TlsState {
    const { current, refusal } = this.followed;
    const { listener, failedHandshakes } = this;
    return { listener, expiresAtMs: current.expiresAtMs, refusal, failedHandshakes };
  }

  /** What makes an adapter of Fastify one of https. */
  get fastifyOptions() {
    const { clientCertificates } = this.files;
    return {
      https: {
        ...this.followed.current.context,
        requestCert: clientCertificates !== 'none',
        rejectUnauthorized: clientCertificates === 'required',
        handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      },
    };
  }

  /**
   * Follows the files from now on. When the authorities change, a connection that passed the old ones gets its next answer
   * with `Connection: close`. So no message is lost, and no client stays connected by a removed authority.
   */
  protect(fastify: FastifyInstance): void {
    const server: unknown = fastify.server;
    if (!(server instanceof Server)) throw new Error('A listener with TLS was made without TLS.');
    this.servers.push(server);
    server.on('secureConnection', (socket) => this.checkedAgainst.set(socket, this.authorities));
    server.on('tlsClientError', (error: NodeJS.ErrnoException, { authorizationError }) => {
      this.failedHandshakes++;
      const reason = authorizationError ?? error.code ?? error.message;
      this.log.debug('tls_handshake_failed', { detail: `${this.listener}: ${String(reason)}` });
    });
    fastify.addHook('onSend', async ({ socket }, reply) => {
      const isOld = socket instanceof TLSSocket && this.checkedAgainst.get(socket) !== this.authorities;
      if (isOld) void reply.header('Connection', 'close');
    });
  }

  /** Looks at the files, and takes them if they have changed and are sound; those in use stay otherwise. */
  reload(): Promise<void> {
    return this.followed.reload();
  }

  private get authorities(): string {
    return this.followed.current.authorities;
  }
}
