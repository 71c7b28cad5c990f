import { describe, expect, it } from '@jest/globals';
import { worldForThisFile } from '../../support/service/conformance-world.js';
import { whileLoginsAreHeld } from '../../support/service/held-logins.js';
import { until } from '../../support/service/until.js';

/** A share of two speakers has room for all quiet messages at once. */
const PLACES = 200;
const FLOOD = 1_500;
const QUIET = 59;

/** The limit of one peer and the longest wait are out of the way: what holds is the share. */
const world = worldForThisFile({
  SAP2_MAX_IN_FLIGHT: String(PLACES),
  SAP2_PEER_IN_FLIGHT: String(FLOOD),
});

describe('a flood of one peer', () => {
  it('takes no place of another: 0 of its messages are refused', async () => {
    const [noisy, quiet] = [world.operator, world.rival];
    const [ofNoisy, ofQuiet] = [world.newUser(), world.newUser().as({ sap1: quiet })];
    await ofNoisy.session();
    const id = await ofQuiet.session();
    const alive = (): string => quiet.message([[quiet.nextTransactionID(), ofQuiet.keepAliveRequest(id)]]);

    const { flood, answers } = await whileLoginsAreHeld(async () => {
      let refusals = 0;
      const flooding = Array.from({ length: FLOOD }, async () => {
        const answer = await noisy.post(
          noisy.message([[noisy.nextTransactionID(), ofNoisy.passwordRequest()]]),
        );
        if (answer.status !== 200) refusals += 1;
        return answer;
      });
      await until('a flood that is refused', () => refusals >= FLOOD - PLACES);
      const served = await Promise.all(Array.from({ length: QUIET }, () => quiet.post(alive())));
      return { flood: flooding, answers: served };
    });
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const statuses = new Set((await Promise.all(flood)).map(({ status }) => status));
    expect([...statuses].filter((status) => ![200, 429, 503].includes(status))).toEqual([]);
  });
});
