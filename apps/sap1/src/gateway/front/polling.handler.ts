import type { GatewayTime } from '../gateway-time.js';
import type { CspSession } from '../sessions/csp-session.js';
import type { SessionBook } from '../sessions/session-book.js';
import { type Answer, type Asked, EMPTY, resultOf, status } from './answer.js';

const MS_PER_S = 1000;

/** `Polling-Request`: waits for something to deliver, and brings the `Disconnect` to the handset. */
export class PollingHandler {
  #isClosed = false;
  /** Polls that wait now. */
  waiting = 0;

  constructor(
    private readonly book: SessionBook,
    private readonly time: GatewayTime,
    private readonly longPollS: number,
  ) {}

  /** Answers every poll that waits, and later polls at once. */
  close(): void {
    this.#isClosed = true;
  }

  async handle(session: CspSession, asked: Asked): Promise<Answer> {
    if (session.end === undefined && this.longPollS > 0 && !this.#isClosed) {
      if (!(await this.#wait(session, asked))) return EMPTY;
    }
    const { end } = session;
    if (end === undefined) return EMPTY;
    if (!session.isDisconnectWaiting) return status(end.code);
    this.book.fetched(session);
    const result = {
      ...resultOf(end.code),
      ...(end.description !== undefined && { description: end.description }),
    };
    return { kind: 'pushed', primitive: { kind: 'Disconnect', result }, session };
  }

  /** @returns false: the handset has gone, or asks again on another connection */
  async #wait(session: CspSession, { onGone }: Asked): Promise<boolean> {
    session.answerPoll?.();
    this.waiting += 1;
    try {
      return await new Promise<boolean>((resolve) => {
        const finish = (isHere: boolean): void => {
          cancel();
          if (session.answerPoll === answer) session.answerPoll = undefined;
          resolve(isHere);
        };
        const answer = (): void => finish(session.end !== undefined);
        const cancel = this.time.after(this.longPollS * MS_PER_S, () => finish(true));
        session.answerPoll = answer;
        onGone(() => finish(false));
      });
    } finally {
      this.waiting -= 1;
    }
  }
}
