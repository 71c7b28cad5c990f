import type { Clock } from '@sap2/kernel';
import { decodeSsp, decodeSspInTurns, encodeSsp, type SetupPrimitive } from '@sap2/ssp-wire';
import type { CallbackInitiator } from './callback-initiator.js';
import type { Agreement } from './ports/agreements.port.js';
import type { OutgoingSetups } from './ports/outgoing-setups.port.js';
import type { PeerTransport, TransportOutcome } from './ports/peer-transport.port.js';
import type { SspSession } from './ports/ssp-sessions.port.js';
import { troubleIn } from './receipted-messages.js';
import { failed, type SetUpFailure, type SetUpOutcome } from './set-up-failure.js';
import { type InitiatorNeeds, SetUpInitiator } from './set-up-initiator.js';
import { newTransactionID } from './set-up-messages.js';

const LOOK_EVERY_MS = 50;
/** For the end of the session that the probe opened; the peer may take it or leave it. */
const LOGOUT_DEADLINE_MS = 3_000;

/** Messages of ours, by what they are. */
const MESSAGE = { SendSecretToken: 1, LoginRequest: 3, LoginResponse: 5 } satisfies Record<
  SetupPrimitive['kind'],
  number
>;

/** One exchange with the peer. No secret, token or id has a field here. */
export interface ProbeStep {
  /** `message 1`, in callback mode `message 2 of the peer` …, and `logout` of the session that the probe opened. */
  readonly step: string;
  /** Milliseconds from the end of the step before it. */
  readonly durationMs: number;
  /** What went wrong, for the operator; undefined: nothing. */
  readonly trouble: string | undefined;
}

export interface ProbeReport {
  readonly outcome: 'opened' | SetUpFailure['reason'];
  /** What to make of it, for the operator; undefined: all is well. */
  readonly detail: string | undefined;
  readonly steps: readonly ProbeStep[];
}

export interface ProbeNeeds extends InitiatorNeeds {
  readonly outgoingSetups: OutgoingSetups;
  readonly clock: Clock;
  readonly pause: (ms: number) => Promise<void>;
  /** The other side of the set-ups in callback mode. */
  readonly callbacks: Pick<CallbackInitiator, 'begin' | 'open'>;
}

/**
 * A real set-up with a peer that reports each step. It ends its session if the peer agrees. Otherwise the session
 * stays like any other (ssp-binding §3). It does not ask a peer in callback mode. Existing ones know no logout and
 * never set up another session.
 */
export class SetUpProbe {
  constructor(private readonly on: ProbeNeeds) {}

  /** @param deadlineMs for the set-up. @throws what the stores throw */
  async probe(agreement: Agreement, deadlineMs: number): Promise<ProbeReport> {
    const steps = new Steps(this.on.clock);
    const opened =
      agreement.answerMode === 'callback'
        ? await this.openByCallbacks(agreement, deadlineMs, steps)
        : await this.openInLine(agreement, deadlineMs, steps);
    if (!opened.ok) {
      return { outcome: opened.error.reason, detail: opened.error.detail, steps: steps.done };
    }
    if (agreement.answerMode === 'inline') await this.end(agreement, opened.value, steps);
    return { outcome: 'opened', detail: undefined, steps: steps.done };
  }

  /** Messages 1, 3 and 5, each with its answer. */
  private openInLine(
    agreement: Agreement,
    deadlineMs: number,
    steps: Steps,
  ): Promise<SetUpOutcome<SspSession>> {
    const { transport } = this.on;
    const watched: PeerTransport = {
      post: async (url, body, messageMs) => {
        const outcome = await transport.post(url, body, messageMs);
        steps.add(nameOf(body), troubleIn(outcome));
        return outcome;
      },
    };
    const initiator = new SetUpInitiator({ ...this.on, transport: watched });
    return initiator.open(agreement, deadlineMs);
  }

  /** Message 1; then what the peer says to any process is seen by what the set-up waits for. */
  private async openByCallbacks(
    agreement: Agreement,
    deadlineMs: number,
    steps: Steps,
  ): Promise<SetUpOutcome<SspSession>> {
    const { outgoingSetups, clock, pause } = this.on;
    const untilMs = clock.nowMs() + deadlineMs;
    const begun = await this.on.callbacks.begin(agreement, deadlineMs);
    if (!begun.ok) {
      steps.add('message 1', begun.error.detail);
      return begun;
    }
    steps.add('message 1', undefined);
    const { transactionID, ourID } = begun.value;
    let heard = 0;
    for (;;) {
      await pause(LOOK_EVERY_MS);
      const awaited = await outgoingSetups.awaited(transactionID);
      if (awaited === undefined) return this.endedSetUp(agreement, ourID, steps);
      const next = awaited === 'ending' ? 6 : awaited;
      for (; heard + 2 < next; heard += 2) steps.add(`message ${heard + 2} of the peer`, undefined);
      if (clock.nowMs() >= untilMs) {
        return failed('unanswered', `message ${next} of the peer has not come within ${deadlineMs} ms`);
      }
    }
  }

  private async endedSetUp(
    { peer }: Agreement,
    ourID: string,
    steps: Steps,
  ): Promise<SetUpOutcome<SspSession>> {
    const held = await this.on.sspSessions.allOf(peer);
    const session = held.find((one) => one.session.ourID === ourID)?.session;
    if (session === undefined) {
      return failed(
        'refused',
        'the set-up ended without a session; the log says why (own_ssp_session_set_up)',
      );
    }
    steps.add('message 6 of the peer', undefined);
    return { ok: true, value: session };
  }

  /** On this side only if it ended on the other. Otherwise the peer would keep its session and get refusals. */
  private async end(agreement: Agreement, session: SspSession, steps: Steps): Promise<void> {
    const { sspSessions, transport, randomness } = this.on;
    const message = encodeSsp({
      kind: 'session',
      namespace: agreement.namespace,
      sessionID: session.ourID,
      transactions: [
        {
          mode: 'Request',
          transactionID: newTransactionID(randomness),
          primitive: { kind: 'LogoutRequest' },
        },
      ],
    });
    const url = agreement.callbackUrl ?? '';
    const outcome = await transport.post(url, Buffer.from(message), LOGOUT_DEADLINE_MS);
    const trouble = await troubleOfLogout(outcome);
    if (trouble === undefined) await sspSessions.remove(session);
    steps.add('logout', trouble && `${trouble}; the session is kept`);
  }
}

/** Undefined: the session is over there. */
async function troubleOfLogout(outcome: TransportOutcome): Promise<string | undefined> {
  const trouble = troubleIn(outcome);
  if (outcome.kind === 'failure' || trouble !== undefined) return trouble;
  const answer = await decodeSspInTurns(outcome.body);
  const transactions = answer.ok && answer.value.kind === 'session' ? answer.value.transactions : [];
  const codes = transactions.flatMap((one) =>
    one.mode === 'Response' && !('fault' in one) && one.primitive.kind === 'Status'
      ? [one.primitive.status.code]
      : [],
  );
  if (codes[0] === 200) return undefined;
  return codes[0] === undefined ? 'no Status came' : `Status ${codes[0]}`;
}

class Steps {
  readonly done: ProbeStep[] = [];
  private sinceMs: number;

  constructor(private readonly clock: Clock) {
    this.sinceMs = clock.nowMs();
  }

  add(step: string, trouble: string | undefined): void {
    const nowMs = this.clock.nowMs();
    this.done.push({ step, durationMs: nowMs - this.sinceMs, trouble });
    this.sinceMs = nowMs;
  }
}

/** By what it is, since one whose secret is refused is followed by 1 again, with the secret before it (ssp-binding §3). */
function nameOf(body: Uint8Array): string {
  const message = decodeSsp(body);
  if (!message.ok || message.value.kind !== 'setup')
    throw new Error('the answer is not a message of our set-up');
  return `message ${MESSAGE[message.value.primitive.kind]}`;
}
