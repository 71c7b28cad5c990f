import { metaInfo, userKeepAliveRequest } from '../../requests.js';
import type { GatewayTime } from '../gateway-time.js';
import type { Provider } from './provider.js';

/** Sessions in one part (ssp-binding §4.3). */
const LONGEST_PART = 1000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

export interface SyncNeeds {
  readonly ownServiceID: string;
  /** `node:incarnation`: which life of this process. */
  readonly sapEpoch: string;
  /** Live sessions of this SAP 2. */
  held(): readonly string[];
  /** SAP 2 does not have these sessions any more. */
  lost(userSessionIDs: readonly string[], code: number): void;
  done(serviceID: string, count: number): void;
}

/**
 * Lists to SAP 2 all sessions that this gateway holds (ssp-binding §4.3). SAP 2 then ends those of an earlier life of
 * this process. A list that did not arrive whole is sent anew.
 */
export class StateSync {
  #cancelTimer: () => void = () => undefined;
  #isRunning = false;
  #isStopped = false;
  #pauseMs = FIRST_PAUSE_MS;
  #syncs = 0;

  constructor(
    private readonly provider: Provider,
    private readonly needs: SyncNeeds,
    private readonly time: GatewayTime,
  ) {}

  /** Begins after this time, and repeats until it has succeeded. */
  begin(inMs = 0): void {
    this.#wake(inMs);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer();
  }

  #wake(ms: number): void {
    this.#cancelTimer();
    if (!this.#isStopped) this.#cancelTimer = this.time.after(ms, () => void this.#run());
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return this.#wake(FIRST_PAUSE_MS);
    this.#isRunning = true;
    const isDone = await this.#sync();
    this.#isRunning = false;
    if (isDone) {
      this.#pauseMs = FIRST_PAUSE_MS;
      return;
    }
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
    this.#wake(this.#pauseMs);
  }

  async #sync(): Promise<boolean> {
    const held = this.needs.held();
    const parts = Math.max(1, Math.ceil(held.length / LONGEST_PART));
    this.#syncs += 1;
    const syncID = `${this.needs.sapEpoch.slice(this.needs.sapEpoch.indexOf(':') + 1)}-${this.#syncs}`;
    for (let part = 1; part <= parts; part++) {
      const ids = held.slice((part - 1) * LONGEST_PART, part * LONGEST_PART);
      if (!(await this.#sendPart(syncID, part, parts, ids))) return false;
    }
    this.needs.done(this.provider.serviceID, held.length);
    return true;
  }

  async #sendPart(syncID: string, part: number, parts: number, ids: readonly string[]): Promise<boolean> {
    const { ownServiceID, sapEpoch } = this.needs;
    const entries = ids.map((userSessionID) => ({ userSessionID, timeToLive: undefined }));
    const form = { type: 'sync', syncID, part, parts, sapEpoch, entries } as const;
    const reply = await this.provider.ask(userKeepAliveRequest(metaInfo(ownServiceID, undefined), form));
    if (reply.kind !== 'answered' || reply.answer.kind !== 'UserKeepAliveResponse') return false;
    for (const { code, userSessionIDs } of reply.answer.status.detailedResults) {
      this.needs.lost(userSessionIDs, code);
    }
    return true;
  }
}
