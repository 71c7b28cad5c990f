import { setTimeout as pause } from 'node:timers/promises';
import {
  clientAt,
  type LoginWishes,
  metaInfo,
  userKeepAliveRequest,
  userLoginRequest,
} from '../../../sap1/src/index.js';
import type { SimulatedSap1 } from './simulated-sap1.js';

const EVERY_MS = 200;
const LIFE_S = 3600;

/** Users who logged in once and stay. No fault may log them out. One batch of keep-alives serves all. */
export class SteadyUsers {
  readonly sessions: string[] = [];

  constructor(
    private readonly sap1: SimulatedSap1,
    private readonly userIDs: readonly string[],
    private readonly password: string,
    private readonly wishes: LoginWishes = {},
  ) {}

  async logIn(): Promise<void> {
    await Promise.all(
      this.userIDs.map(async (userID) => {
        const meta = metaInfo(this.sap1.serviceID, { userID, clientID: clientAt('phone') });
        const credential = { scheme: 'password', password: this.password } as const;
        const answer = await this.sap1.ask(
          userLoginRequest(meta, credential, { keepAliveTimeS: LIFE_S, ...this.wishes }),
        );
        if (answer?.kind !== 'UserLoginResponse' || answer.userSessionID === undefined) {
          throw new Error(`${userID} cannot log in: ${answer?.status.code ?? 'no answer'}`);
        }
        this.sessions.push(answer.userSessionID);
        this.sap1.held.add(answer.userSessionID);
      }),
    );
  }

  async stay(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.keepAlive();
      await pause(EVERY_MS);
    }
  }

  async keepAlive(): Promise<void> {
    const entries = this.sessions.map((userSessionID) => ({ userSessionID, timeToLive: undefined }));
    await this.sap1.ask(
      userKeepAliveRequest(metaInfo(this.sap1.serviceID, undefined), { type: 'batch', entries }),
    );
  }
}
