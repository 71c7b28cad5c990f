import { expectCode, expectThat } from '../demo-failure.js';
import type { Step } from '../scene.js';

export const keepAlive: Step = {
  title: 'Alice is still there',
  explanation:
    'A phone can disappear without a message. So SAP 1 regularly sends a keep-alive for each session, and a session without ' +
    'one ends. Here SAP 1 also asks for another keep-alive time, and SAP 2 answers which one is in force.',
  shows: 'a session is kept alive, with a keep-alive time that both sides know',

  async play({ sap1, alicesPhone }) {
    const answer = await sap1.keepAlive(alicesPhone.sessionID, 60);
    expectCode(answer, 200, 'the keep-alive');
    const granted = answer.kind === 'UserKeepAliveResponse' ? answer.keepAliveTime : 0;
    // SAP 2 may grant a little less than requested, so that a million sessions do not all return at once.
    expectThat(granted > 50 && granted <= 60, `About 60 s should be granted, and ${granted} s are.`);
  },
};

export const secondDevice: Step = {
  title: 'A second device',
  explanation:
    'Alice logs in on her tablet, too. It is another ClientID, so this is another session beside the first. SAP 1 keeps ' +
    'both alive in one message; up to a thousand fit into one.',
  shows: 'two devices of one user side by side, kept alive in one message',

  async play({ sap1, administrator, alicesPhone, alicesTablet }) {
    await alicesTablet.logIn(sap1, { keepAliveTimeS: 120 });
    const both = [alicesPhone.sessionID, alicesTablet.sessionID];
    expectCode(await sap1.keepAliveBatch(both), 200, 'the keep-alive of both devices');
    const live = await administrator.sessions();
    expectThat(
      live.length === 2 && both.every((id) => live.includes(id)),
      `The administrator should see both sessions, and sees ${live.length}.`,
    );
  },
};
