import { expectCode, expectThat } from '../demo-failure.js';
import { pushFor, type Step } from '../scene.js';

/** Pushes are on their way at once; this is for slow machines. */
const PUSH_WITHIN_MS = 20_000;

export const thrownOut: Step = {
  title: 'An administrator ends the tablet’s session, and SAP 2 notifies the operator',
  explanation:
    'This time SAP 2 begins. The provider’s administrator ends the tablet’s session by REST. SAP 2 notifies SAP 1, and ' +
    'repeats this until SAP 1 confirms it. A keep-alive for both devices then fails only for the tablet (601), ' +
    'so the answer is 201: partly.',
  shows: 'an administrator ends a session: SAP 2 notifies SAP 1, and the other device stays logged in',

  async play(scene) {
    const { sap1, administrator, alicesPhone, alicesTablet } = scene;
    await administrator.throwOut(alicesTablet.sessionID);
    expectCode(await pushFor(scene, alicesTablet, PUSH_WITHIN_MS), 601, 'why the tablet’s session ended');
    const answer = await sap1.keepAliveBatch([alicesPhone.sessionID, alicesTablet.sessionID]);
    expectCode(answer, 201, 'the keep-alive of both devices');
    const failed = answer.status.detailedResults.flatMap(({ code, userSessionIDs }) =>
      userSessionIDs.map((id) => `${code} ${id}`),
    );
    expectThat(
      failed.length === 1 && failed[0] === `601 ${alicesTablet.sessionID}`,
      'The keep-alive should fail with 601 for the tablet, and for nothing else.',
    );
  },
};

export const expiry: Step = {
  title: 'Bob’s phone falls silent',
  explanation:
    'Bob logs in with a keep-alive time of two seconds, and then his phone is gone. His session expires by the provider’s ' +
    'clock, not the operator’s. SAP 2 notifies SAP 1. A keep-alive that comes too late gets 600: expired.',
  shows: 'a silent session expires, and SAP 2 notifies SAP 1',

  async play(scene) {
    const { sap1, screen, bobsPhone } = scene;
    const keepAliveTimeS = await bobsPhone.logIn(sap1, { keepAliveTimeS: 2 });
    expectThat(keepAliveTimeS <= 2, `Two seconds should be granted, and ${keepAliveTimeS} are.`);
    screen.aside('… a few seconds of silence …');
    expectCode(await pushFor(scene, bobsPhone, PUSH_WITHIN_MS), 600, 'why Bob’s session ended');
    const answer = await sap1.keepAlive(bobsPhone.sessionID, undefined, bobsPhone.user);
    expectCode(answer, 600, 'a keep-alive that comes too late');
  },
};

export const logout: Step = {
  title: 'Alice logs out',
  explanation:
    'The end that everybody wishes for. SAP 2 has nothing to push: the one who asked knows. A keep-alive afterwards finds ' +
    'nothing: 604, no such session.',
  shows: 'a logout, after which the session is unknown',

  async play({ sap1, administrator, alicesPhone }) {
    expectCode(await sap1.logout(alicesPhone.sessionID), 200, 'the logout');
    const answer = await sap1.keepAlive(alicesPhone.sessionID, undefined, alicesPhone.user);
    expectCode(answer, 604, 'a keep-alive after the logout');
    const live = await administrator.sessions();
    expectThat(live.length === 0, `No session should be left, and ${live.length} are.`);
  },
};
