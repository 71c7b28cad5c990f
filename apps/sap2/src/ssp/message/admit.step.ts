import type { Measures } from '@sap2/observability';
import type { DecodedSessionMessage } from '@sap2/ssp-wire';
import { type Gate, shareOf, type Urgency } from '../../listeners/gate.js';
import type { MessagesAtWork } from '../messages-at-work.js';
import { Rates } from '../rates.js';
import type { RefusalReason } from '../refusals.js';
import { type DispatchTable, routeOf } from '../request-context.js';
import { type Answer, BUSY_RETRY_AFTER_S, type MessageStep, refused, RETRY_AFTER_S } from './message.js';

/** What a peer may use whose agreement does not say it. */
export interface UsualPeerLimits {
  readonly requestsPerSecond: number | undefined;
  readonly loginsPerSecond: number | undefined;
  readonly inFlight: number;
}

export interface AdmitNeeds {
  readonly gate: Pick<Gate, 'hasRoomFor'>;
  readonly atWork: MessagesAtWork;
  readonly usualLimits: UsualPeerLimits;
  readonly table: DispatchTable;
  readonly measures: Pick<Measures, 'turnedAway'>;
}

/**
 * Limits one peer in this process (docs/adr/0022): messages per second, and messages in progress. Further messages are
 * refused at once, so they fill no queue, neither ours nor that of another peer. Within the share of a peer, as in the whole,
 * logins are refused first, then logouts, then keep-alives. HTTP 429 means that the peer sends too much, and 503 that the
 * service is overloaded (ssp-binding §2).
 */
export function admit(on: AdmitNeeds): MessageStep {
  const requests = new Rates();
  const turnAway = (
    peer: string,
    cause: RefusalReason,
    status: 429 | 503,
    why: string,
    afterS: number,
  ): Answer => {
    on.measures.turnedAway(peer, cause);
    return refused(status, cause, `${why} Try again later.`, afterS, peer);
  };
  return async (heard, next) => {
    if (heard.kind === 'setup') return next(heard);
    const { peer, limits } = heard.agreement;
    const { requestsPerSecond, inFlight } = on.usualLimits;
    const perSecond = limits.requestsPerSecond ?? requestsPerSecond;
    const waitS = perSecond === undefined ? 0 : await requests.take(peer, perSecond);
    if (waitS > 0) {
      return turnAway(peer, 'requests-per-second', 429, 'Too many messages in a second.', waitS);
    }
    const urgency = urgencyOf(heard.message, on.table);
    if (!on.gate.hasRoomFor(urgency)) {
      return turnAway(peer, 'overloaded', 503, 'Not now (overloaded).', RETRY_AFTER_S);
    }
    if (on.atWork.of(peer) >= shareOf(limits.inFlight ?? inFlight, urgency)) {
      return turnAway(peer, 'in-flight', 429, 'Too many messages at once.', BUSY_RETRY_AFTER_S);
    }
    on.atWork.begin(peer);
    try {
      return await next(heard);
    } finally {
      on.atWork.end(peer);
    }
  };
}

const MOST_URGENT_FIRST: readonly Urgency[] = ['keep-alive', 'logout', 'login'];

/** That of its most urgent request. A message of answers makes our work less. */
function urgencyOf({ transactions }: DecodedSessionMessage, table: DispatchTable): Urgency {
  const urgencies = transactions.map((one): Urgency => {
    if ('fault' in one || one.mode === 'Response') return 'keep-alive';
    return routeOf(table, one.primitive).urgency;
  });
  return MOST_URGENT_FIRST.find((urgency) => urgencies.includes(urgency)) ?? 'keep-alive';
}
