import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One UserDisconnectRequest as it arrived. */
export interface ReceivedDisconnect {
  readonly transactionID: string;
  readonly userSessionID: string;
  readonly code: number;
}

/**
 * Where a raw SAP 1 is pushed to, written from docs/protocol.md like RawSap1. It does not answer set-ups: SAP 2 pushes
 * over the SSP session that the peer opened.
 */
export class PeerDoor {
  /** Every attempt, also those that were answered with a failure. */
  readonly received: ReceivedDisconnect[] = [];
  /** What to answer with; 200 acknowledges. */
  httpStatus = 200;
  private server: Server | undefined;

  get url(): string {
    return `http://127.0.0.1:${(this.server?.address() as AddressInfo).port}/`;
  }

  /** Acknowledged or not, once for each session. */
  get sessions(): ReadonlySet<string> {
    return new Set(this.received.map(({ userSessionID }) => userSessionID));
  }

  async open(ourSessionID: () => string): Promise<void> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const disconnects = read(Buffer.concat(chunks).toString());
        this.received.push(...disconnects);
        response.writeHead(this.httpStatus, { 'Content-Type': 'application/vnd.wv.ssp+xml' });
        response.end(this.httpStatus === 200 ? acknowledgement(ourSessionID(), disconnects) : 'broken');
      });
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }

  close(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}

function read(xml: string): ReceivedDisconnect[] {
  return [...xml.matchAll(/<Transaction\s([^>]*)>(.*?)<\/Transaction>/gs)].map(
    ([, attributes = '', content = '']) => ({
      transactionID: /transactionID="([^"]*)"/.exec(attributes)?.[1] ?? '',
      userSessionID: /<UserDisconnectRequest\s[^>]*userSessionID="([^"]*)"/.exec(content)?.[1] ?? '',
      code: Number(/<Status\s[^>]*code="(\d+)"/.exec(content)?.[1]),
    }),
  );
}

const acknowledgement = (sessionID: string, disconnects: readonly ReceivedDisconnect[]): string =>
  `<WV-SSP-Message xmlns="http://www.openmobilealliance.org/DTD/WV-SSP1.3"><Session sessionID="${sessionID}">${disconnects
    .map(
      ({ transactionID }) =>
        `<Transaction mode="Response" transactionID="${transactionID}"><Status code="200"/></Transaction>`,
    )
    .join('')}</Session></WV-SSP-Message>`;
