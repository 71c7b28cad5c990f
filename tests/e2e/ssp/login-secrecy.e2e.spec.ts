import { describe, expect, it } from '@jest/globals';
import { describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import type { Answer } from '../../support/peers/raw-sap1.js';
import type { RawUser } from '../../support/peers/raw-user.js';

const world = worldForThisFile();

const LIMIT = 5;
const CODES_OF_GUESSES = Array.from({ length: LIMIT }, () => 409);

let strangers = 0;
/** No user has this name, which is as long as that of a user. */
const stranger = (): RawUser =>
  world.newUser().as({ userID: `wv:nobd-${10 + strangers++}@provider.example` });

/** The answer as it came, but for what was made for it or said by the user. */
const shapeOf = ({ bytes }: Answer, { userID }: RawUser): string =>
  bytes
    .replace(/transactionID="[^"]*"/gu, 'transactionID=""')
    .replace(/<Nonce>[0-9a-f]{32,}<\/Nonce>/gu, '<Nonce>…</Nonce>')
    .replaceAll(userID, 'the user');

async function guess(user: RawUser, count: number): Promise<number[]> {
  const codes: number[] = [];
  for (let i = 0; i < count; i++) codes.push((await user.as({ password: `guess-${i}` }).logIn()).code);
  return codes;
}

describe('a wrong password and an unknown user do not differ (§4.1)', () => {
  it.each(['SHA-256', 'SHA', 'MD5'])('by challenge with %s, phase 1 and phase 2', async (schema) => {
    const shapes = await Promise.all(
      [world.newUser().as({ password: 'guess' }), stranger()].map(async (user) => {
        const first = await user.challenge('MD5', schema);
        const nonce = first.text('Nonce') ?? '';
        const taken = first.text('DigestSchema') ?? '';
        const second = await user.respond(taken, nonce);
        const third = await user.respond(taken, nonce);
        expect([first.code, second.code, third.code]).toEqual([401, 409, 401]);
        return [first, second, third].map((answer) => shapeOf(answer, user));
      }),
    );
    expect(shapes[1]).toEqual(shapes[0]);
  });

  it('by password', async () => {
    const shapes = await Promise.all(
      [world.newUser().as({ password: 'guess' }), stranger()].map(async (user) => {
        const answer = await user.logIn();
        expect(answer.code).toBe(409);
        return shapeOf(answer, user);
      }),
    );
    expect(shapes[1]).toBe(shapes[0]);
  });

  it('by resuming a session of whatever id', async () => {
    const owner = world.newUser();
    const id = await owner.session();
    const shapes = await Promise.all(
      [owner.as({ password: 'guess' }), stranger()].map(async (user) => {
        const answer = await user.logIn(`userSessionID="${id}"`);
        expect(answer.code).toBe(409);
        return shapeOf(answer, user);
      }),
    );
    expect(shapes[1]).toBe(shapes[0]);
  });

  it('by guessing on', async () => {
    const [user, nobody] = [world.newUser(), stranger()];
    expect(await guess(nobody, LIMIT + 1)).toEqual(await guess(user, LIMIT + 1));
  });
});

describe('too many failed attempts (§4.1)', () => {
  it('5 wrong passwords, then 503 with the time to try again, for the right password too', async () => {
    const user = world.newUser();
    expect(await guess(user, LIMIT)).toEqual(CODES_OF_GUESSES);
    for (const attempt of [user.as({ password: 'guess' }), user]) {
      const answer = await attempt.logIn();
      expect(answer.code).toBe(503);
      expect(answer.tryAgainS).toBeGreaterThan(0);
      expect(answer.tryAgainS).toBeLessThanOrEqual(300);
      expect(answer.attribute('userSessionID')).toBeUndefined();
    }
  });

  it('wrong digests count as well, and with passwords together', async () => {
    const user = world.newUser().as({ password: 'guess' });
    const codes = await guess(user, LIMIT - 2);
    for (let i = 0; i < 3; i++) {
      const nonce = (await user.challenge('SHA')).text('Nonce') ?? '';
      codes.push((await user.respond('SHA', nonce)).code);
    }
    expect(codes).toEqual([...CODES_OF_GUESSES, 503]);
  });

  it('are counted for each user and peer: others log in as usual', async () => {
    const user = world.newUser();
    await guess(user, LIMIT + 1);
    expect((await world.newUser().logIn()).code).toBe(200);
    expect((await user.as({ sap1: world.rival }).logIn()).code).toBe(200);
  });

  it('are counted for the account, however its name and its client are written', async () => {
    const user = world.newUser();
    const bare = user.userID.slice('wv:'.length);
    const spellings = [bare, bare.toUpperCase(), `${user.userID}/a`, `${user.userID}/b`, `${bare}.`];
    const codes: number[] = [];
    for (const userID of spellings) codes.push((await user.as({ userID, password: 'guess' }).logIn()).code);
    expect(codes).toEqual(CODES_OF_GUESSES);
    expect((await user.on('another').logIn()).code).toBe(503);
  });

  it('right passwords and stale nonces are no attempts', async () => {
    const user = world.newUser();
    const codes: number[] = [];
    for (let i = 0; i < LIMIT + 2; i++) {
      codes.push((await user.logIn()).code, (await user.respond('SHA', `stale-${i}`)).code);
    }
    expect(new Set(codes)).toEqual(new Set([200, 401]));
    expect(await guess(user, LIMIT)).toEqual(CODES_OF_GUESSES);
  });

  it('a repeated transaction is one attempt', async () => {
    const user = world.newUser();
    const wrong = user.as({ password: 'guess' }).passwordRequest();
    for (let i = 0; i < LIMIT + 2; i++) expect((await world.operator.ask(wrong, 'one-guess')).code).toBe(409);
    expect((await user.logIn()).code).toBe(200);
  });

  it('are not exceeded in parallel', async () => {
    const user = world.newUser();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => user.as({ password: `guess-${i}` }).logIn()),
    );
    const codes = answers.map(({ code }) => code);
    expect(codes.filter((code) => code === 409)).toHaveLength(LIMIT);
    expect(codes.filter((code) => code === 503)).toHaveLength(60 - LIMIT);
  });
});

describeLog(world);
