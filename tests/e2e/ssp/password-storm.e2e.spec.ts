import { expect, it } from '@jest/globals';
import { worldForThisFile } from '../../support/service/conformance-world.js';
import { checksDuring } from '../../support/service/credential-checks.js';
import { Exposition } from '../../support/service/exposition.js';
import type { RawUser } from '../../support/peers/raw-user.js';

/** One hash at a time, and an expensive one: a storm of them would take every thread of Node. */
const world = worldForThisFile({
  SAP2_HASHES_AT_ONCE: '1',
  SAP2_ARGON2_MEMORY_KIB: '65536',
  SAP2_LOGIN_ATTEMPTS: '10000',
  SAP2_LOGIN_ATTEMPTS_PER_PEER: '1000000',
});

/** Fewer than the logins of one peer that may be in progress. */
const STORM = 200;
const KEEP_ALIVES = 100;
const PATIENCE_MS = 120_000;

const scrape = async (): Promise<Exposition> =>
  new Exposition(await (await fetch(`${world.service.adminUrl}/metrics`)).text());

it(
  'a storm of passwords keeps no keep-alive, logout or challenge from its answer',
  async () => {
    const [user, other] = [world.newUser(), world.newUser()];
    const ids = [await user.session(), await other.session()] as const;
    // Half of them belong to no user. These must cost as much.
    const known = world.newUser(world.rival).as({ password: 'guessed' });
    const guesses = (i: number): RawUser =>
      i % 2 === 0 ? known : known.as({ userID: `wv:nobody-${i}@provider.example` });

    const { checks, result } = await checksDuring([world.service.adminUrl], async () => {
      const storm = Promise.all(Array.from({ length: STORM }, (_, i) => guesses(i).logIn()));
      const alive: number[] = [];
      const running: number[] = [];
      for (let i = 0; i < KEEP_ALIVES; i++) {
        alive.push((await user.keepAlive(ids[0])).code);
        if (i % 10 === 0) running.push((await scrape()).value('sap2_password_hashes', { state: 'running' }));
      }
      const phase1 = await other.challenge('SHA-256');
      const phase2 = await other.respond('SHA-256', phase1.text('Nonce') ?? '');
      const left = await other.logOut(phase2.userSessionID);
      return { alive, running, others: [phase2.code, left.code], storm: await storm };
    });

    expect(result.alive).toEqual(Array.from({ length: KEEP_ALIVES }, () => 200));
    expect(result.others).toEqual([200, 200]);
    expect(Math.max(...result.running)).toBe(1);
    const codes = result.storm.map(({ code }) => code);
    expect(codes.filter((code) => code !== 409 && code !== 503)).toEqual([]);
    const refused = result.storm.filter(({ code }) => code === 503);
    expect(refused.map((answer) => answer.bytes).filter((bytes) => !bytes.includes('TryAgain'))).toEqual([]);
    // Each login that was compared cost one hash, and a refused one cost none.
    expect(checks.password).toBe(STORM - refused.length);
    const after = await scrape();
    expect(after.value('sap2_password_hashes', { state: 'waiting' })).toBe(0);
    expect(after.value('sap2_logins_waiting', { kind: 'password' })).toBe(0);
    expect(
      after.value('sap2_ssp_turned_away_total', {
        peer: world.rival.peer.serviceID,
        cause: 'password-line',
      }),
    ).toBe(refused.length);
  },
  PATIENCE_MS,
);
