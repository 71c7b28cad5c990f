import type { SspMessage } from '@sap2/ssp-wire';
import { SspError } from '../../ssp-error.js';
import { type GatewayTime, pause } from '../gateway-time.js';

/** Before each attempt. SAP 2 repeats a request that stays without an answer, so a few are enough. */
const PAUSES_MS = [0, 500, 2000];
/** Strangers can begin set-ups in the name of a SAP 2, and each costs us one message. */
const MAX_UNDER_WAY = 256;

/** Our answers to requests of one SAP 2 in callback mode: each is a message of ours (ssp-binding §2). */
export class CallbackReplies {
  #underWay = 0;

  constructor(
    private readonly reply: (message: SspMessage) => Promise<void>,
    private readonly time: GatewayTime,
    /** An answer did not reach SAP 2. */
    private readonly lost: (detail: string) => void,
  ) {}

  get isFull(): boolean {
    return this.#underWay >= MAX_UNDER_WAY;
  }

  async send(message: SspMessage): Promise<void> {
    this.#underWay += 1;
    try {
      const trouble = await this.#try(message);
      if (trouble !== undefined) this.lost(trouble);
    } finally {
      this.#underWay -= 1;
    }
  }

  async #try(message: SspMessage): Promise<string | undefined> {
    let trouble: string | undefined;
    for (const pauseMs of PAUSES_MS) {
      if (pauseMs > 0) await pause(this.time, pauseMs);
      try {
        await this.reply(message);
        return undefined;
      } catch (error) {
        if (!(error instanceof SspError)) throw error;
        trouble = error.message;
        // SAP 2 has forgotten the SSP session, and sends its request again in a new one.
        if (error.code === 403) return trouble;
      }
    }
    return trouble;
  }
}
