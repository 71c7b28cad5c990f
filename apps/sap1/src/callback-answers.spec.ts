import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { SetupMessage } from '@sap2/ssp-wire';
import { CallbackAnswers } from './callback-answers.js';
import { fromXml } from './codec.js';
import type { SspSession } from './open-ssp-session.js';
import { statusOf } from './requests.js';
import { secretToken, setupMessage } from './set-up-messages.js';
import { SetupResponder } from './set-up-responder.js';
import { SspLink } from './ssp-link.js';

const [OWN, PROVIDER] = ['wv:@operator.example', 'wv:@provider.example'];
const SECRET = 'a secret of both';
const KEEP_ALIVE = { kind: 'KeepAliveRequest' } as const;

/** A SAP 2 in callback mode. What it answers goes straight to what waits for it. */
class CallbackSap2 {
  readonly answers = new CallbackAnswers();
  readonly sessions = new Map<string, SspSession>();
  readonly transactionIDs: string[] = [];
  /** What a stranger says before each answer of SAP 2. */
  beforeEach: (message: SetupMessage) => void = () => undefined;
  isSilent = false;
  /** Its answer comes before its receipt. */
  isHasty = false;
  secret = SECRET;
  #responder: SetupResponder | undefined;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  async link(deadlineMs = 5000): Promise<SspLink> {
    this.#responder = new SetupResponder(
      { ownServiceID: PROVIDER, sharedSecret: this.secret },
      OWN,
      (session) => void this.sessions.set(session.peerID, session),
    );
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = this.#server.address() as AddressInfo;
    return new SspLink(
      {
        ownServiceID: OWN,
        sharedSecret: SECRET,
        sspUrl: `http://127.0.0.1:${port}/`,
        peerServiceID: PROVIDER,
        deadlineMs,
        callback: this.answers,
      },
      () => undefined,
    );
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const message = fromXml(await text(request));
    if (message.kind === 'session' && !this.sessions.has(message.sessionID)) {
      response.writeHead(403).end();
      return;
    }
    const say = (): void => {
      if (message.kind === 'setup') this.#answerSetUp(message);
      else if (!this.isSilent) this.#answer(message.transactions.map(({ transactionID }) => transactionID));
    };
    if (this.isHasty) say();
    response.writeHead(202).end();
    if (!this.isHasty) response.once('close', say);
  }

  #answerSetUp(message: SetupMessage): void {
    const answer = this.#responder?.answer(message);
    if (answer === undefined) return;
    this.beforeEach(message);
    const isSecond = answer.primitive.kind === 'SendSecretToken';
    this.answers.hearSetUp(isSecond ? { ...answer, transactionID: 'its own' } : answer);
  }

  #answer(ids: readonly string[]): void {
    this.transactionIDs.push(...ids);
    const transactions = ids.map((transactionID) => ({
      mode: 'Response' as const,
      transactionID,
      primitive: { kind: 'KeepAliveResponse' as const, timeToLive: 60, status: statusOf(200) },
    }));
    this.answers.hear(transactions.toReversed());
  }
}

let sap2: CallbackSap2;
afterEach(() => sap2.close());

describe('a link to a SAP 2 in callback mode', () => {
  it('sets an SSP session up, and gets the answers in the order of its requests', async () => {
    sap2 = new CallbackSap2();
    const link = await sap2.link();
    const requests = ['a', 'b'].map((transactionID) => ({
      mode: 'Request' as const,
      transactionID,
      primitive: KEEP_ALIVE,
    }));
    const answers = await link.send(requests);
    expect(answers.map(({ transactionID }) => transactionID)).toEqual(['a', 'b']);
    expect(link.session).toMatchObject({ peerServiceID: PROVIDER, timeToLiveS: 86_400 });
  });

  it('hears an answer that comes before the receipt', async () => {
    sap2 = new CallbackSap2();
    sap2.isHasty = true;
    const link = await sap2.link();
    expect(await link.ask(KEEP_ALIVE)).toMatchObject({ kind: 'KeepAliveResponse' });
  });

  it('gets through while strangers send messages 2 in the name of SAP 2', async () => {
    sap2 = new CallbackSap2();
    let forged = 0;
    sap2.beforeEach = ({ primitive }) => {
      if (primitive.kind !== 'SendSecretToken') return;
      for (; forged < 3; forged++) {
        const hello = secretToken(PROVIDER, `the token of stranger ${forged}`);
        sap2.answers.hearSetUp(setupMessage('Response', 'any', hello));
      }
    };
    const link = await sap2.link();
    expect(await link.ask(KEEP_ALIVE)).toMatchObject({ kind: 'KeepAliveResponse' });
    expect(forged).toBe(3);
  });

  it('keeps eight messages 2, and takes no other message without its transactionID', async () => {
    sap2 = new CallbackSap2();
    const { answers } = sap2;
    const hello = setupMessage('Response', 'any', secretToken(PROVIDER, 'a token'));
    await sap2.link();
    expect(answers.hearSetUp(hello)).toBe(false);
    answers.beginSetUp('ours');
    expect(Array.from({ length: 9 }, () => answers.hearSetUp(hello))).toEqual([
      ...Array.from({ length: 8 }, () => true),
      false,
    ]);
    const refusal = { kind: 'LoginResponse', sessionID: undefined, timeToLive: undefined } as const;
    const primitive = { ...refusal, status: statusOf(403), passwordDigest: undefined };
    expect(answers.hearSetUp(setupMessage('Response', 'guessed', primitive))).toBe(false);
    expect(answers.hearSetUp(setupMessage('Response', 'ours', primitive))).toBe(true);
  });

  it('reports a wrong secret as a set-up that was refused, and nothing was sent', async () => {
    sap2 = new CallbackSap2();
    sap2.secret = 'another secret';
    const link = await sap2.link(200);
    await expect(link.ask(KEEP_ALIVE)).rejects.toMatchObject({
      reason: 'set-up-refused',
      code: 409,
      details: { isUnsent: true },
    });
  });

  it('sets up anew when SAP 2 does not know the SSP session, and sends the same transaction again', async () => {
    sap2 = new CallbackSap2();
    const link = await sap2.link();
    await link.connect();
    sap2.sessions.clear();
    expect(await link.ask(KEEP_ALIVE)).toMatchObject({ kind: 'KeepAliveResponse' });
    expect(sap2.transactionIDs).toHaveLength(1);
  });

  it('without an answer in time SAP 2 may have read the request', async () => {
    sap2 = new CallbackSap2();
    sap2.isSilent = true;
    const link = await sap2.link(300);
    await expect(link.ask(KEEP_ALIVE)).rejects.toMatchObject({ reason: 'unreachable', details: {} });
  });
});
