import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { worldForThisFile } from '../../support/service/conformance-world.js';
import { checksDuring } from '../../support/service/credential-checks.js';
import type { Answer } from '../../support/peers/raw-sap1.js';
import type { RawUser } from '../../support/peers/raw-user.js';

const PER_PEER = 1000;
const STRANGERS_PER_S = 4;
const BURST = 1400;
const NEWCOMERS = 20;
/** A time to return, a slot, a success: three, and more for late answers of a busy machine. */
const MOST_TRIES = 8;

/** The guard against guesses keeps its usual limit; those of a peer would turn the spray away before it. */
const world = worldForThisFile({
  SAP2_MAX_IN_FLIGHT: '5000',
  SAP2_PEER_IN_FLIGHT: '5000',
  SAP2_LOGIN_ATTEMPTS_PER_PEER: String(PER_PEER),
  SAP2_LOGIN_STRANGERS_RATE: String(STRANGERS_PER_S),
});

let sprayed = 0;
const guessAtSomebody = (over: RawUser): Promise<Answer> =>
  over.as({ userID: `wv:sprayed-${++sprayed}@provider.example`, password: 'guess' }).logIn();
const burst = (over: RawUser, count: number): Promise<Answer[]> =>
  Promise.all(Array.from({ length: count }, () => guessAtSomebody(over)));

/** Behaves like an honest device: it returns at the stated time. Returns the codes of its answers. */
async function persist(logIn: () => Promise<Answer>): Promise<(number | undefined)[]> {
  const codes: (number | undefined)[] = [];
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const answer = await logIn();
    codes.push(answer.code);
    if (answer.code !== 503) return codes;
    if (answer.tryAgainS === undefined) throw new Error('a 503 that does not say when to come again');
    await pause(answer.tryAgainS * 1000);
  }
  return codes;
}

describe('one guess at each of very many users (§4.1)', () => {
  it('1400 in a burst and more all the time: known devices log in at once, and 20 new ones at the time that they got', async () => {
    const known = world.newUser().as({ sap1: world.rival });
    await known.session();
    const newcomers = Array.from({ length: NEWCOMERS }, () => world.newUser().as({ sap1: world.rival }));
    const startedMs = Date.now();
    const { result, checks } = await checksDuring([world.service.adminUrl], async () => {
      const first = await burst(known, BURST);
      expect(first.filter(({ code }) => code === 409).length).toBeGreaterThanOrEqual(PER_PEER);
      const over = new AbortController();
      const spray = (async () => {
        while (!over.signal.aborted) {
          await burst(known, 20);
          await pause(200);
        }
      })();
      const during = await known.logIn();
      const elsewhere = await world.newUser().logIn();
      const [byDigest, ...rest] = newcomers;
      const tries = await Promise.all([
        persist(async () => {
          const nonce = (await byDigest?.challenge('SHA'))?.text('Nonce') ?? '';
          return (byDigest ?? known).respond('SHA', nonce);
        }),
        ...rest.map((user) => persist(() => user.logIn())),
      ]);
      over.abort();
      await spray;
      return { during: during.code, elsewhere: elsewhere.code, tries };
    });
    expect([result.during, result.elsewhere]).toEqual([200, 200]);
    expect(result.tries.map((codes) => codes.at(-1))).toEqual(newcomers.map(() => 200));
    // Strangers got the limit and their rate, and no more: the spray's guesses and the newcomers together.
    const seconds = (Date.now() - startedMs) / 1000;
    const others = 2;
    expect(checks.password + checks.digest).toBeLessThanOrEqual(
      PER_PEER + others + 1 + Math.ceil(seconds * STRANGERS_PER_S),
    );
  });
});
