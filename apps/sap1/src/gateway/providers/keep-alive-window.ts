import { assertNever } from '@sap2/kernel';
import type {
  ResponsePrimitive,
  Status,
  UserKeepAliveRequest,
  UserKeepAliveResponse,
  WireUser,
} from '@sap2/ssp-wire';
import { metaInfo, userKeepAliveRequest } from '../../requests.js';
import type { GatewayTime } from '../gateway-time.js';
import type { Provider } from './provider.js';
import type { Reply } from './reply.js';

/** Longest batch (ssp-binding §4.3). */
const LONGEST_BATCH = 1000;

/** What SAP 2 says of one session. */
export type KeepAliveOutcome =
  | {
      readonly kind: 'answered';
      readonly status: KeepAliveStatus;
      readonly keepAliveTimeS: number | undefined;
    }
  | Exclude<Reply, { readonly kind: 'answered' }>;

export type KeepAliveStatus = Pick<Status, 'code' | 'description' | 'tryAgainTimeoutS'>;

interface Waiting {
  readonly user: WireUser;
  timeToLiveS: number | undefined;
  readonly resolvers: ((outcome: KeepAliveOutcome) => void)[];
}

/**
 * Keep-alives that arrive within the same short time share one message to SAP 2 (ssp-binding §4.3). One message costs
 * both sides less than hundreds. A single keep-alive goes as `single`, with its user.
 */
export class KeepAliveWindow {
  #waiting = new Map<string, Waiting>();
  #cancelTimer: (() => void) | undefined;

  constructor(
    private readonly provider: Provider,
    private readonly ownServiceID: string,
    private readonly time: GatewayTime,
    private readonly windowMs: number,
  ) {}

  ask(userSessionID: string, user: WireUser, timeToLiveS: number | undefined): Promise<KeepAliveOutcome> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(userSessionID);
      if (waiting === undefined)
        this.#waiting.set(userSessionID, { user, timeToLiveS, resolvers: [resolve] });
      else {
        waiting.resolvers.push(resolve);
        waiting.timeToLiveS = timeToLiveS ?? waiting.timeToLiveS;
      }
      if (this.#waiting.size >= LONGEST_BATCH) this.flush();
      else this.#cancelTimer ??= this.time.after(this.windowMs, () => this.flush());
    });
  }

  /** Sends what waits, without further delay. */
  flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const batch = this.#waiting;
    this.#waiting = new Map();
    if (batch.size > 0) void this.#send(batch);
  }

  async #send(batch: ReadonlyMap<string, Waiting>): Promise<void> {
    const reply = await this.provider.ask(this.#requestOf(batch));
    const outcomes = outcomesOf(reply);
    for (const [id, { resolvers }] of batch) for (const resolve of resolvers) resolve(outcomes(id));
  }

  #requestOf(batch: ReadonlyMap<string, Waiting>): UserKeepAliveRequest {
    const [first] = batch;
    if (first !== undefined && batch.size === 1) {
      const [userSessionID, { user, timeToLiveS }] = first;
      const form = { type: 'single', userSessionID, timeToLive: timeToLiveS } as const;
      return userKeepAliveRequest(metaInfo(this.ownServiceID, user), form);
    }
    const entries = Array.from(batch, ([userSessionID, { timeToLiveS }]) => ({
      userSessionID,
      timeToLive: timeToLiveS,
    }));
    return userKeepAliveRequest(metaInfo(this.ownServiceID, undefined), { type: 'batch', entries });
  }
}

/** The answer of SAP 2, taken apart: what it says of each session. */
function outcomesOf(reply: Reply): (userSessionID: string) => KeepAliveOutcome {
  switch (reply.kind) {
    case 'away':
    case 'silent':
      return () => reply;
    case 'answered':
      return outcomesIn(reply.answer);
    default:
      return assertNever(reply);
  }
}

function outcomesIn(answer: ResponsePrimitive): (userSessionID: string) => KeepAliveOutcome {
  const { status } = answer;
  const failures = failuresIn(status);
  const times = answer.kind === 'UserKeepAliveResponse' ? timesIn(answer) : undefined;
  const isPartly = status.code === 200 || status.code === 201;
  return (id) => {
    const failed = failures.get(id);
    const own = failed ?? (isPartly ? { ...status, code: 200 } : status);
    return { kind: 'answered', status: own, keepAliveTimeS: times?.(id) };
  };
}

const failuresIn = ({ detailedResults }: Status): ReadonlyMap<string, KeepAliveStatus> =>
  new Map(
    detailedResults.flatMap(({ code, description, userSessionIDs }) =>
      userSessionIDs.map((id) => [id, { code, description, tryAgainTimeoutS: undefined }] as const),
    ),
  );

function timesIn({ keepAliveTime, exceptions }: UserKeepAliveResponse): (userSessionID: string) => number {
  const own = new Map(exceptions.map((exception) => [exception.userSessionID, exception.keepAliveTime]));
  return (id) => own.get(id) ?? keepAliveTime;
}
