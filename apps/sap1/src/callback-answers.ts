import type {
  DecodedTransaction,
  RequestTransaction,
  ResponseTransaction,
  SetupMessage,
  SetupPrimitive,
} from '@sap2/ssp-wire';
import { SspError } from './ssp-error.js';

/** Messages 2 that one set-up keeps. A stranger can send some, and only the answer to message 3 shows which is right. */
const MAX_HELLOS = 8;

/** Requests that went out in one message, and the answers that have come. */
interface Outstanding {
  readonly missing: Set<string>;
  readonly answers: Map<string, ResponseTransaction>;
  failure: SspError | undefined;
  settle: (failure: SspError | undefined) => void;
}

/** A set-up of ours; `wish` takes the next fitting message. */
interface SetUpUnderWay {
  readonly transactionID: string;
  readonly heard: SetupPrimitive[];
  hellos: number;
  wish: ((primitive: SetupPrimitive) => boolean) | undefined;
}

/** Answers that were asked for; `stop` in any case. */
export interface ExpectedAnswers {
  /** In the order of the requests. @throws SspError `unreachable` after this time */
  within(ms: number): Promise<readonly ResponseTransaction[]>;
  stop(): void;
}

/**
 * What one SAP 2 answers in messages of its own, because its agreement says `callback` (ssp-binding §2, §3). The
 * listener for pushes hears them. The link waits for them here.
 */
export class CallbackAnswers {
  /** By transactionID. */
  readonly #outstanding = new Map<string, Outstanding>();
  #setUp: SetUpUnderWay | undefined;

  /** Call it before the requests go: an answer may overtake the receipt. */
  expect(requests: readonly RequestTransaction[]): ExpectedAnswers {
    const ids = requests.map(({ transactionID }) => transactionID);
    const outstanding: Outstanding = {
      missing: new Set(ids),
      answers: new Map(),
      failure: undefined,
      settle: () => undefined,
    };
    for (const id of ids) this.#outstanding.set(id, outstanding);
    return {
      within: async (ms) => {
        if (outstanding.failure !== undefined) throw outstanding.failure;
        if (outstanding.missing.size > 0) {
          await timed(ms, 'the answer', (settle) => {
            outstanding.settle = settle;
          });
        }
        return ids.flatMap((id) => outstanding.answers.get(id) ?? []);
      },
      stop: () => {
        for (const id of ids) if (this.#outstanding.get(id) === outstanding) this.#outstanding.delete(id);
      },
    };
  }

  /** An answer to nothing changes nothing. */
  hear(transactions: readonly DecodedTransaction[]): void {
    for (const transaction of transactions) {
      const { transactionID } = transaction;
      const outstanding = this.#outstanding.get(transactionID);
      if (transaction.mode !== 'Response' || outstanding === undefined) continue;
      if ('fault' in transaction) {
        const detail = `An answer cannot be decoded: ${transaction.fault.detail}`;
        outstanding.failure = new SspError('not-the-binding', detail);
      } else {
        outstanding.answers.set(transactionID, transaction);
        outstanding.missing.delete(transactionID);
      }
      const { missing, failure, settle } = outstanding;
      if (missing.size === 0 || failure !== undefined) settle(failure);
    }
  }

  /** Our set-up begins; a link has one at a time. */
  beginSetUp(transactionID: string): void {
    this.#setUp = { transactionID, heard: [], hellos: 0, wish: undefined };
  }

  endSetUp(): void {
    this.#setUp = undefined;
  }

  /** The answer to message 1, 3 or 5. @throws SspError `unreachable` */
  setUpAnswer(asked: SetupPrimitive['kind'], ms: number): Promise<SetupPrimitive> {
    return this.#next((primitive) => answers(asked, primitive), ms);
  }

  /** Another message 2; undefined: no other came in this time. */
  async otherHello(ms: number): Promise<SetupPrimitive | undefined> {
    try {
      return await this.#next(({ kind }) => kind === 'SendSecretToken', ms);
    } catch (error) {
      if (error instanceof SspError && error.reason === 'unreachable') return undefined;
      throw error;
    }
  }

  /** @returns false: no set-up waits for this message */
  hearSetUp({ mode, transactionID, primitive }: SetupMessage): boolean {
    const setUp = this.#setUp;
    if (setUp === undefined || mode !== 'Response') return false;
    // SAP 2 chooses the transactionID of message 2. The others repeat ours, which no stranger can guess.
    if (primitive.kind !== 'SendSecretToken' && transactionID !== setUp.transactionID) return false;
    if (primitive.kind === 'SendSecretToken') {
      if (setUp.hellos >= MAX_HELLOS) return false;
      setUp.hellos += 1;
    }
    if (setUp.wish?.(primitive) !== true) setUp.heard.push(primitive);
    return true;
  }

  async #next(fits: (primitive: SetupPrimitive) => boolean, ms: number): Promise<SetupPrimitive> {
    const setUp = this.#setUp;
    if (setUp === undefined) throw new Error('No set-up has begun');
    const index = setUp.heard.findIndex(fits);
    const [known] = index === -1 ? [] : setUp.heard.splice(index, 1);
    if (known !== undefined) return known;
    let found: SetupPrimitive | undefined;
    try {
      await timed(ms, 'the next message of the set-up', (settle) => {
        setUp.wish = (primitive) => {
          if (found !== undefined || !fits(primitive)) return false;
          found = primitive;
          settle(undefined);
          return true;
        };
      });
    } finally {
      setUp.wish = undefined;
    }
    if (found === undefined) throw new Error('A set-up went on without a message');
    return found;
  }
}

/** A repeated message 4 is no answer to message 5. */
function answers(asked: SetupPrimitive['kind'], primitive: SetupPrimitive): boolean {
  return primitive.kind === asked || (primitive.kind === 'LoginResponse' && primitive.status.code !== 200);
}

/** Waits for `settle`. @throws SspError `unreachable` after this time */
async function timed(
  ms: number,
  what: string,
  begin: (settle: Outstanding['settle']) => void,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      begin((failure) => (failure === undefined ? resolve() : reject(failure)));
      const late = new SspError('unreachable', `SAP 2 took the message, and ${what} did not come in time`);
      timer = setTimeout(() => reject(late), Math.max(0, ms));
    });
  } finally {
    clearTimeout(timer);
  }
}
