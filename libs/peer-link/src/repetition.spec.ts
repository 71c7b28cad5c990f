import { describe, expect, it } from '@jest/globals';
import type { ResponsePrimitive, UserLoginRequest, UserLogoutRequest } from '@sap2/ssp-wire';
import { FakeTransactionLedger, ManualClock, PEER_SERVICE } from '@sap2/test-support';
import type { TransactionLedger } from './ports/transaction-ledger.port.js';
import { Repetition } from './repetition.js';

const KEY = { peer: PEER_SERVICE, transactionID: 'T1' };
const HASH_KEY = new Uint8Array(32).fill(7);

const USER = {
  userID: 'wv:alice@provider.example',
  clientID: { url: 'phone-1@handset', msisdn: undefined, text: undefined, applicationID: undefined },
};
const metaInfo = { clientOriginated: true, requestor: { serviceID: PEER_SERVICE, user: USER } };
const logout = (userSessionID = 'S1'): UserLogoutRequest => ({
  kind: 'UserLogoutRequest',
  metaInfo,
  userSessionID,
});
const login = (password: string): UserLoginRequest => ({
  kind: 'UserLoginRequest',
  metaInfo,
  timeToLive: undefined,
  userSessionID: undefined,
  sessionCookie: undefined,
  cspVersion: undefined,
  sapEpoch: undefined,
  credential: { scheme: 'password', password },
  functions: undefined,
  capabilityList: undefined,
});

const answerOf = (code: number): ResponsePrimitive => ({
  kind: 'Status',
  status: { code, description: `${code}`, detailedResults: [], tryAgainTimeoutS: undefined },
});

function world(whilePausing: (pauses: number) => Promise<void> = async () => {}) {
  const clock = new ManualClock();
  const ledger = new FakeTransactionLedger(clock);
  const pauses: number[] = [];
  const repetition = new Repetition(ledger, HASH_KEY, async (ms) => {
    pauses.push(ms);
    clock.advance(ms);
    await whilePausing(pauses.length);
  });
  let runs = 0;
  const run = (code: number) => async () => {
    runs++;
    return answerOf(code);
  };
  return { clock, ledger, repetition, pauses, run, runs: () => runs };
}

describe('a transaction asked again (ssp-binding §6)', () => {
  it('has the stored answer, and no second effect', async () => {
    const { repetition, run, runs } = world();
    expect(await repetition.once(KEY, logout(), run(200))).toEqual(answerOf(200));
    expect(await repetition.once(KEY, logout(), run(604))).toEqual(answerOf(200));
    expect(runs()).toBe(1);
  });

  it.each([400, 401, 409, 604])('has the stored answer also when it was a refusal by %i', async (code) => {
    const { repetition, run, runs } = world();
    await repetition.once(KEY, logout(), run(code));
    expect(await repetition.once(KEY, logout(), run(200))).toEqual(answerOf(code));
    expect(runs()).toBe(1);
  });

  it('is another one when another peer asks, or after 600 s', async () => {
    const { repetition, run, runs, clock } = world();
    await repetition.once(KEY, logout(), run(200));
    await repetition.once({ ...KEY, peer: 'wv:@other.example' }, logout(), run(200));
    clock.advance(599_000);
    await repetition.once(KEY, logout(), run(200));
    expect(runs()).toBe(2);
    clock.advance(1_000);
    await repetition.once(KEY, logout(), run(200));
    expect(runs()).toBe(3);
  });

  it('is 420 with other content, and the first one stands', async () => {
    const { repetition, run, runs } = world();
    await repetition.once(KEY, logout('S1'), run(200));
    expect(await repetition.once(KEY, logout('S2'), run(200))).toMatchObject({ status: { code: 420 } });
    expect(await repetition.once(KEY, login('secret'), run(200))).toMatchObject({ status: { code: 420 } });
    expect(await repetition.once(KEY, logout('S1'), run(500))).toEqual(answerOf(200));
    expect(runs()).toBe(1);
  });

  it.each([500, 503, 504])('starts afresh after %i, when nothing was done', async (code) => {
    const { repetition, run, runs } = world();
    expect(await repetition.once(KEY, logout('S1'), run(code))).toEqual(answerOf(code));
    expect(await repetition.once(KEY, logout('S2'), run(200))).toEqual(answerOf(200));
    expect(runs()).toBe(2);
  });

  it('starts afresh after an operating failure, which goes on to the caller', async () => {
    const { repetition, run } = world();
    const failing = repetition.once(KEY, logout(), async () => {
      throw new Error('store down');
    });
    await expect(failing).rejects.toThrow('store down');
    expect(await repetition.once(KEY, logout(), run(200))).toEqual(answerOf(200));
  });
});

describe('a transaction asked again while it is in process', () => {
  it('waits for the one answer', async () => {
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    let firstDone: Promise<unknown> = Promise.resolve();
    const { repetition, run, runs, pauses } = world(async (pausesSoFar) => {
      if (pausesSoFar === 3) finish();
      if (pausesSoFar === 3) await firstDone;
    });
    const first = repetition.once(KEY, logout(), async () => {
      await finished;
      return answerOf(200);
    });
    firstDone = first;
    expect(await repetition.once(KEY, logout(), run(604))).toEqual(answerOf(200));
    expect(await first).toEqual(answerOf(200));
    expect(runs()).toBe(0);
    expect(pauses).toHaveLength(3);
  });

  it('is 503 with a time when the answer does not come, after less than 6 s', async () => {
    const { repetition, run, ledger, pauses } = world();
    await claimedBySomebodyElse(ledger);
    expect(await repetition.once(KEY, logout(), run(200))).toMatchObject({
      kind: 'Status',
      status: { code: 503, tryAgainTimeoutS: 5 },
    });
    expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(6_000);
  });

  it('is carried out again when its process crashed', async () => {
    const { repetition, run, runs, ledger, clock } = world();
    await claimedBySomebodyElse(ledger);
    clock.advance(30_000);
    expect(await repetition.once(KEY, logout(), run(200))).toEqual(answerOf(200));
    expect(runs()).toBe(1);
  });

  it('has one answer, also for a request whose work outlived its lease (V5)', async () => {
    const { repetition, run, clock, ledger } = world();
    const second = new Repetition(ledger, HASH_KEY, async () => {});
    let secondAnswer: ResponsePrimitive | undefined;
    const firstAnswer = await repetition.once(KEY, logout(), async () => {
      clock.advance(30_000);
      secondAnswer = await second.once(KEY, logout(), run(200));
      return answerOf(604);
    });
    expect(secondAnswer).toEqual(answerOf(200));
    expect(firstAnswer).toEqual(answerOf(200));
  });

  /** As another process that is working on it. */
  async function claimedBySomebodyElse(ledger: TransactionLedger): Promise<void> {
    const stuck = new Repetition(ledger, HASH_KEY, async () => {});
    void stuck.once(KEY, logout(), () => new Promise<never>(() => {}));
    await Promise.resolve();
  }
});

describe('what is kept of a request', () => {
  it('is a hash under a key: neither the password nor a hash that could be guessed from it', async () => {
    const hashes: string[] = [];
    const ledger: TransactionLedger = {
      claim: async (_key, contentHash) => {
        hashes.push(contentHash);
        return { state: 'mine', claim: { contentHash, owner: 'me' } };
      },
      answer: async () => 'kept',
      release: async () => {},
    };
    const run = async () => answerOf(200);
    for (const key of [HASH_KEY, HASH_KEY, new Uint8Array(32)]) {
      await new Repetition(ledger, key, async () => {}).once(KEY, login('secret'), run);
    }
    const [one, again, underAnotherKey] = hashes;
    expect(one).toBe(again);
    expect(one).not.toBe(underAnotherKey);
    expect(one).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  });
});
