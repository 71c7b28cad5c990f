import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cspEncodingOf } from '@sap2/csp-wire';
import type { GatewaySettings } from '../config/gateway-settings.js';
import { newServer, open, type OpenListener } from '../listener-options.js';
import type { CspFront, FrontAnswer } from './csp-front.js';
import type { RequestRates } from './request-rates.js';
import { plainAddress, TrustedNetworks } from './trusted-networks.js';

export interface FrontServerReport {
  refused(httpStatus: number): void;
  failed(error: unknown): void;
}

/** Handsets keep a connection between their polls. */
const IDLE_CONNECTION_MS = 120_000;
const NO_HTTP = { status: '400 Bad Request', text: 'This is no HTTP request.\n' };
const CONNECTION_FAULTS: Readonly<Record<string, typeof NO_HTTP>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: '408 Request Timeout', text: 'The request took too long.\n' },
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    text: 'The header of the request is too long.\n',
  },
};
const MSISDN = /^\+?\d{3,20}$/;

/** The HTTP side of the front: one CSP message in, one CSP message or nothing out. */
export class FrontServer {
  readonly #server: FastifyInstance;
  readonly #trusted: TrustedNetworks;
  readonly #msisdnHeader: string;

  constructor(
    private readonly settings: GatewaySettings['front'],
    private readonly front: CspFront,
    private readonly rates: RequestRates,
    private readonly report: FrontServerReport,
  ) {
    this.#trusted = new TrustedNetworks(settings.msisdn?.trustedNetworks ?? []);
    this.#msisdnHeader = settings.msisdn?.header.toLowerCase() ?? '';
    this.#server = serverFor(settings, (error, socket) => this.#refuseConnection(error, socket));
    this.#server.server.on('checkExpectation', (_request, response: ServerResponse) => {
      this.report.refused(417);
      const text = 'Expect 100-continue, or nothing.\n';
      response.writeHead(417, { 'content-type': 'text/plain', 'content-length': text.length }).end(text);
    });
    this.#addRoutes();
  }

  open(): Promise<OpenListener> {
    return open(this.#server, this.settings);
  }

  #addRoutes(): void {
    const server = this.#server;
    const { path } = this.settings;
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    server.addHook('onRequest', (request, reply) => this.#admit(request, reply));
    server.setErrorHandler((error: FastifyError, _request, reply) => this.#fail(error, reply));
    server.setNotFoundHandler((_request, reply) => this.#refuse(reply, 404, 'There is nothing here.'));
    const root = path.replace(/\/+$/, '');
    for (const url of new Set([root === '' ? '/' : root, `${root}/*`])) {
      server.post(url, (request, reply) => this.#serve(request, reply));
      server.route({
        method: ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'],
        url,
        handler: (_request, reply) =>
          this.#refuse(reply.header('allow', 'POST'), 405, 'CSP messages come by POST.'),
      });
    }
  }

  /** Everything that costs little, before the body is read. */
  async #admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const retryAfterS = await this.rates.ofAddress(plainAddress(request.ip));
    if (retryAfterS > 0) return this.#tooMany(reply, retryAfterS);
    if (request.method !== 'POST') return;
    const { 'content-type': type = '', 'content-encoding': coding = 'identity' } = request.headers;
    if (cspEncodingOf(type) === undefined || coding.toLowerCase() !== 'identity') {
      this.#refuse(reply, 415, 'Send application/vnd.wv.csp.xml or application/vnd.wv.csp.wbxml.');
    }
  }

  async #serve(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const contentType = request.headers['content-type'] ?? '';
    const encoding = cspEncodingOf(contentType);
    if (encoding === undefined) return this.#refuse(reply, 415, 'This content type is unknown.');
    const answer = await this.front.answer({
      bytes: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      encoding,
      msisdn: this.#msisdnOf(request),
      onGone: (listener) => void reply.raw.once('close', listener),
    });
    this.#send(reply, answer, contentType.split(';', 1)[0]?.trim() ?? '');
    await reply;
  }

  #send(reply: FastifyReply, answer: FrontAnswer, mediaType: string): void {
    switch (answer.kind) {
      case 'csp': {
        const body = answer.body ?? Buffer.alloc(0);
        reply.code(200).header('content-type', mediaType).header('content-length', body.length).send(body);
        return;
      }
      case 'unreadable':
        return answer.fault.reason === 'too-large'
          ? this.#refuse(reply, 413, answer.fault.detail)
          : this.#refuse(reply, 400, answer.fault.detail);
      case 'too-many':
        return this.#tooMany(reply, answer.retryAfterS);
    }
  }

  #tooMany(reply: FastifyReply, retryAfterS: number): void {
    this.#refuse(reply.header('retry-after', retryAfterS), 429, 'Too many requests; come again later.');
  }

  #fail(error: FastifyError, reply: FastifyReply): void {
    const { statusCode = 500 } = error;
    if (statusCode >= 500) this.report.failed(error);
    this.#refuse(reply, statusCode, statusCode === 413 ? 'The message is too long.' : 'This request failed.');
  }

  #refuse(reply: FastifyReply, httpStatus: number, text: string): void {
    this.report.refused(httpStatus);
    void reply.code(httpStatus).type('text/plain').send(`${text}\n`);
  }

  /** What came is no HTTP, or did not come in time. */
  #refuseConnection({ code }: Error & { readonly code?: string }, socket: Duplex): void {
    if (code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const { status, text } = CONNECTION_FAULTS[code ?? ''] ?? NO_HTTP;
    this.report.refused(Number.parseInt(status, 10));
    const head = `HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\ncontent-length: ${text.length}\r\nconnection: close`;
    socket.end(`${head}\r\n\r\n${text}`);
  }

  /** Only a gateway of the operator may say who calls. */
  #msisdnOf(request: FastifyRequest): string | undefined {
    if (this.#msisdnHeader === '' || !this.#trusted.has(plainAddress(request.ip))) return undefined;
    const given = request.headers[this.#msisdnHeader];
    return typeof given === 'string' && MSISDN.test(given.trim()) ? given.trim() : undefined;
  }
}

function serverFor(
  { tls, limits }: GatewaySettings['front'],
  clientErrorHandler: (error: Error, socket: Duplex) => void,
): FastifyInstance {
  const server = newServer(
    {
      clientErrorHandler,
      bodyLimit: limits.bodyBytes,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: IDLE_CONNECTION_MS,
      forceCloseConnections: 'idle',
      exposeHeadRoutes: false,
    },
    tls,
  );
  server.server.headersTimeout = limits.headerTimeoutMs;
  server.server.maxConnections = limits.connections;
  return server;
}
