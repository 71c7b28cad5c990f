import { expectThat } from '../demo-failure.js';
import type { Step } from '../scene.js';

export const login: Step = {
  title: 'Alice logs in, and her operator never learns her password',
  explanation:
    'Alice’s phone asks SAP 1, which asks SAP 2, which sends a nonce: a number that is used once. The phone answers with ' +
    'a digest over nonce and password, and SAP 1 only passes it on. It keeps nothing of it, so there is nothing that could ' +
    'be stolen from the operator. What it gets back is the id of a user session, which SAP 2 owns.',
  shows: 'a four-way login through an operator that stores no credential',

  async play({ sap1, alicesPhone, said, secrets }) {
    await alicesPhone.logIn(sap1, { keepAliveTimeS: 120 });
    const { askedFor } = alicesPhone;
    expectThat(askedFor === 'SHA-256', `The strongest digest should be asked for, and ${askedFor} is.`);
    const password = secrets.alice;
    expectThat(!said.some(({ xml }) => xml.includes(password)), 'The password should be in no message.');
    const kept = JSON.stringify([...sap1.sessions.values()]);
    expectThat(!kept.includes(password), 'SAP 1 should not have kept the password.');
    expectThat(sap1.sessions.has(alicesPhone.sessionID), 'SAP 1 should hold the session now.');
  },
};
