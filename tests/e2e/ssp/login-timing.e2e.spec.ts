import { expect, it } from '@jest/globals';
import { worldForThisFile } from '../../support/service/conformance-world.js';
import { rankEffect } from '../../support/service/rank-effect.js';
import type { RawUser } from '../../support/peers/raw-user.js';
import { changeAccount } from '../../support/service/stored-account.js';

/** No login is refused for too many guesses. Such a refusal is fast, and is no secret. */
const world = worldForThisFile({
  SAP2_LOGIN_ATTEMPTS: '10000',
  SAP2_LOGIN_ATTEMPTS_PER_PEER: '1000000',
  // Cheap enough for 2000 of them. Still, a missing one is visible on a busy machine.
  SAP2_ARGON2_MEMORY_KIB: '4096',
});

/** Of each of four kinds of user by password, and as many by challenge: 2000 logins. */
const ROUNDS = 250;
/** Some 25 s on a machine that has nothing else to do. */
const PATIENCE_MS = 600_000;
const WARM_UP_ROUNDS = 20;
/**
 * How far from a half two kinds may be. By chance alone they are 0.026 apart (standard deviation, for 250 of each),
 * so this is 5 of them. A missing comparison is at 0.5, as the last expectation shows.
 */
const TOLERANCE = 0.13;

type Times = Map<string, number[]>;

const kinds = async (): Promise<readonly (readonly [string, RawUser])[]> => {
  const [wrong, suspended, secretless] = [world.newUser(), world.newUser(), world.newUser()];
  await changeAccount(world.service.databaseUrl, suspended.userID, 'suspended = true');
  await changeAccount(world.service.databaseUrl, secretless.userID, 'recoverable_secret = NULL');
  const password = 'guess';
  return [
    ['wrong password', wrong.as({ password })],
    ['unknown user', wrong.as({ userID: 'wv:nobd-0@provider.example', password })],
    ['suspended', suspended.as({ password })],
    ['no recoverable secret', secretless.as({ password })],
  ];
};

async function timed<R>(times: Times, kind: string, work: () => Promise<R>): Promise<R> {
  const beganMs = performance.now();
  const result = await work();
  times.set(kind, [...(times.get(kind) ?? []), performance.now() - beganMs]);
  return result;
}

const medianOf = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[values.length >> 1] ?? NaN;

/** The kinds that differ from a wrong password; all figures are printed. */
function distinguishable(way: string, ofWay: Times): string[] {
  const usual = ofWay.get('wrong password') ?? [];
  expect(usual).toHaveLength(ROUNDS);
  return [...ofWay].flatMap(([kind, values]) => {
    const effect = rankEffect(values, usual);
    const told = `${way}, ${kind}: median ${medianOf(values).toFixed(2)} ms, effect ${effect.toFixed(3)}`;
    process.stdout.write(`login timing: ${told}\n`);
    return Math.abs(effect - 0.5) > TOLERANCE ? [told] : [];
  });
}

it(
  'enumeration by timing: 2000 logins, and the ways to be refused do not differ (§4.1)',
  async () => {
    const people = await kinds();
    const times: Record<'password' | 'phase 1' | 'phase 2', Times> = {
      password: new Map(),
      'phase 1': new Map(),
      'phase 2': new Map(),
    };
    const codes = new Set<number>();
    for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
      if (round === 0) for (const way of Object.values(times)) way.clear();
      // Side by side and each at every place, so that whatever the machine does meanwhile happens to all.
      const first = (round + WARM_UP_ROUNDS) % people.length;
      for (const [kind, user] of [...people.slice(first), ...people.slice(0, first)]) {
        codes.add((await timed(times.password, kind, () => user.logIn())).code);
        const phase1 = await timed(times['phase 1'], kind, () => user.challenge('SHA'));
        const nonce = phase1.text('Nonce') ?? '';
        codes.add((await timed(times['phase 2'], kind, () => user.respond('SHA', nonce))).code);
      }
    }
    expect([...codes]).toEqual([409]);
    expect(Object.entries(times).flatMap(([way, ofWay]) => distinguishable(way, ofWay))).toEqual([]);
    // What would be seen: a login that is not compared with anything.
    const [withHash = [], without = []] = [times.password, times['phase 1']].map((way) =>
      way.get('unknown user'),
    );
    expect(rankEffect(withHash, without)).toBeGreaterThan(0.5 + TOLERANCE);
  },
  PATIENCE_MS,
);
