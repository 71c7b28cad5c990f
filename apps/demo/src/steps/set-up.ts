import { expectThat } from '../demo-failure.js';
import type { Step } from '../scene.js';
import { PROVIDER } from '../stage.js';

export const setUp: Step = {
  title: 'Two access points get to know each other',
  explanation:
    'Before anything else the operator’s SAP 1 and the provider’s SAP 2 prove to each other that they know the secret of ' +
    'their agreement. Each sends a token that it has just made up, and sends back a digest that only the secret can make. ' +
    'After six messages an SSP session is up; the secret was in none of them.',
  shows: 'two servers trust each other, and their secret was never sent',

  async play({ sap1, said, secrets }) {
    const session = await sap1.connect();
    expectThat(
      session.peerServiceID === PROVIDER,
      `SAP 2 should be ${PROVIDER}, and is ${session.peerServiceID}.`,
    );
    expectThat(said.length === 6, `The set-up should take six messages, and took ${said.length}.`);
    expectThat(
      !said.some(({ xml }) => xml.includes(secrets.agreement)),
      'The secret should be in no message.',
    );
  },
};
