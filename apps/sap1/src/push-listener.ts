import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertNever } from '@sap2/kernel';
import {
  type DecodedMessage,
  type DecodedTransaction,
  type ResponseTransaction,
  SSP_NAMESPACES,
  type UserDisconnectRequest,
} from '@sap2/ssp-wire';
import { fromXml, toXml } from './codec.js';
import { SSP_CONTENT_TYPE } from './http-post.js';
import { statusOf } from './requests.js';
import type { SetupResponder } from './set-up-responder.js';
import { SspError } from './ssp-error.js';
import { MIN_TLS_VERSION, type SapTls } from './tls.js';

/** A set-up message or a transaction as it came in, once for each time that it came. */
export interface ReceivedRequest {
  readonly transactionID: string;
  /** Element name, or `?` for what we can not understand. */
  readonly kind: string;
  /** Of a disconnect. */
  readonly userSessionID: string | undefined;
  readonly atMs: number;
}

/**
 * The reaction to one HTTP request. All but `answer` are for tests of SAP 2. `drop` closes the connection and does
 * nothing. `lose-answer` does the work and then closes the connection.
 */
export type PushReaction =
  | { readonly kind: 'answer'; readonly delayMs?: number | undefined }
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly location?: string | undefined;
      readonly body?: string;
    }
  | { readonly kind: 'drop' }
  | { readonly kind: 'lose-answer' };

/** @param attempt how many HTTP requests have come, this one included */
export type PushReactions = (attempt: number, message: DecodedMessage) => PushReaction;

export interface PushListenerOptions {
  /** Undefined: it speaks http. */
  readonly tls?: SapTls | undefined;
  readonly setups: SetupResponder;
  /** Our own id of the SSP session that SAP 2 names `peerID`; undefined: unknown session. */
  readonly ownIDFor: (peerID: string) => string | undefined;
  /** Ends the session on our side; false if it did not exist. */
  readonly onDisconnect: (request: UserDisconnectRequest) => boolean;
  readonly trace: (direction: 'in' | 'out', xml: string, httpStatus: number | undefined) => void;
}

interface Reply {
  readonly httpStatus: number;
  readonly body: string;
  readonly location?: string | undefined;
}

const MAX_BODY_BYTES = 1024 * 1024;

/** Our listener for SAP 2: for set-ups that it begins, and for its pushes (ssp-binding §5). */
export class PushListener {
  /** Oldest first. */
  readonly received: ReceivedRequest[] = [];
  react: PushReactions = () => ({ kind: 'answer' });
  #attempts = 0;
  #url = '';
  readonly #server: Server;

  constructor(private readonly options: PushListenerOptions) {
    const serve = (request: IncomingMessage, response: ServerResponse): void => {
      this.#serve(request, response).catch((error: Error) => response.destroy(error));
    };
    this.#server = options.tls ? createTlsServer(serverTls(options.tls), serve) : createServer(serve);
  }

  /** For the agreement; empty before `listen`. */
  get url(): string {
    return this.#url;
  }

  /** @param port 0: any free one */
  async listen(host: string, port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, host, resolve);
    });
    const address = this.#server.address();
    const given = typeof address === 'object' && address !== null ? address.port : port;
    this.#url = `${this.options.tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${given}/`;
    return this.#url;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST');
      return send(response, { httpStatus: 405, body: '' });
    }
    const xml = await bodyOf(request);
    if (xml === undefined) return send(response, { httpStatus: 413, body: '' });
    this.options.trace('in', xml, undefined);
    const reply = await this.#reply(xml);
    if (reply === undefined) {
      response.destroy();
      return;
    }
    this.options.trace('out', reply.httpStatus === 200 ? reply.body : '', reply.httpStatus);
    send(response, reply);
  }

  /** Undefined: cut the connection. */
  async #reply(xml: string): Promise<Reply | undefined> {
    let message: DecodedMessage;
    try {
      message = fromXml(xml);
    } catch (error) {
      if (error instanceof SspError) return { httpStatus: 400, body: error.message };
      throw error;
    }
    this.received.push(...recordsOf(message));
    this.#attempts += 1;
    const reaction = this.react(this.#attempts, message);
    switch (reaction.kind) {
      case 'answer':
        if (reaction.delayMs !== undefined) await sleep(reaction.delayMs);
        return this.#answer(message);
      case 'http':
        return { httpStatus: reaction.status, body: reaction.body ?? '', location: reaction.location };
      case 'drop':
        return undefined;
      case 'lose-answer':
        this.#answer(message);
        return undefined;
      default:
        return assertNever(reaction);
    }
  }

  #answer(message: DecodedMessage): Reply {
    if (message.kind === 'setup') {
      return { httpStatus: 200, body: toXml(this.options.setups.answer(message)) };
    }
    const sessionID = this.options.ownIDFor(message.sessionID);
    // SAP 2 takes 403 as "set up a new SSP session and say it again".
    if (sessionID === undefined) return { httpStatus: 403, body: '' };
    const transactions = message.transactions.map((transaction) => this.#answerOne(transaction));
    return {
      httpStatus: 200,
      body: toXml({ kind: 'session', namespace: SSP_NAMESPACES[0], sessionID, transactions }),
    };
  }

  #answerOne(transaction: DecodedTransaction): ResponseTransaction {
    const status = (code: number): ResponseTransaction => ({
      mode: 'Response',
      transactionID: transaction.transactionID,
      primitive: { kind: 'Status', status: statusOf(code) },
    });
    if ('fault' in transaction) return status(transaction.fault.code);
    if (transaction.primitive.kind !== 'UserDisconnectRequest') return status(405);
    // A repeated one finds nothing any more and gets 604, which settles it just as well.
    return status(this.options.onDisconnect(transaction.primitive) ? 200 : 604);
  }
}

/** With authorities, the listener connects only a SAP 2 whose certificate one of them signed. */
const serverTls = ({ cert, key, ca }: SapTls) =>
  ({
    minVersion: MIN_TLS_VERSION,
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(ca !== undefined && { ca, requestCert: true }),
  }) as const;

function recordsOf(message: DecodedMessage): readonly ReceivedRequest[] {
  const atMs = Date.now();
  if (message.kind === 'setup') {
    const { transactionID, primitive } = message;
    return [{ transactionID, kind: primitive.kind, userSessionID: undefined, atMs }];
  }
  return message.transactions.map((transaction) => {
    const { transactionID } = transaction;
    if ('fault' in transaction) return { transactionID, kind: '?', userSessionID: undefined, atMs };
    const { primitive } = transaction;
    const userSessionID = primitive.kind === 'UserDisconnectRequest' ? primitive.userSessionID : undefined;
    return { transactionID, kind: primitive.kind, userSessionID, atMs };
  });
}

/** Undefined: too much. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { httpStatus, body, location }: Reply): void {
  const contentType = httpStatus === 200 ? SSP_CONTENT_TYPE : 'text/plain';
  const headers = { 'content-type': contentType, ...(location !== undefined && { location }) };
  response.writeHead(httpStatus, headers).end(body);
}
