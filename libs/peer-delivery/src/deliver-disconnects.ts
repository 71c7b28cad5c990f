import type { Randomness } from '@sap2/kernel';
import {
  type Agreement,
  type Agreements,
  type HeldSspSession,
  type PeerTransport,
  sessionForPushes,
  type SetUpInitiator,
  type SspSessions,
  UNTAKEN_TO_AVOID,
} from '@sap2/peer-link';
import type { DisconnectOutbox, DueDisconnect, ServiceID, SessionEnd, Settlement } from '@sap2/session-core';
import { type CircuitLimits, newsOf } from './circuit.js';
import { type PeerAnswer, readAnswer } from './disconnect-answer.js';
import { fitIntoMessage } from './disconnect-message.js';
import { learnSupport } from './learn-support.js';
import { settlementOf } from './settle-disconnect.js';

export interface DeliveryLimits extends CircuitLimits {
  /** Transactions of one message, and so what one pass holds in memory. */
  readonly batchSize: number;
  /** For one message and its answer, in all. */
  readonly postDeadlineMs: number;
  /** Age at which a disconnect is kept as undelivered, for an administrator to see and replay. */
  readonly horizonMs: number;
}

/**
 * A pass must end before its claim. One deadline is for the message. If the SSP session is over, three tenths are
 * for a new one and a half for the repeated message. The last fifth is for the stores.
 */
const LEASE_IN_DEADLINES = 2;
const SET_UP_IN_DEADLINES = 0.3;
const SECOND_POST_IN_DEADLINES = 0.5;

/** A login answer leaves within this time, or its process is gone. */
const HOLD_FOR_LOGIN_MS = 200;

/** Back to the outbox when a store failed before anything was sent. */
const HOLD_AFTER_FAILURE_MS = 1_000;

/** What one pass came to, for the log, the counters and the scheduler. */
export interface DeliveryPass {
  readonly peer: ServiceID;
  /** How many were settled in each way. */
  readonly counts: Readonly<Record<Settlement['result'], number>>;
  /** Why the first of those that failed did; for the operator. */
  readonly error: string | undefined;
  /** False: the peer was not reached, so another message at once would fail too. */
  readonly reached: boolean;
  /** More is due at once. */
  readonly more: boolean;
  /** The circuit of the peer opened or closed by this pass. */
  readonly circuit: 'opened' | 'closed' | undefined;
}

interface Attempt {
  readonly sent: readonly DueDisconnect[];
  readonly left: readonly DueDisconnect[];
  readonly answer: PeerAnswer;
}

/** A message over a session that pushes avoid from now on, so it must go over another one. */
interface Push extends Attempt {
  readonly avoided: boolean;
}

/** Where to send, and whether to go on. */
interface Line {
  readonly agreement: Agreement;
  readonly url: string;
  readonly stop: AbortSignal;
}

export interface DeliveryNeeds {
  readonly outbox: DisconnectOutbox;
  readonly end: Pick<SessionEnd, 'repeat'>;
  readonly agreements: Agreements;
  readonly sspSessions: SspSessions;
  readonly initiator: SetUpInitiator;
  readonly transport: PeerTransport;
  readonly randomness: Randomness;
}

/**
 * Notifies a peer of the ends of its sessions until it acknowledges them: claim, call without an open transaction,
 * settle (ssp-binding §5).
 */
export class DeliverDisconnects {
  constructor(
    private readonly on: DeliveryNeeds,
    private readonly limits: DeliveryLimits,
  ) {}

  /**
   * One pass for one peer, of up to `limit` disconnects. Once `stop` is aborted, what is under way is finished and nothing more is sent.
   * @throws what the stores throw, after giving back what was claimed
   */
  async execute(
    peer: ServiceID,
    stop: AbortSignal,
    limit: number = this.limits.batchSize,
  ): Promise<DeliveryPass> {
    const { postDeadlineMs, horizonMs } = this.limits;
    const due = await this.on.outbox.claim(peer, limit, LEASE_IN_DEADLINES * postDeadlineMs);
    try {
      const early = await this.forgetInLiveStore(due);
      await this.on.outbox.settle(early);
      const heldIDs = new Set(early.map(({ id }) => id));
      const { sent, left, answer } = await this.tell(
        peer,
        due.filter(({ id }) => !heldIDs.has(id)),
        stop,
      );
      const settlements = [
        ...sent.map((one) => settlementOf(one, answer, horizonMs, this.on.randomness.fraction())),
        ...left.map(({ id }) => held(id, 0)),
      ];
      if (sent[0] !== undefined) {
        // First, so that a retry of what is seen as undelivered comes after it.
        const results = settlements.map(({ result }) => result);
        await learnSupport(this.on.outbox, peer, results, sent[0].support);
      }
      await this.on.outbox.settle(settlements);
      const circuit = sent[0] && (await this.tellOfLine(sent[0], answer));
      const more = due.length === limit || left.length > 0;
      return summary(peer, [...early, ...settlements], { reached: isReached(answer), more, circuit });
    } catch (error) {
      await this.on.outbox.settle(due.map(({ id }) => held(id, HOLD_AFTER_FAILURE_MS)));
      throw error;
    }
  }

  /** Nothing is written while all is well. */
  private async tellOfLine(
    { peer, lineFailures }: DueDisconnect,
    answer: PeerAnswer,
  ): Promise<DeliveryPass['circuit']> {
    const news = newsOf(answer, lineFailures, this.on.randomness.fraction(), this.limits);
    if (news.kind === 'works' && lineFailures > 0) {
      return (await this.on.outbox.lineWorks(peer)) ? 'closed' : undefined;
    }
    if (news.kind !== 'failed') return undefined;
    await this.on.outbox.lineFailed(peer, news.error, news.openForMs);
    const isFirstTrialAhead = lineFailures < this.limits.failuresToOpen;
    return news.openForMs !== undefined && isFirstTrialAhead ? 'opened' : undefined;
  }

  /**
   * Repairs a crash between the two stores: no peer learns of an end that the live store does not have. Disconnects
   * whose login answer may not have left yet stay held.
   */
  private async forgetInLiveStore(due: readonly DueDisconnect[]): Promise<readonly Settlement[]> {
    const ended = due.map(({ sessionID, peer, cause }) => ({ id: sessionID, peer, cause }));
    const notHandedOver = new Set((await this.on.end.repeat(ended)).notHandedOver);
    return due
      .filter(({ sessionID }) => notHandedOver.has(sessionID))
      .map(({ id }) => held(id, HOLD_FOR_LOGIN_MS));
  }

  private async tell(peer: ServiceID, due: readonly DueDisconnect[], stop: AbortSignal): Promise<Attempt> {
    if (due[0] === undefined) return NOTHING_TO_TELL;
    if (due[0].support === 'unsupported') return { sent: due, left: [], answer: { kind: 'unsupported' } };
    const agreement = this.on.agreements.toTell(peer);
    if (agreement?.callbackUrl === undefined)
      return { sent: due, left: [], answer: { kind: 'nowhere-to-send' } };
    const line: Line = { agreement, url: agreement.callbackUrl, stop };
    const { postDeadlineMs } = this.limits;
    const held = await this.on.sspSessions.allOf(peer);
    const known = sessionForPushes(held);
    if (known === undefined) return this.openOrSendAnyway(due, line, held);
    const first = await this.send(due, line, known, postDeadlineMs);
    return first.avoided ? this.openAndSend(due, line, SECOND_POST_IN_DEADLINES * postDeadlineMs) : first;
  }

  /**
   * An existing peer may refuse set-ups while it holds a session that pushes avoid. It only closes the connection. So
   * pushes try that session again.
   */
  private async openOrSendAnyway(
    due: readonly DueDisconnect[],
    line: Line,
    held: readonly HeldSspSession[],
  ): Promise<Attempt> {
    const { postDeadlineMs } = this.limits;
    const first = await this.openAndSend(due, line, postDeadlineMs);
    const [latest] = held.toSorted((a, b) => a.idleMs - b.idleMs);
    const isSilent = line.agreement.answerMode === 'callback' && first.answer.kind === 'failure';
    if (!isSilent || latest === undefined) return first;
    const again = await this.send(due, line, latest, SECOND_POST_IN_DEADLINES * postDeadlineMs);
    return isReached(again.answer) ? again : first;
  }

  private async openAndSend(due: readonly DueDisconnect[], line: Line, deadlineMs: number): Promise<Attempt> {
    if (line.stop.aborted) return notNow(due);
    const opened = await this.on.initiator.open(
      line.agreement,
      SET_UP_IN_DEADLINES * this.limits.postDeadlineMs,
    );
    if (opened.ok) {
      return this.send(due, line, { session: opened.value, idleMs: 0, untaken: 0 }, deadlineMs);
    }
    const { reason, detail } = opened.error;
    if (reason === 'under-way') return { sent: due, left: [], answer: { kind: 'set-up-under-way' } };
    return { sent: due, left: [], answer: { kind: 'failure', error: `${reason}: ${detail}` } };
  }

  private async send(
    due: readonly DueDisconnect[],
    { agreement, url, stop }: Line,
    { session, untaken }: HeldSspSession,
    deadlineMs: number,
  ): Promise<Push> {
    if (stop.aborted) return { ...notNow(due), avoided: false };
    const { bytes, sent, left } = fitIntoMessage(due, session, agreement);
    const answer = await readAnswer(await this.on.transport.post(url, bytes, deadlineMs), session, agreement);
    const untakenNow = untakenAfter(answer, untaken, agreement);
    if (untakenNow !== untaken) await this.on.sspSessions.setUntaken(session, untakenNow);
    // An answer is a message of the peer, and prolongs the session as any other (ssp-binding §3).
    if (answer.kind === 'statuses') await this.on.sspSessions.touch(session.theirID, agreement.sessionLife);
    return { sent, left, answer, avoided: untakenNow >= UNTAKEN_TO_AVOID };
  }
}

/**
 * Pushes that the peer did not accept in a row. HTTP 403 means at once that it forgot the session. A peer in
 * callback mode only closes connections.
 */
function untakenAfter({ kind }: PeerAnswer, before: number, { answerMode }: Agreement): number {
  if (kind === 'session-over') return UNTAKEN_TO_AVOID;
  if (kind === 'failure') return answerMode === 'callback' ? before + 1 : before;
  return 0;
}

const held = (id: string, retryInMs: number): Settlement => ({ id, result: 'held', retryInMs });

const NOTHING_TO_TELL: Attempt = { sent: [], left: [], answer: { kind: 'statuses', codes: new Map() } };

const notNow = (due: readonly DueDisconnect[]): Attempt => ({ ...NOTHING_TO_TELL, left: due });

const isReached = ({ kind }: PeerAnswer): boolean =>
  kind === 'statuses' || kind === 'receipt' || kind === 'unsupported';

const NO_SETTLEMENTS: Readonly<Record<Settlement['result'], number>> = {
  acknowledged: 0,
  'unknown-there': 0,
  failed: 0,
  undelivered: 0,
  sent: 0,
  'not-supported': 0,
  held: 0,
};

function summary(
  peer: ServiceID,
  settlements: readonly Settlement[],
  state: Pick<DeliveryPass, 'reached' | 'more' | 'circuit'>,
): DeliveryPass {
  const counts = { ...NO_SETTLEMENTS };
  for (const { result } of settlements) counts[result] += 1;
  const error = settlements.flatMap((settlement) => ('error' in settlement ? [settlement.error] : []))[0];
  return { peer, counts, error, ...state };
}
