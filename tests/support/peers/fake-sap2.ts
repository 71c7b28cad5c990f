import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  type RequestPrimitive,
  type ResponsePrimitive,
  type ResponseTransaction,
  SSP_NAMESPACES,
} from '@sap2/ssp-wire';
import { fromXml, toXml } from '../../../apps/sap1/src/codec.js';
import { statusOf } from '../../../apps/sap1/src/requests.js';
import { SetupResponder } from '../../../apps/sap1/src/set-up-responder.js';

export const PROVIDER = 'wv:@provider.example';
export const OPERATOR = 'wv:@operator.example';
export const SECRET = 'a secret of both';

/** An SSP server with nothing behind it: sets SSP sessions up as it should and answers what the test says. */
export class FakeSap2 {
  /** Our id for each SSP session, by the id that SAP 1 announced. */
  readonly sspSessions = new Map<string, string>();
  readonly asked: { readonly transactionID: string; readonly primitive: RequestPrimitive }[] = [];
  readonly #server: Server;
  readonly #setups: SetupResponder;

  constructor(
    private readonly answer: (request: RequestPrimitive) => ResponsePrimitive = () => status(200),
    sharedSecret = SECRET,
  ) {
    this.#setups = new SetupResponder(
      { ownServiceID: PROVIDER, sharedSecret },
      undefined,
      ({ peerID, ownID }) => void this.sspSessions.set(peerID, ownID),
    );
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: Error) => response.destroy(error));
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}/ssp`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = this.#reply(await text(request));
    response.writeHead(reply === undefined ? 403 : 200).end(reply);
  }

  #reply(xml: string): string | undefined {
    const message = fromXml(xml);
    if (message.kind === 'setup') return toXml(this.#setups.answer(message));
    const sessionID = this.sspSessions.get(message.sessionID);
    if (sessionID === undefined) return undefined;
    const transactions = message.transactions.map((transaction): ResponseTransaction => {
      if ('fault' in transaction || transaction.mode === 'Response') throw new Error('not a request');
      const { transactionID, primitive } = transaction;
      this.asked.push({ transactionID, primitive });
      return { mode: 'Response', transactionID, primitive: this.answer(primitive) };
    });
    return toXml({ kind: 'session', namespace: SSP_NAMESPACES[0], sessionID, transactions });
  }
}

export const status = (code: number): ResponsePrimitive => ({ kind: 'Status', status: statusOf(code) });

export const loginAnswer = (
  code: number,
  rest: Partial<Extract<ResponsePrimitive, { readonly kind: 'UserLoginResponse' }>>,
): ResponsePrimitive => ({
  kind: 'UserLoginResponse',
  status: statusOf(code),
  userSessionID: undefined,
  keepAliveTime: undefined,
  capabilityRequest: undefined,
  user: undefined,
  nonce: undefined,
  digestSchema: undefined,
  functions: undefined,
  agreedCapabilityList: undefined,
  ...rest,
});
