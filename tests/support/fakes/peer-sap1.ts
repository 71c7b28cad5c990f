import { decodeSsp, encodeSsp, type DecodedSessionMessage } from '@sap2/ssp-wire';
import type { TransportOutcome } from '@sap2/peer-link';
import { anAgreement, OWN_SERVICE, PEER_SERVICE } from './peer-agreements.js';
import { SetUpWorld } from './peer-set-up-world.js';
import { httpAnswer } from './peer-transport.js';

/** How a peer answers one disconnect: a code, or nothing at all. */
export type StatusOf = (transactionID: string) => number | undefined;

/**
 * A SAP 1 at the far end of a line. It accepts set-ups and answers each disconnect with `statusOf`. It records what
 * it received, and specs read this record.
 */
export class FakeSap1 {
  readonly setUps = new SetUpWorld(anAgreement({ peer: OWN_SERVICE, ownServiceID: PEER_SERVICE }));
  readonly told: DecodedSessionMessage[] = [];

  constructor(public statusOf: StatusOf = () => 200) {}

  /** Bytes of a request to bytes of an answer. A message under an unknown SSP session gets HTTP 403. */
  async answer(text: string): Promise<TransportOutcome> {
    const message = decodeSsp(Buffer.from(text));
    if (!message.ok) return httpAnswer(400, message.error.detail);
    if (message.value.kind === 'setup') {
      return httpAnswer(200, encodeSsp(await this.setUps.answer(message.value)));
    }
    const session = await this.setUps.sspSessions.touch(message.value.sessionID, 'time-to-live');
    if (session === undefined) return httpAnswer(403);
    this.told.push(message.value);
    return httpAnswer(200, this.statuses(message.value, session.ourID));
  }

  /** As a SAP 1 that was restarted and remembers nothing. */
  async forgetSessions(): Promise<void> {
    await this.setUps.sspSessions.removeAllOf(OWN_SERVICE);
  }

  statuses({ namespace, transactions }: DecodedSessionMessage, sessionID: string): string {
    return encodeSsp({
      kind: 'session',
      namespace,
      sessionID,
      transactions: transactions.flatMap(({ transactionID }) => {
        const code = this.statusOf(transactionID);
        if (code === undefined) return [];
        const status = { code, description: undefined, detailedResults: [], tryAgainTimeoutS: undefined };
        return [{ mode: 'Response' as const, transactionID, primitive: { kind: 'Status' as const, status } }];
      }),
    });
  }

  transactionIDs(): string[] {
    return this.told.flatMap(({ transactions }) => transactions.map(({ transactionID }) => transactionID));
  }
}
