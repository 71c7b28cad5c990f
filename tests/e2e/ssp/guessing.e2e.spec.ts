import { describe, expect, it } from '@jest/globals';
import { describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import { checksDuring } from '../../support/service/credential-checks.js';
import { type Answer, sortedCodes } from '../../support/peers/raw-sap1.js';
import type { RawUser } from '../../support/peers/raw-user.js';
import { changeAccount } from '../../support/service/stored-account.js';

const LIMIT = 5;
const PER_PEER = 60;

/** Every login reaches the guard. Other tests check the limits of a peer, which would refuse most of them. */
const world = worldForThisFile({
  SAP2_MAX_IN_FLIGHT: '5000',
  SAP2_PEER_IN_FLIGHT: '5000',
  SAP2_LOGIN_ATTEMPTS_PER_PEER: String(PER_PEER),
});

const during = <R>(work: () => Promise<R>) => checksDuring([world.service.adminUrl], work);
const countOf = (answers: readonly Answer[], code: number): number =>
  answers.filter((answer) => answer.code === code).length;

let strangers = 0;
const stranger = (): RawUser =>
  world.newUser().as({ userID: `wv:nobody-${++strangers}@provider.example`, password: 'guess' });

/** At once, each in a message of its own. */
const atOnce = (users: readonly RawUser[]): Promise<Answer[]> =>
  Promise.all(users.map((user) => user.logIn()));

describe('brute force (§4.1)', () => {
  it('1000 wrong passwords at once for one user: 5 are compared, and an honest user of the same operator logs in meanwhile', async () => {
    const [victim, honest] = [world.newUser(), world.newUser()];
    const guessers = Array.from({ length: 1000 }, (_, i) => victim.as({ password: `guess-${i}` }));
    const { checks, result } = await during(async () => {
      const guesses = atOnce(guessers);
      return { honest: await honest.logIn(), guesses: await guesses };
    });
    expect(result.honest.code).toBe(200);
    expect([countOf(result.guesses, 409), countOf(result.guesses, 503)]).toEqual([LIMIT, 1000 - LIMIT]);
    expect(checks).toEqual({ password: LIMIT + 1, digest: 0 });
  });

  it('the same one after the other: 5 are compared, and refusals do not prolong the wait', async () => {
    const victim = world.newUser().as({ password: 'guess' });
    const { checks, result } = await during(async () => {
      const answers: Answer[] = [];
      for (let i = 0; i < 50; i++) answers.push(await victim.logIn());
      return answers;
    });
    expect(countOf(result, 409)).toBe(LIMIT);
    expect(checks).toEqual({ password: LIMIT, digest: 0 });
    const waits = result.slice(LIMIT).map(({ tryAgainS }) => tryAgainS ?? Infinity);
    expect(waits.at(-1)).toBeLessThanOrEqual(waits[0] ?? 0);
  });

  it('wrong digests at once: 5 are compared, each with a nonce of its own', async () => {
    const victim = world.newUser().as({ password: 'guess' });
    const phases = await Promise.all(Array.from({ length: 100 }, () => victim.challenge('SHA')));
    const nonces = phases.map((phase) => phase.text('Nonce') ?? '');
    const { checks, result } = await during(() =>
      Promise.all(nonces.map((nonce) => victim.respond('SHA', nonce))),
    );
    expect([countOf(result, 409), countOf(result, 503)]).toEqual([LIMIT, 100 - LIMIT]);
    expect(checks).toEqual({ password: 0, digest: LIMIT });
  });

  it('right passwords at once are none: all of them are let in', async () => {
    const user = world.newUser();
    const answers = await atOnce(Array.from({ length: 20 }, () => user));
    expect(sortedCodes(answers)).toEqual(Array.from({ length: 20 }, () => 200));
  });

  it('over very many users: 60 are compared for one peer, and a client that is known there logs in meanwhile', async () => {
    const honest = world.newUser().as({ sap1: world.rival });
    await honest.session();
    const guessers = Array.from({ length: 300 }, (_, i) =>
      honest.as({ userID: `wv:sprayed-${i}@provider.example`, password: 'guess' }),
    );
    const { checks, result } = await during(async () => {
      const guesses = atOnce(guessers);
      const seen = { honest: await honest.logIn(), guesses: await guesses };
      return { ...seen, later: await honest.logIn() };
    });
    expect([result.honest.code, result.later.code]).toEqual([200, 200]);
    expect([countOf(result.guesses, 409), countOf(result.guesses, 503)]).toEqual([PER_PEER, 300 - PER_PEER]);
    expect(checks).toEqual({ password: PER_PEER + 2, digest: 0 });
    // A stranger must return, even with the right password. Through another operator it logs in at once.
    const newcomer = world.newUser();
    expect((await newcomer.as({ sap1: world.rival }).logIn()).code).toBe(503);
    expect((await newcomer.logIn()).code).toBe(200);
  });
});

describe('what tells nothing about an account (§4.1)', () => {
  const shapeOf = ({ bytes }: Answer, { userID }: RawUser): string =>
    bytes
      .replace(/transactionID="[^"]*"/gu, 'transactionID=""')
      .replace(/<Nonce>[0-9a-f]{32,}<\/Nonce>/gu, '<Nonce>…</Nonce>')
      .replaceAll(userID, 'the user');

  /** By what is wrong with them. */
  const people = async (): Promise<Map<string, RawUser>> => {
    const [wrong, suspended, secretless] = [world.newUser(), world.newUser(), world.newUser()];
    await changeAccount(world.service.databaseUrl, suspended.userID, 'suspended = true');
    await changeAccount(world.service.databaseUrl, secretless.userID, 'recoverable_secret = NULL');
    return new Map([
      ['wrong password', wrong.as({ password: 'guess' })],
      ['unknown user', stranger()],
      ['suspended', suspended.as({ password: 'guess' })],
      ['no recoverable secret', secretless.as({ password: 'guess' })],
    ]);
  };

  it.each([
    ['by password', 409, { password: 1, digest: 0 }, (user: RawUser) => user.logIn()],
    ['phase 1', 401, { password: 0, digest: 0 }, (user: RawUser) => user.challenge('SHA')],
    ['a nonce of no use', 401, { password: 0, digest: 0 }, (user: RawUser) => user.respond('SHA', 'stale')],
  ] as const)('%s: the same words and the same work', async (_way, code, work, logIn) => {
    const shapes = new Set<string>();
    for (const [what, user] of await people()) {
      const { checks, result } = await during(() => logIn(user));
      expect([what, result.code, checks]).toEqual([what, code, work]);
      shapes.add(shapeOf(result, user));
    }
    expect(shapes.size).toBe(1);
  });

  it('phase 2: the same words and the same work', async () => {
    const shapes = new Set<string>();
    for (const [what, user] of await people()) {
      const nonce = (await user.challenge('SHA')).text('Nonce') ?? '';
      const { checks, result } = await during(() => user.respond('SHA', nonce));
      expect([what, result.code, checks]).toEqual([what, 409, { password: 0, digest: 1 }]);
      shapes.add(shapeOf(result, user));
    }
    expect(shapes.size).toBe(1);
  });
});

describeLog(world);
