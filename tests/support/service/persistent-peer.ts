import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, RawSap1 } from '../peers/raw-sap1.js';

const PATIENCE_MS = 90_000;
const PAUSE_MS = 50;

/**
 * A peer as the protocol wants it. It repeats a transaction under its transactionID until it gets another answer than
 * 503. It sets up a new SSP session when its own is unknown.
 */
export class PersistentPeer {
  /** Answers 503, of HTTP or SSP. */
  refused = 0;
  /** Connections that broke before an answer came. */
  broken = 0;
  private connecting: Promise<unknown> | undefined;

  constructor(readonly sap1: RawSap1) {}

  async ask(primitive: string): Promise<Answer> {
    const transactionID = this.sap1.nextTransactionID();
    const untilMs = performance.now() + PATIENCE_MS;
    while (performance.now() < untilMs) {
      const answer = await this.once(transactionID, primitive);
      if (answer !== undefined) return answer;
      await pause(PAUSE_MS);
    }
    throw new Error(`no answer in time to ${primitive}`);
  }

  private async once(transactionID: string, primitive: string): Promise<Answer | undefined> {
    const { sap1 } = this;
    const { theirSessionID } = sap1;
    const heard = await sap1.post(sap1.message([[transactionID, primitive]])).catch(() => undefined);
    if (heard === undefined) {
      this.broken += 1;
      return undefined;
    }
    if (heard.status === 403) {
      await this.connectAgain();
      return undefined;
    }
    if (heard.status === 503 || heard.status === 429) {
      this.refused += 1;
      return undefined;
    }
    const [answer] = sap1.read(heard, theirSessionID);
    if (answer?.code !== 503) return answer;
    this.refused += 1;
    return undefined;
  }

  /** One set-up for all requests that need it. What becomes of it, their next attempt shows. */
  private async connectAgain(): Promise<void> {
    this.connecting ??= this.sap1
      .connect()
      .catch(() => undefined)
      .finally(() => (this.connecting = undefined));
    await this.connecting;
  }
}
